// The same work as the kernels', as one would write it on Eigen's arrays: what a regression is measured against.
// Everything is vectorized by Eigen, whatever the instruction set.
#pragma once

#include <cmath>

#include "support/kernel_inputs.hpp"

namespace reference {

using latent::Index;
using Column = Eigen::Map<Eigen::ArrayXd>;
using ConstColumn = Eigen::Map<const Eigen::ArrayXd>;

inline ConstColumn column(const latent::Panel<double>& p, Index j) { return {p.column(j), p.size()}; }
inline Column column(latent::Panel<double>& p, Index j) { return {p.column(j), p.size()}; }

/// −1 − ½‖W_k (x − m_k)‖² for each k.
inline void log_density(const latent::Panel<double>& x, const kernel_inputs::Triangular& t,
                        latent::Panel<double>& out) {
    const Index d = x.columns();
    out.resize(x.size(), t.means.cols());
    Eigen::ArrayXd z(x.size());
    for (Index k = 0; k < t.means.cols(); ++k) {
        Column log_density = column(out, k);
        log_density.setConstant(-1);
        for (Index i = 0; i < d; ++i) {
            z.setZero();
            for (Index j = 0; j <= i; ++j) z += t.factors(i, k * d + j) * (column(x, j) - t.means(j, k));
            log_density -= 0.5 * z.square();
        }
    }
}

/// Adds Σw, Σw(x − c) and the lower triangle of Σw(x − c)(x − c)ᵀ.
inline void add_scatter(const latent::Panel<double>& x, ConstColumn weight, const Eigen::VectorXd& centre,
                        double& count, Eigen::Ref<Eigen::VectorXd> first,
                        Eigen::Ref<Eigen::MatrixXd> second) {
    Eigen::ArrayXd u(x.size());
    count += weight.sum();
    for (Index i = 0; i < x.columns(); ++i) {
        u = weight * (column(x, i) - centre(i));
        first(i) += u.sum();
        for (Index j = 0; j <= i; ++j) second(i, j) += (u * (column(x, j) - centre(j))).sum();
    }
}

/// Densities become responsibilities; Σ_i log Σ_k.
inline double normalize(latent::Panel<double>& p, const Eigen::VectorXd& log_weights) {
    Eigen::ArrayXd top = column(p, 0) + log_weights(0), sum = Eigen::ArrayXd::Zero(p.size());
    for (Index k = 1; k < p.columns(); ++k) top = top.max(column(p, k) + log_weights(k));
    for (Index k = 0; k < p.columns(); ++k) {
        column(p, k) = (column(p, k) + log_weights(k) - top).exp();
        sum += column(p, k);
    }
    for (Index k = 0; k < p.columns(); ++k) column(p, k) /= sum;
    return (top + sum.log()).sum();
}

/// One E-step of a full mixture on a block, its sums included.
inline double expectation(const latent::Panel<double>& x, const kernel_inputs::Triangular& t,
                          const Eigen::VectorXd& log_weights, latent::Panel<double>& r,
                          Eigen::VectorXd& count, Eigen::MatrixXd& first, Eigen::MatrixXd& second) {
    const Index d = x.columns();
    log_density(x, t, r);
    const double total = normalize(r, log_weights);
    for (Index k = 0; k < r.columns(); ++k)
        add_scatter(x, ConstColumn(r.column(k), r.size()), t.means.col(k), count(k), first.col(k),
                    second.middleCols(k * d, d));
    return total;
}

/// The scaled forward-backward algorithm (Rabiner 1989): densities K × n, one sequence; posteriors into gamma (K ×
/// n), expected moves into pairs; the log-likelihood.
inline double forward_backward(const Eigen::MatrixXd& transition, const Eigen::VectorXd& initial,
                               const Eigen::MatrixXd& densities, Eigen::MatrixXd& alpha,
                               Eigen::MatrixXd& gamma, Eigen::MatrixXd& pairs) {
    const Index n = densities.cols();
    Eigen::VectorXd scale(n), beta = Eigen::VectorXd::Ones(initial.size()), w(initial.size());
    for (Index t = 0; t < n; ++t) {
        if (t == 0)
            alpha.col(t) = initial;
        else
            alpha.col(t).noalias() = transition.transpose() * alpha.col(t - 1);
        alpha.col(t).array() *= densities.col(t).array();
        scale(t) = alpha.col(t).sum();
        alpha.col(t) /= scale(t);
    }
    pairs.setZero();
    for (Index t = n - 1; t >= 0; --t) {
        gamma.col(t) = alpha.col(t).cwiseProduct(beta);
        if (t == 0) break;
        w = densities.col(t).cwiseProduct(beta) / scale(t);
        pairs.noalias() += alpha.col(t - 1) * w.transpose();
        beta.noalias() = transition * w;
    }
    pairs.array() *= transition.array();
    return scale.array().log().sum();
}

}  // namespace reference
