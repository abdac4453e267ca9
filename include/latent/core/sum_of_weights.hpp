// How many observations the data count for.
#pragma once

#include <cmath>
#include <iterator>

#include "latent/core/observations_of.hpp"
#include "latent/core/processes.hpp"

namespace latent::detail {

/// How many observations there are, over all processes; of units that are not made of observations, how many units.
template <class Units, class X>
double number_of_observations(const Units& units, const X& execution) {
    const auto own = std::ssize(units);
    if constexpr (CountsObservations<Units>) {
        return static_cast<double>(total(execution, units.first(own)));
    } else {
        return static_cast<double>(total(execution, own));
    }
}

/// Whether no cell of observation i was seen.
template <class Observations>
bool unseen(const Observations& x, Index i) {
    if (!x.missing()) return false;
    for (Index j = 0; j < x.rows(); ++j)
        if (!std::isnan(x(j, i))) return false;
    return true;
}

/// The sum of all observations' weights, over all processes, but for those of which nothing was seen. Units that are views of
/// observations, units.all(), may have weights; other observations count once, and of units that are not made of observations
/// each unit does. Time: a pass over the weights, where there are any, and over the data, where cells may be missing.
template <class Units, class X>
double sum_of_weights(const Units& units, const X& execution) {
    if constexpr (WithObservations<Units>) {
        const auto& x = units.all();
        if (total(execution, x.weights() != nullptr || x.missing() ? 1 : 0) > 0) {
            double sum = 0;
            execution.template reduction<double, char>()(
                slices_of(units, std::ssize(units)), [](double& part) { part = 0; },
                [&](double& part, char&, Index u) {
                    if (!x.missing()) {  // nothing is read
                        for (Index i = units.first(u); i < units.first(u + 1); ++i) part += x.weight(i);
                        return;
                    }
                    const auto& unit = units[u];
                    const auto& seen = observations_of(unit);
                    for (Index i = 0; i < seen.cols(); ++i)
                        if (!unseen(seen, i)) part += seen.weight(i);
                },
                sum);
            return sum;
        }
    }
    return number_of_observations(units, execution);
}

}  // namespace latent::detail
