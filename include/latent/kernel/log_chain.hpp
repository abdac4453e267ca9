// The forward and the backward pass in the log domain: slow, but no number is too small for it.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "latent/core/types.hpp"

namespace latent::detail {

/// log Σ exp of `count` values(i); −inf where all are, NaN where one is.
template <class Values>
double log_sum_exp(Index count, const Values& values) {
    double top = -std::numeric_limits<double>::infinity(), sum = 0;
    for (Index i = 0; i < count; ++i) {
        const double value = values(i);
        if (std::isnan(value)) return value;
        top = std::max(top, value);
    }
    if (!(std::abs(top) < std::numeric_limits<double>::infinity())) return top;
    for (Index i = 0; i < count; ++i) sum += std::exp(values(i) - top);
    return top + std::log(sum);
}

/// A sequence of T steps by logarithms, each step's normalised, so that long sequences lose no digits. Time T·K²
/// exponentials, memory 3·T·K.
struct LogChain {
    Eigen::VectorXd initial;     ///< log π, K
    Eigen::MatrixXd transition;  ///< log A, K × K
    Eigen::MatrixXd density;     ///< log p(x_t | k), K × T
    Eigen::MatrixXd alpha{};  ///< log p(z_t | x_1 … x_t), K × T; −inf from the first impossible step on
    Eigen::MatrixXd beta{};   ///< log p(x_{t+1} … | z_t) up to a constant of the step, K × T
    Eigen::VectorXd conditional{};  ///< log p(x_t | x_1 … x_{t−1}), T
    Eigen::VectorXd lift{};         ///< the constants taken off beta, T

    Index states() const { return density.rows(); }
    Index steps() const { return density.cols(); }

    /// Fills alpha and conditional; returns log p(x), −inf where the sequence is impossible.
    double forward() {
        constexpr double never = -std::numeric_limits<double>::infinity();
        alpha.setConstant(states(), steps(), never);
        conditional.setConstant(steps(), never);
        for (Index t = 0; t < steps(); ++t) {
            for (Index j = 0; j < states(); ++j) {
                const double reached = t == 0 ? initial(j) : log_sum_exp(states(), [&](Index i) {
                    return alpha(i, t - 1) + transition(i, j);
                });
                alpha(j, t) = reached + density(j, t);
            }
            conditional(t) = log_sum_exp(states(), [&](Index k) { return alpha(k, t); });
            if (conditional(t) == never) break;
            alpha.col(t).array() -= conditional(t);
        }
        return conditional.sum();
    }
    /// Fills beta, after forward found the sequence possible.
    void backward() {
        beta.setZero(states(), steps());
        lift.setZero(steps());
        for (Index t = steps() - 2; t >= 0; --t) {
            for (Index i = 0; i < states(); ++i)
                beta(i, t) = log_sum_exp(states(), [&](Index j) { return ahead(t, i, j); });
            lift(t) = log_sum_exp(states(), [&](Index i) { return alpha(i, t) + beta(i, t); });
            beta.col(t).array() -= lift(t);
        }
    }
    /// p(z_t = k | x), after both passes.
    double posterior(Index t, Index k) const { return std::exp(alpha(k, t) + beta(k, t)); }
    /// p(z_t = i, z_{t+1} = j | x).
    double move(Index t, Index i, Index j) const { return std::exp(alpha(i, t) + ahead(t, i, j) - lift(t)); }
    /// The first step at which nothing is possible any more, after forward; T where there is none.
    Index impossible() const {
        Index t = 0;
        while (t < steps() && conditional(t) != -std::numeric_limits<double>::infinity()) ++t;
        return t;
    }

  private:
    double ahead(Index t, Index i, Index j) const {
        return transition(i, j) + density(j, t + 1) + beta(j, t + 1);
    }
};

}  // namespace latent::detail
