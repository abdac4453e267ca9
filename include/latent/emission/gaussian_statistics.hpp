// What an E-step collects for normal densities.
#pragma once

#include <algorithm>
#include <tuple>

#include "latent/core/types.hpp"

namespace latent {

/// Sufficient statistics of K normal densities, about a centre c_k for each: with weights r_ik
///   sum.col(k) = Σ_i r_ik (x_i − c_k),   scatter of k = Σ_i r_ik (x_i − c_k)(x_i − c_k)ᵀ.
/// There are two counts, Σ_i r_ik for the mean and for the covariance, because a prior's pseudo-observations
/// count differently for the two. Centred so that data far from the origin lose no digits.
template <class Covariance>
struct GaussianStatistics {
    Eigen::VectorXd mean_count;        ///< K
    Eigen::VectorXd covariance_count;  ///< one a covariance: K, or 1 where it is shared
    Eigen::MatrixXd sum;               ///< d × K
    Eigen::MatrixXd scatter;           ///< the covariances' own storage
    Eigen::MatrixXd centre;            ///< d × K

    static constexpr auto fields() {
        using S = GaussianStatistics;
        return std::tuple{&S::mean_count, &S::covariance_count, &S::sum, &S::scatter};
    }

    /// The same statistics about other centres (d × K). Exact up to rounding.
    void recentre(const Eigen::MatrixXd& to) {
        const Index columns = scatter.cols() / std::max<Index>(1, covariance_count.size());
        for (Index k = 0; k < centre.cols(); ++k) {
            const Eigen::VectorXd step = centre.col(k) - to.col(k);
            auto block = scatter.middleCols(Covariance::shared ? 0 : k * columns, columns);
            Covariance::add_product(block, sum.col(k), step);
            Covariance::add_product(block, step, sum.col(k));
            Covariance::add_product(block, mean_count(k) * step, step);
            sum.col(k) += mean_count(k) * step;
        }
        centre = to;
    }
};

}  // namespace latent
