// Covariances λ_k D_k A_k D_kᵀ that share volume, shape or orientation: the structures of model-based clustering.
#pragma once

#include <algorithm>
#include <limits>
#include <type_traits>
#include <vector>

#include "latent/emission/covariance/orientation.hpp"
#include "latent/emission/covariance/variances.hpp"

namespace latent {

namespace detail {

/// Covariances Σ_k = λ_k D_k A_k D_kᵀ, |A_k| = 1 (Banfield & Raftery 1993; Celeux & Govaert 1995): volume λ, shape A (diagonal) and
/// orientation D (orthogonal, or the coordinate axes) that are equal or vary across the components. A block is what it is of Full or,
/// along the coordinate axes, of Diagonal; what follows is of all blocks together.
template <Across volume, Across shape, Across orientation>
struct DecomposedCovariance : std::conditional_t<orientation == Across::coordinate,
                                                 VarianceCovariance<false, false>, MatrixCovariance<false>> {
    /// How statistics are collected, and what parts of the dimensions have.
    using Blocks = std::conditional_t<orientation == Across::coordinate, Diagonal, Full>;
    static constexpr bool coupled = true;

    /// Free parameters of all K covariances.
    static Index parameters(Index d, Index K) {
        return count(volume, K) + count(shape, K) * (d - 1) + count(orientation, K) * d * (d - 1) / 2;
    }

    /// blocks: scatters W_k about the means → the most probable covariances of the structure, given their counts and what they
    /// were `before`, from which steps in turn begin: the likelihood does not fall. Components without observations count for
    /// nothing, and come near what they were. Where no maximum exists the blocks are W_k / count, each by itself. Cost: O(K d³),
    /// of EVE and VVE a sweep.
    static void constrain(Eigen::MatrixXd& blocks, const Eigen::VectorXd& counts,
                          const Eigen::MatrixXd& before) {
        const double nothing = 1e-30 * std::max(counts.maxCoeff(), 1e-150);
        const Index columns = blocks.cols() / counts.size();
        Eigen::RowVectorXd n = counts.transpose();
        for (Index k = 0; k < n.size(); ++k)
            if (!(n(k) > nothing)) {
                n(k) = nothing;
                blocks.middleCols(k * columns, columns) = nothing * before.middleCols(k * columns, columns);
            }
        Eigen::MatrixXd constrained;
        if constexpr (orientation == Across::coordinate) {
            constrained = axis_variances<volume, shape>(blocks, n, start(before, n.size()));
            if (!are_variances(constrained)) constrained.resize(0, 0);
        } else if constexpr (orientation == Across::varying) {
            constrained = of_own_axes(blocks, n, before);
        } else if constexpr (shape == Across::equal) {
            constrained = of_one_matrix(blocks, n, before);
        } else {
            constrained = of_common_axes(blocks, n, before);
        }
        if (constrained.size() > 0 && constrained.allFinite()) return void(blocks = constrained);
        for (Index k = 0; k < n.size(); ++k) blocks.middleCols(k * columns, columns) /= n(k);
    }

    /// Component k's covariance times a factor, with all others where volumes are equal.
    static void stretch(Eigen::MatrixXd& blocks, Index K, Index k, double factor) {
        const Index columns = blocks.cols() / K;
        if (volume == Across::equal)
            blocks *= factor;
        else
            blocks.middleCols(k * columns, columns) *= factor;
    }

    /// Logarithms of volumes and of all but the last of each shape's d values, and the axes' angles: every vector is valid.
    static Index coordinates(Index d, Index K) { return parameters(d, K); }
    static void write(const Eigen::MatrixXd& blocks, Index K, double* to) {
        const Parts parts = parts_of(blocks, K);
        const Eigen::RowVectorXd lambda = volumes(parts.variances);
        const Index d = blocks.rows();
        for (Index k = 0; k < count(volume, K); ++k) *to++ = std::log(lambda(k));
        for (Index k = 0; k < count(shape, K); ++k)
            for (Index j = 0; j + 1 < d; ++j) *to++ = std::log(parts.variances(j, k) / lambda(k));
        for (Index k = 0; k < count(orientation, K); ++k)
            to = write_angles(parts.axes[static_cast<std::size_t>(k)], to);
    }
    static void read(const double* from, Index K, Eigen::MatrixXd& blocks) {
        const Index d = blocks.rows(), columns = blocks.cols() / K;
        const double* shapes = from + count(volume, K);
        const double* angles = shapes + count(shape, K) * (d - 1);
        Eigen::MatrixXd axes(d, d);
        for (Index k = 0; k < K; ++k) {
            const double log_volume = from[volume == Across::equal ? 0 : k];
            Eigen::VectorXd logs(d);
            logs.head(d - 1) =
                Eigen::Map<const Eigen::VectorXd>(shapes + (shape == Across::equal ? 0 : k) * (d - 1), d - 1);
            logs(d - 1) = -logs.head(d - 1).sum();
            const Eigen::VectorXd variances = (logs.array() + log_volume).exp();
            if constexpr (orientation == Across::coordinate) {
                blocks.col(k) = variances;
            } else {
                if (k < count(orientation, K)) angles = read_angles(angles, axes);
                blocks.middleCols(k * columns, columns) = matrix(axes, variances);
            }
        }
    }

  private:
    static constexpr Index count(Across part, Index K) {
        return part == Across::coordinate ? 0 : part == Across::equal ? 1 : K;
    }
    static Eigen::MatrixXd matrix(const Eigen::MatrixXd& axes, const Eigen::VectorXd& variances) {
        const Eigen::MatrixXd lengths = axes * variances.cwiseSqrt().asDiagonal();
        return lengths.lazyProduct(lengths.transpose());
    }

    /// Variances d × K along axes, which are one or one a component.
    struct Parts {
        std::vector<Eigen::MatrixXd> axes;
        Eigen::MatrixXd variances;
    };
    static Parts parts_of(const Eigen::MatrixXd& blocks, Index K) {
        if constexpr (orientation == Across::coordinate) {
            return {{}, blocks};
        } else {
            const Index d = blocks.rows();
            Parts parts{{}, Eigen::MatrixXd(d, K)};
            if (orientation == Across::equal) parts.axes.push_back(shared_axes(blocks));
            for (Index k = 0; k < K; ++k) {
                const auto one = blocks.middleCols(k * d, d);
                if (orientation == Across::varying) parts.axes.push_back(eigensystem(one).vectors);
                parts.variances.col(k) =
                    (one.lazyProduct(parts.axes.back())).cwiseProduct(parts.axes.back()).colwise().sum();
            }
            return parts;
        }
    }
    /// The volumes to begin with, where they are found in turn with a shape: |Σ_k|^(1/d), or ones.
    static Eigen::RowVectorXd start(const Eigen::MatrixXd& before, Index K) {
        Eigen::RowVectorXd lambda = Eigen::RowVectorXd::Ones(K);
        if constexpr (volume == Across::varying && shape == Across::equal) {
            Eigen::RowVectorXd own(K);
            for (Index k = 0; k < K; ++k) {
                if constexpr (orientation == Across::coordinate) {
                    own(k) = std::exp(before.col(k).array().log().mean());
                } else {
                    Eigen::MatrixXd l = before.middleCols(k * before.rows(), before.rows());
                    if (!cholesky(l)) return lambda;
                    own(k) = std::exp(2 * l.diagonal().array().log().mean());
                }
            }
            if (are_variances(own)) return own;
        }
        return lambda;
    }

    /// Along the axes of each scatter, the longest first, whatever the variances there.
    static Eigen::MatrixXd of_own_axes(const Eigen::MatrixXd& w, const Eigen::RowVectorXd& n,
                                       const Eigen::MatrixXd& before) {
        const Index d = w.rows(), K = n.size();
        const Parts own = parts_of(w, K);
        const Eigen::MatrixXd variances = axis_variances<volume, shape>(own.variances, n, start(before, K));
        if (!are_variances(variances)) return {};
        Eigen::MatrixXd all(d, K * d);
        for (Index k = 0; k < K; ++k)
            all.middleCols(k * d, d) = matrix(own.axes[static_cast<std::size_t>(k)], variances.col(k));
        return all;
    }

    /// λ_k C: C given λ, in whose own axes λ and the shape are found in turn, until the axes stay.
    static Eigen::MatrixXd of_one_matrix(const Eigen::MatrixXd& w, const Eigen::RowVectorXd& n,
                                         const Eigen::MatrixXd& before) {
        constexpr int most = 1000;
        constexpr double enough = 1e-13;
        const Index d = w.rows(), K = n.size();
        Eigen::RowVectorXd lambda = start(before, K);
        Eigen::MatrixXd c;
        for (int i = 0; i < most; ++i) {
            c.setZero(d, d);
            for (Index k = 0; k < K; ++k) c += w.middleCols(k * d, d) / lambda(k);
            Eigen::MatrixXd inverse = c;
            if (!cholesky(inverse)) return {};
            const double size = std::exp(2 * inverse.diagonal().array().log().mean());  // |C|^(1/d)
            invert_lower(inverse);
            c /= size;
            inverse *= std::sqrt(size);
            Eigen::RowVectorXd next(K);
            for (Index k = 0; k < K; ++k)
                next(k) = MatrixCovariance<false>::trace_of_ratio(inverse, w.middleCols(k * d, d)) /
                          (static_cast<double>(d) * n(k));
            const double change = (next.array() / lambda.array()).log().abs().maxCoeff();
            lambda = next;
            if (!(change > enough)) break;
        }
        if (!are_variances(lambda)) return {};
        Eigen::MatrixXd all(d, K * d);
        for (Index k = 0; k < K; ++k) all.middleCols(k * d, d) = lambda(k) * c;
        return all;
    }

    /// From the axes that the covariances had; where these were spheres, from those of the scatters, together and one by one, and
    /// the best of that.
    static Eigen::MatrixXd of_common_axes(const Eigen::MatrixXd& w, const Eigen::RowVectorXd& n,
                                          const Eigen::MatrixXd& before) {
        const Index d = w.rows(), K = n.size();
        std::vector<Eigen::MatrixXd> starts{shared_axes(before)};
        if (starts.front().isIdentity(0)) {
            starts.push_back(shared_axes(w));
            for (Index k = 0; k < K; ++k) starts.push_back(eigensystem(w.middleCols(k * d, d)).vectors);
        }
        double least = std::numeric_limits<double>::infinity();
        Eigen::MatrixXd all;
        for (const Eigen::MatrixXd& from : starts) {
            const auto axes = common_axes<volume>(w, n, from);
            const double deviance = axis_deviance(axes.along(), n, axes.variances);
            if (!(deviance < least)) continue;
            least = deviance;
            all.resize(d, K * d);
            for (Index k = 0; k < K; ++k)
                all.middleCols(k * d, d) = matrix(axes.vectors, axes.variances.col(k));
        }
        return all;
    }
};

}  // namespace detail

// The names say volume, shape and orientation in this order: E equal, V varying, I of the coordinate axes (or, of a shape, of the
// sphere). Of K components in d dimensions with e = d(d − 1)/2 angles they have so many parameters:

/// λ_k A: 1 shape along the coordinate axes: K + d − 1.
struct VEI : detail::DecomposedCovariance<detail::Across::varying, detail::Across::equal,
                                          detail::Across::coordinate> {
    static constexpr const char* name = "VEI";
};
/// λ A_k: shapes along the coordinate axes, of equal volume: 1 + K(d − 1).
struct EVI : detail::DecomposedCovariance<detail::Across::equal, detail::Across::varying,
                                          detail::Across::coordinate> {
    static constexpr const char* name = "EVI";
};
/// λ_k D A Dᵀ: one matrix, stretched: K + d − 1 + e.
struct VEE
    : detail::DecomposedCovariance<detail::Across::varying, detail::Across::equal, detail::Across::equal> {
    static constexpr const char* name = "VEE";
};
/// λ D A_k Dᵀ: shapes along common axes, of equal volume: 1 + K(d − 1) + e.
struct EVE
    : detail::DecomposedCovariance<detail::Across::equal, detail::Across::varying, detail::Across::equal> {
    static constexpr const char* name = "EVE";
};
/// λ_k D A_k Dᵀ: common principal components: Kd + e.
struct VVE
    : detail::DecomposedCovariance<detail::Across::varying, detail::Across::varying, detail::Across::equal> {
    static constexpr const char* name = "VVE";
};
/// λ D_k A D_kᵀ: one matrix, turned: d + Ke.
struct EEV
    : detail::DecomposedCovariance<detail::Across::equal, detail::Across::equal, detail::Across::varying> {
    static constexpr const char* name = "EEV";
};
/// λ_k D_k A D_kᵀ: one matrix, turned and stretched: K + d − 1 + Ke.
struct VEV
    : detail::DecomposedCovariance<detail::Across::varying, detail::Across::equal, detail::Across::varying> {
    static constexpr const char* name = "VEV";
};
/// λ D_k A_k D_kᵀ: any matrices of equal determinant: 1 + K(d − 1) + Ke.
struct EVV
    : detail::DecomposedCovariance<detail::Across::equal, detail::Across::varying, detail::Across::varying> {
    static constexpr const char* name = "EVV";
};

using VII = Spherical;  ///< λ_k I: K parameters
using VVI = Diagonal;   ///< λ_k A_k along the coordinate axes: Kd
using EEE = Tied;       ///< λ D A Dᵀ: d(d + 1)/2
using VVV = Full;       ///< λ_k D_k A_k D_kᵀ: Kd(d + 1)/2

}  // namespace latent
