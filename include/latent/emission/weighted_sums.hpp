// The sufficient statistics of densities that know the observations by their mean.
#pragma once

#include <tuple>

#include "latent/core/types.hpp"
#include "latent/kernel/products.hpp"

namespace latent {

/// Sufficient statistics of K densities: how much of the observations each one has, and their sum.
struct WeightedSums {
    Eigen::VectorXd count;  ///< Σ_i r_ik, K
    Eigen::MatrixXd sum;    ///< Σ_i r_ik x_i, d × K

    static constexpr auto fields() { return std::tuple{&WeightedSums::count, &WeightedSums::sum}; }

    /// Adds a block of observations with the weights r (n × K, zero in the filler).
    template <class Scalar>
    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& r) {
        detail::add_weighted_sums(x, r, count.data(), sum.data());
    }
};

}  // namespace latent
