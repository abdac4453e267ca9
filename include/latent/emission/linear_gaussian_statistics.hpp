// What an E-step collects of a normal vector that depends linearly on another.
#pragma once

#include <tuple>

#include "latent/core/small_matrix.hpp"
#include "latent/core/types.hpp"

namespace latent {

/// Expected sufficient statistics of y given x, about coefficients C: of the residuals u = y − C x, so that data far from the
/// origin lose no digits. x and y may both be hidden.
struct LinearGaussianStatistics {
    double count = 0;
    Eigen::MatrixXd residual;  ///< Σ E[u uᵀ], d × d
    Eigen::MatrixXd cross;     ///< Σ E[u xᵀ], d × s
    Eigen::MatrixXd square;    ///< Σ E[x xᵀ], s × s
    Eigen::MatrixXd centre;    ///< C, d × s

    static constexpr auto fields() {
        using S = LinearGaussianStatistics;
        return std::tuple{&S::count, &S::residual, &S::cross, &S::square};
    }

    void reset(const Eigen::MatrixXd& about) {
        count = 0;
        residual.setZero(about.rows(), about.rows());
        cross.setZero(about.rows(), about.cols());
        square.setZero(about.cols(), about.cols());
        centre = about;
    }
    /// C + (Σ E[u xᵀ]) (Σ E[x xᵀ])⁻¹; in directions of x that the data do not have, as C.
    Eigen::MatrixXd best_coefficients() const {
        Eigen::MatrixXd w = square, room, step;
        detail::semidefinite_cholesky(w);
        detail::invert_lower(w);
        const Eigen::MatrixXd transposed = cross.transpose();
        detail::divide(transposed, w, room, step);
        return centre + step;
    }
    /// The same statistics about other coefficients. Exact up to rounding.
    void recentre(const Eigen::MatrixXd& to) {
        residual = residual_about(to);
        cross += (centre - to).lazyProduct(square);
        centre = to;
    }
    /// Σ E[u uᵀ] of u = y − B x.
    Eigen::MatrixXd residual_about(const Eigen::MatrixXd& B) const {
        if (B == centre) return residual;
        const Eigen::MatrixXd step = centre - B, half = cross + 0.5 * step.lazyProduct(square);
        Eigen::MatrixXd result = residual + half.lazyProduct(step.transpose());
        result += step.lazyProduct(half.transpose());
        return result;
    }
};

/// What is known of one x and of the residual u = y − C x that belongs to it.
struct LinearGaussianMoments {
    Eigen::VectorXd residual, input;  ///< E[u], E[x]
    /// Cov(u), Cov(u, x), Cov(x).
    Eigen::MatrixXd residual_covariance, cross_covariance, input_covariance;

    /// Adds them to s, `weight` times.
    void add_to(LinearGaussianStatistics& s, double weight) const {
        s.count += weight;
        s.residual += weight * (residual_covariance + residual.lazyProduct(residual.transpose()));
        s.cross += weight * (cross_covariance + residual.lazyProduct(input.transpose()));
        s.square += weight * (input_covariance + input.lazyProduct(input.transpose()));
    }
};

}  // namespace latent
