// The forward and the backward pass in the log domain: slow, but no number is too small for it.
#pragma once

#include <cmath>
#include <limits>

#include "latent/core/types.hpp"

namespace latent::detail {

/// log Σ exp of `count` values(i); −inf where all are.
template <class Values>
double log_sum_exp(Index count, const Values& values) {
    double top = -std::numeric_limits<double>::infinity(), sum = 0;
    for (Index i = 0; i < count; ++i) top = std::max(top, values(i));
    if (!(std::abs(top) < std::numeric_limits<double>::infinity())) return top;
    for (Index i = 0; i < count; ++i) sum += std::exp(values(i) - top);
    return top + std::log(sum);
}

/// A sequence of T steps by logarithms. Time T·K² exponentials, memory 3·T·K.
struct LogChain {
    Eigen::VectorXd initial;      ///< log π, K
    Eigen::MatrixXd transition;   ///< log A, K × K
    Eigen::MatrixXd density;      ///< log p(x_t | k), K × T
    Eigen::MatrixXd alpha, beta;  ///< log p(z_t, x_1 … x_t) and log p(x_{t+1} … | z_t), K × T

    Index states() const { return density.rows(); }
    Index steps() const { return density.cols(); }

    /// Fills alpha; returns log p(x), −inf where the sequence is impossible.
    double forward() {
        const Index K = states();
        alpha.resize(K, steps());
        alpha.col(0) = initial + density.col(0);
        for (Index t = 1; t < steps(); ++t)
            for (Index j = 0; j < K; ++j)
                alpha(j, t) = density(j, t) +
                              log_sum_exp(K, [&](Index i) { return alpha(i, t - 1) + transition(i, j); });
        return log_sum_exp(K, [&](Index i) { return alpha(i, steps() - 1); });
    }
    /// Fills beta.
    void backward() {
        const Index K = states();
        beta.setZero(K, steps());
        for (Index t = steps() - 2; t >= 0; --t)
            for (Index i = 0; i < K; ++i) beta(i, t) = log_sum_exp(K, [&](Index j) { return pair(t, i, j); });
    }
    /// p(z_t = k | x), after both passes over a possible sequence.
    double posterior(Index t, Index k, double log_likelihood) const {
        return std::exp(alpha(k, t) + beta(k, t) - log_likelihood);
    }
    /// p(z_t = i, z_{t+1} = j | x).
    double move(Index t, Index i, Index j, double log_likelihood) const {
        return std::exp(alpha(i, t) + pair(t, i, j) - log_likelihood);
    }
    /// The first step at which nothing is possible any more, after forward; T where there is none.
    Index impossible() const {
        Index t = 0;
        while (t < steps() && alpha.col(t).maxCoeff() > -std::numeric_limits<double>::infinity()) ++t;
        return t;
    }

  private:
    double pair(Index t, Index i, Index j) const {
        return transition(i, j) + density(j, t + 1) + beta(j, t + 1);
    }
};

}  // namespace latent::detail
