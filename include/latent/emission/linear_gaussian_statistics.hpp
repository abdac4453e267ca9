// What an E-step collects of a normal vector that depends linearly on another.
#pragma once

#include <tuple>

#include "latent/core/small_matrix.hpp"
#include "latent/core/types.hpp"

namespace latent {

/// Expected sufficient statistics of y given x, about coefficients C: of the residuals u = y − C x, so that data far from the
/// origin lose no digits. x and y may both be hidden.
///
/// (A template, always of double, so that a program compiles only the members it calls.)
template <class Scalar>
struct BasicLinearGaussianStatistics {
    double count = 0;
    Eigen::MatrixX<Scalar> residual;  ///< Σ E[u uᵀ], d × d
    Eigen::MatrixX<Scalar> cross;     ///< Σ E[u xᵀ], d × s
    Eigen::MatrixX<Scalar> square;    ///< Σ E[x xᵀ], s × s
    Eigen::MatrixX<Scalar> centre;    ///< C, d × s

    static constexpr auto fields() {
        using S = BasicLinearGaussianStatistics;
        return std::tuple{&S::count, &S::residual, &S::cross, &S::square};
    }

    void reset(const Eigen::MatrixX<Scalar>& about) {
        count = 0;
        residual.setZero(about.rows(), about.rows());
        cross.setZero(about.rows(), about.cols());
        square.setZero(about.cols(), about.cols());
        centre = about;
    }
    /// C + (Σ E[u xᵀ]) (Σ E[x xᵀ])⁻¹; in directions of x that the data do not have, as C.
    Eigen::MatrixX<Scalar> best_coefficients() const {
        Eigen::MatrixX<Scalar> w = square, room, step;
        detail::semidefinite_cholesky(w);
        detail::invert_lower(w);
        const Eigen::MatrixX<Scalar> transposed = cross.transpose();
        detail::divide(transposed, w, room, step);
        return centre + step;
    }
    /// The same statistics about other coefficients. Exact up to rounding.
    void recentre(const Eigen::MatrixX<Scalar>& to) {
        residual = residual_about(to);
        cross += (centre - to).lazyProduct(square);
        centre = to;
    }
    /// Σ E[u uᵀ] of u = y − B x.
    Eigen::MatrixX<Scalar> residual_about(const Eigen::MatrixX<Scalar>& B) const {
        if (B == centre) return residual;
        const Eigen::MatrixX<Scalar> step = centre - B, half = cross + 0.5 * step.lazyProduct(square);
        Eigen::MatrixX<Scalar> result = residual + half.lazyProduct(step.transpose());
        result += step.lazyProduct(half.transpose());
        return result;
    }
};
/// That of double, as models have it.
using LinearGaussianStatistics = BasicLinearGaussianStatistics<double>;

/// What is known of one x and of the residual u = y − C x that belongs to it.
///
/// (A template, always of double, so that a program compiles only the members it calls.)
template <class Scalar>
struct BasicLinearGaussianMoments {
    Eigen::VectorX<Scalar> residual, input;  ///< E[u], E[x]
    /// Cov(u), Cov(u, x), Cov(x).
    Eigen::MatrixX<Scalar> residual_covariance, cross_covariance, input_covariance;

    /// Adds them to s, `weight` times.
    void add_to(BasicLinearGaussianStatistics<Scalar>& s, double weight) const {
        s.count += weight;
        s.residual += weight * (residual_covariance + residual.lazyProduct(residual.transpose()));
        s.cross += weight * (cross_covariance + residual.lazyProduct(input.transpose()));
        s.square += weight * (input_covariance + input.lazyProduct(input.transpose()));
    }
};
/// That of double, as models have it.
using LinearGaussianMoments = BasicLinearGaussianMoments<double>;

}  // namespace latent
