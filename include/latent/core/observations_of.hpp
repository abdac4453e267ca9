// What all units have in common, whatever they are cut from: observations.
#pragma once

#include "latent/core/concepts.hpp"

namespace latent::detail {

/// The observations of a unit: of a block of sequences all of theirs, else the unit itself.
template <class Unit>
const auto& observations_of(const Unit& unit) {
    if constexpr (WithObservations<Unit>) {
        return unit.all();
    } else {
        return unit;
    }
}

}  // namespace latent::detail
