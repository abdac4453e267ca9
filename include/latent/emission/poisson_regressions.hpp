// Poisson regressions: counts given regressors.
#pragma once

#include "latent/emission/count_deviance.hpp"
#include "latent/emission/generalized_regressions.hpp"
#include "latent/emission/log_factorial.hpp"

namespace latent {

namespace detail {

/// A count y with the mean e^η.
struct PoissonResponse {
    static constexpr const char* name = "PoissonRegressions";
    static constexpr Index numbers = 1;

    static double mean(double eta) { return std::exp(eta); }
    static PredictorTerm term(double eta, const double* y) {
        const double mu = mean(eta);
        return {std::isinf(mu) ? -mu : *y * eta - mu, *y - mu, mu};
    }
    static double log_density(double eta, const double* y) {
        if (*y < large_count || std::abs(eta) > 700) return term(eta, y).value - log_factorial(*y);
        return -factorial_remainder(*y) - count_deviance(*y, mean(eta));
    }
    static const char* refuse(const double* y) { return is_count(*y) ? nullptr : "a count 0, 1, 2, …"; }
};

}  // namespace detail

/// K Poisson regressions: an observation is p regressors x and, last, a count y, d = p + 1, and
///   p(y | x, k) = μ^y e^−μ / y!,  log μ = x ᵀβ_k.
/// An Emission, see GeneralizedRegressions: mixtures of Poisson regressions (Wang, Puterman, Cockburn & Le 1996), counts
/// whose rate and trend switch.
template <class Scalar = double>
using PoissonRegressions = GeneralizedRegressions<detail::PoissonResponse, Scalar>;

}  // namespace latent
