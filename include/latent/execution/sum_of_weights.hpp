// How many observations the data count for.
#pragma once

#include <iterator>

#include "latent/execution/processes.hpp"

namespace latent::detail {

/// How many observations there are, over all processes; of units that are not made of observations, how many units.
template <class Units, class X>
double number_of_observations(const Units& units, const X& execution) {
    const auto own = std::ssize(units);
    if constexpr (requires { units.first(own); }) {
        return static_cast<double>(total(execution, units.first(own)));
    } else {
        return static_cast<double>(total(execution, own));
    }
}

/// The sum of all observations' weights, over all processes. Units that are views of observations in memory,
/// units.all(), may have weights; other observations count once, and of units that are not made of observations each
/// unit does. Nothing is read that is not in memory. Time: a pass over the weights, where there are any.
template <class Units, class X>
double sum_of_weights(const Units& units, const X& execution) {
    if constexpr (requires { units.all().weights(); }) {
        if (total(execution, units.all().weights() != nullptr ? 1 : 0) > 0) {
            double sum = 0;
            execution.template reduction<double, char>()(
                slices_of(units, std::ssize(units)), [](double& part) { part = 0; },
                [&](double& part, char&, Index u) {
                    for (Index i = units.first(u); i < units.first(u + 1); ++i) part += units.all().weight(i);
                },
                sum);
            return sum;
        }
    }
    return number_of_observations(units, execution);
}

}  // namespace latent::detail
