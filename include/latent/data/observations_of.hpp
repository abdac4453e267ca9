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

/// How many observations all units have together, those of other processes included.
template <class Units, class X>
Index count_observations(const Units& units, const X& execution) {
    const Index own = units.cols();
    double total = 0;
    execution.template reduction<double, char>()(
        Slices(1), [](double& sum) { sum = 0; },
        [&](double& sum, char&, Index) { sum += static_cast<double>(own); }, total);
    return static_cast<Index>(total);
}

/// The sum of all observations' weights: how many they count for.
template <class Units, class X>
double sum_of_weights(const Units& units, const X& execution) {
    double total = 0;
    execution.template reduction<double, char>()(
        Slices(units.size()), [](double& sum) { sum = 0; },
        [&](double& sum, char&, Index u) {
            const auto& unit = units[u];
            const auto& x = observations_of(unit);
            for (Index i = 0; i < x.cols(); ++i) sum += x.weight(i);
        },
        total);
    return total;
}

}  // namespace latent::detail
