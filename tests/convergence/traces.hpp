// The objectives of fits that a criterion is asked about.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "latent/core/progress.hpp"

namespace traces {

using Trace = std::vector<double>;

inline constexpr double n = 100;  // observations

template <class Criterion>
bool converged(const Criterion& criterion, const Trace& trace,
               double remaining = std::numeric_limits<double>::quiet_NaN()) {
    return criterion(latent::Progress{
        .objective = trace.back(), .observations = n, .remaining = remaining, .trace = trace});
}

/// The same of a model that computes in float.
template <class Criterion>
bool converged_in_float(const Criterion& criterion, const Trace& trace) {
    return criterion(
        latent::Progress{.objective = trace.back(), .observations = n, .resolution = 3e-8, .trace = trace});
}

/// The number of terms of limit − 10·rateᵗ, t = 0, 1, …, after which they are called converged: EM near its
/// limit grows like this.
template <class Criterion>
int length_at_convergence(const Criterion& criterion, double rate, double limit = -100) {
    std::vector<double> trace;
    for (double gap = 10; trace.empty() || !converged(criterion, trace); gap *= rate)
        trace.push_back(limit - gap);
    return static_cast<int>(trace.size());
}

/// What was still to come when the criterion stopped, an observation.
template <class Criterion>
double missed(const Criterion& criterion, double rate) {
    return 10 * std::pow(rate, length_at_convergence(criterion, rate) - 1) / n;
}

}  // namespace traces
