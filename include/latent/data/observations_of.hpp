// What all units have in common, whatever they are cut from: observations, with weights.
#pragma once

#include "latent/core/slices.hpp"
#include "latent/data/sequences.hpp"

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

/// The sum of all observations' weights: how many they count for. Only observations in memory have weights; others are
/// not read.
template <class Units, class X>
double sum_of_weights(const Units& units, const X& execution) {
    double total = 0;
    execution.template reduction<double, char>()(
        Slices(units.size()), [](double& sum) { sum = 0; },
        [&](double& sum, char&, Index u) {
            if constexpr (requires { units.all(); }) {
                for (Index i = units.first(u); i < units.first(u + 1); ++i) sum += units.all().weight(i);
            } else {
                sum += static_cast<double>(units.first(u + 1) - units.first(u));
            }
        },
        total);
    return total;
}

}  // namespace latent::detail
