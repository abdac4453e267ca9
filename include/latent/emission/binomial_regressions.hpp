// Logistic regressions: successes of a number of trials, given regressors.
#pragma once

#include "latent/emission/count_deviance.hpp"
#include "latent/emission/generalized_regressions.hpp"
#include "latent/emission/log_factorial.hpp"

namespace latent {

namespace detail {

/// Trials m and successes y of them, each with probability 1/(1 + e^−η).
struct BinomialResponse {
    static constexpr const char* name = "BinomialRegressions";
    static constexpr Index numbers = 2;

    static double mean(double eta) {
        const double e = std::exp(-std::abs(eta));
        return (eta < 0 ? e : 1) / (1 + e);
    }
    static PredictorTerm term(double eta, const double* y) {
        const double success = y[1], failure = y[0] - y[1], p = mean(eta), q = mean(-eta);
        const double log_larger = -std::log1p(std::exp(-std::abs(eta))),
                     log_smaller = log_larger - std::abs(eta);
        const double log_p = eta < 0 ? log_smaller : log_larger, log_q = eta < 0 ? log_larger : log_smaller;
        return {success * log_p + failure * log_q, success * q - failure * p, y[0] * p * q};
    }
    static double log_density(double eta, const double* y) {
        const double success = y[1], failure = y[0] - y[1];
        if (y[0] < large_count || std::abs(eta) > 700)
            return term(eta, y).value + log_factorial(y[0]) - log_factorial(success) - log_factorial(failure);
        return factorial_remainder(y[0]) - factorial_remainder(success) - factorial_remainder(failure) -
               count_deviance(success, y[0] * mean(eta)) - count_deviance(failure, y[0] * mean(-eta));
    }
    static const char* refuse(const double* y) {
        if (!is_count(y[0]) || !is_count(y[1])) return "trials and successes, counts 0, 1, 2, …";
        return y[1] <= y[0] ? nullptr : "no more successes, the second, than trials, the first";
    }
};

}  // namespace detail

/// K logistic regressions: an observation is p regressors x, a number m of trials, and last that y of successes, d = p + 2,
///   p(y | m, x, k) = m! / (y! (m − y)!) q^y (1 − q)^(m − y),  log q/(1 − q) = x ᵀβ_k.
/// An Emission, see GeneralizedRegressions. Mixtures of them are identified where trials are many enough: two where some m ≥ 3
/// (Follmann & Lambert 1991). m = 1 is yes or no; its mixtures need regressors of many values.
template <class Scalar = double>
using BinomialRegressions = GeneralizedRegressions<detail::BinomialResponse, Scalar>;

}  // namespace latent
