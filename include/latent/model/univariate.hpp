// Distribution function and quantiles of one-dimensional mixtures.
#pragma once

#include <cmath>

#include "latent/core/bisection.hpp"
#include "latent/model/mixture.hpp"

namespace latent {

namespace detail {

/// Throws std::invalid_argument, in the function's name, unless the mixture is of one dimension.
template <Emission E>
void require_univariate(const char* function, const Mixture<E>& mixture) {
    static_assert(WithDistribution<E>,
                  "latent: this needs an emission with cdf(k, x) and survival(k, x), see WithDistribution");
    require(mixture.dimension() == 1, "latent::", function, ": the mixture has ", mixture.dimension(),
            " dimensions, expected one: see marginal");
}

/// Σ_k w_k value(k), without the components of weight 0.
template <class Value>
double weighted_sum(const Eigen::VectorXd& weights, const Value& value) {
    double sum = 0;
    for (Index k = 0; k < weights.size(); ++k)
        if (weights(k) > 0) sum += weights(k) * value(k);
    return sum;
}

}  // namespace detail

/// P(X ≤ x) of a one-dimensional mixture, any whose emission is WithDistribution; small values have their digits. Throws
/// std::invalid_argument for more dimensions, or where x is NaN.
template <Emission E>
double cdf(const Mixture<E>& mixture, double x) {
    detail::require_univariate("cdf", mixture);
    detail::require(!std::isnan(x), "latent::cdf: x is nan");
    return detail::weighted_sum(mixture.weights(), [&](Index k) { return mixture.emission().cdf(k, x); });
}

/// P(X > x) = 1 − cdf, with its digits where that is small.
template <Emission E>
double survival(const Mixture<E>& mixture, double x) {
    detail::require_univariate("survival", mixture);
    detail::require(!std::isnan(x), "latent::survival: x is nan");
    return detail::weighted_sum(mixture.weights(),
                                [&](Index k) { return mixture.emission().survival(k, x); });
}

/// The least x with P(X ≤ x) ≥ p, for 0 < p < 1: the inverse of cdf, exact to the rounding of cdf (above the median, of
/// survival at 1 − p); of counts the least count. Cost: at most 64 calls of it. Throws std::invalid_argument for other p, and
/// for more dimensions than one.
template <Emission E>
double quantile(const Mixture<E>& mixture, double p) {
    detail::require_univariate("quantile", mixture);
    detail::require(p > 0 && p < 1, "latent::quantile: p is ", p, ", expected a number between 0 and 1");
    return detail::least_double(
        [&](double x) { return p <= 0.5 ? cdf(mixture, x) >= p : survival(mixture, x) <= 1 - p; });
}

}  // namespace latent
