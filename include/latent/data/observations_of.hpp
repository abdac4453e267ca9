// What all units have in common, whatever they are cut from: observations, with weights.
#pragma once

#include "latent/data/sequences.hpp"
#include "latent/execution/sum_of_weights.hpp"

namespace latent::detail {

/// The observations of a unit: of a block of sequences all of theirs, else the unit itself.
template <class Unit>
const auto& observations_of(const Unit& unit) {
    if constexpr (requires { unit.all(); }) {
        return unit.all();
    } else {
        return unit;
    }
}

}  // namespace latent::detail
