// Variances along the axes of clusters that share their volume or their shape.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

#include "latent/core/types.hpp"

namespace latent::detail {

// Functions of S, which is double, are compiled only where they are called: Eigen's products cost every reader of a header
// seconds.
template <class S>
using MatrixOf = std::type_identity_t<Eigen::MatrixX<S>>;
template <class S>
using RowOf = std::type_identity_t<Eigen::RowVectorX<S>>;

/// What the components of a covariance structure have of one part of λ_k D_k A_k D_kᵀ: the same, each its own, or, of D_k, the
/// coordinate axes.
enum class Across { equal, varying, coordinate };

/// Geometric means of the columns: λ_k of variances, for |A_k| = 1.
template <class S = double>
RowOf<S> volumes(const MatrixOf<S>& variances) {
    return variances.array().log().colwise().mean().exp();
}

/// λ_k b_j, the minimum over λ and b of Σ_k (n_k d log λ_k + n_k Σ_j log b_j + Σ_j ω_kj / (λ_k b_j)): the two in turn (Celeux &
/// Govaert 1995, model [λ_k B]), from the λ that are given. It is convex in log λ and log b, so no start is a wrong one, and
/// no step raises it.
template <class S = double>
MatrixOf<S> of_equal_shape(const MatrixOf<S>& scatters, const RowOf<S>& counts, RowOf<S> lambda) {
    constexpr int most = 1000;
    constexpr double enough = 1e-13;
    const auto d = static_cast<double>(scatters.rows());
    Eigen::VectorX<S> shape;
    for (int i = 0; i < most; ++i) {
        shape = scatters * lambda.cwiseInverse().transpose();
        shape /= std::exp(shape.array().log().mean());
        const RowOf<S> next = (shape.cwiseInverse().transpose() * scatters).cwiseQuotient(d * counts);
        const double change = (next.array() / lambda.array()).log().abs().maxCoeff();
        lambda = next;
        if (!(change > enough)) break;
    }
    return shape * lambda;
}

/// The variances along the axes, d × K, that are most probable given the scatters along them, d × K, and counts: volumes and
/// shapes are equal or vary. Not finite or not positive where there is no maximum. `before`: volumes to begin with.
template <Across volume, Across shape, class S = double>
MatrixOf<S> axis_variances(const MatrixOf<S>& scatters, const RowOf<S>& counts, const RowOf<S>& before) {
    if constexpr (volume == Across::equal && shape == Across::equal) {
        const Eigen::VectorX<S> pooled = scatters.rowwise().sum() / counts.sum();
        return pooled.replicate(1, scatters.cols());
    } else if constexpr (volume == Across::equal) {
        const RowOf<S> own = volumes<S>(scatters);
        return scatters * (own.sum() / counts.sum() * own.cwiseInverse()).asDiagonal();
    } else if constexpr (shape == Across::equal) {
        return of_equal_shape<S>(scatters, counts, before);
    } else {
        return scatters * counts.cwiseInverse().asDiagonal();
    }
}

/// Whether all are variances.
template <class S = double>
bool are_variances(const MatrixOf<S>& variances) {
    return variances.allFinite() && variances.minCoeff() > 0;
}

/// −2 times the part of the expected log-likelihood that depends on the covariances.
template <class S = double>
double axis_deviance(const MatrixOf<S>& scatters, const RowOf<S>& counts, const MatrixOf<S>& variances) {
    if (!are_variances<S>(variances)) return std::numeric_limits<double>::infinity();
    return (variances.array().log().matrix() * counts.transpose()).sum() +
           (scatters.array() / variances.array()).sum();
}

}  // namespace latent::detail
