// Pseudo-residuals of hidden Markov models: whether each observation is what those before it let one expect.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "latent/core/bisection.hpp"
#include "latent/emission/incomplete_functions.hpp"
#include "latent/model/predictive.hpp"
#include "latent/model/univariate.hpp"

namespace latent {

namespace detail {

/// Φ⁻¹(P(X ≤ x)), from the tail that has its digits.
inline double normal_deviate(const Tails& tails) {
    const double tail = std::min(tails.lower, tails.upper);
    const double deviate =
        least_double([&](double z) { return std::erfc(-z / std::numbers::sqrt2) / 2 >= tail; });
    return tails.lower <= tails.upper ? deviate : -deviate;
}

}  // namespace detail

/// Of counts, whose distribution function jumps: the normal deviates of P(X_t < x_t) and P(X_t ≤ x_t) given x_1 … x_{t−1},
/// and of the mean of both. n values each.
struct PseudoResidualSegments {
    Eigen::VectorXd lower, middle, upper;
};

/// The normal forecast pseudo-residuals Φ⁻¹(P(X_t ≤ x_t | x_1 … x_{t−1})) of sequences of one-dimensional observations, any whose
/// emission is WithDistribution: n values, or PseudoResidualSegments where it is Discrete (Zucchini & MacDonald 2009, "Hidden
/// Markov models for time series", chapter 6). Under the true model they are independent standard normal numbers; of counts
/// the segments cover what such a number would. Beyond 37 deviations, where probabilities underflow, they are infinite; they are
/// NaN where the observation is missing. Cost: that of `filter`, and K distribution functions and a few µs an observation.
///
/// Throws std::invalid_argument for more dimensions than one, and on data that the model cannot take.
template <Emission E>
auto pseudo_residuals(const HiddenMarkovModel<E>& model, const typename HiddenMarkovModel<E>::Data& x) {
    static_assert(WithDistribution<E>,
                  "latent: pseudo_residuals needs an emission with cdf(k, x) and survival(k, x), "
                  "see WithDistribution");
    detail::require(model.dimension() == 1, "latent::pseudo_residuals: the model has ", model.dimension(),
                    " dimensions, expected one");
    const Eigen::MatrixXd states = predict_states(model, x);
    const auto tails = [&](Index t, double value) {
        const E& emission = model.emission();
        return detail::Tails{
            detail::weighted_sum(states.col(t), [&](Index k) { return emission.cdf(k, value); }),
            detail::weighted_sum(states.col(t), [&](Index k) { return emission.survival(k, value); })};
    };
    const Eigen::VectorXd unknown =
        Eigen::VectorXd::Constant(x.cols(), std::numeric_limits<double>::quiet_NaN());
    PseudoResidualSegments residuals{unknown, unknown, unknown};
    for (Index t = 0; t < x.cols(); ++t) {
        const auto value = static_cast<double>(x.all()(0, t));
        if (std::isnan(value)) continue;
        const detail::Tails now = tails(t, value), before = tails(t, value - 1);
        residuals.lower(t) = detail::normal_deviate(before);
        residuals.upper(t) = detail::normal_deviate(now);
        residuals.middle(t) = detail::normal_deviate(
            {std::midpoint(before.lower, now.lower), std::midpoint(before.upper, now.upper)});
    }
    if constexpr (Discrete<E>)
        return residuals;
    else
        return residuals.upper;
}

}  // namespace latent
