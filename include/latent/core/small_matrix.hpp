// Cholesky factor, its inverse, eigenvectors and linear systems of small matrices.
//
// Eigen's own decompositions are blocked for large matrices, and each costs every translation unit that fits
// a Gaussian two to five seconds of compilation. (What is a template here is one so that only its callers compile it.) Covariances are small: these columnwise loops are as
// accurate, as fast at d ≤ 128 within a few percent of an iteration, allocate nothing, and compile in a
// fraction of that.
#pragma once

#include <Eigen/Jacobi>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <type_traits>
#include <utility>
#include <vector>

#include "latent/core/types.hpp"

namespace latent::detail {

/// A matrix or a column block of one, to be written.
using Block = Eigen::Ref<Eigen::MatrixXd>;
using ConstBlock = Eigen::Ref<const Eigen::MatrixXd>;

/// Replaces the lower triangle of symmetric A by L, A = L Lᵀ; false where A is not positive definite. d³/3
/// flops.
inline bool cholesky(Block a) {
    const Index d = a.rows();
    for (Index j = 0; j < d; ++j) {
        auto column = a.col(j).tail(d - j);
        for (Index k = 0; k < j; ++k) column -= a(j, k) * a.col(k).tail(d - j);
        if (!(column(0) > 0) || !std::isfinite(column(0))) return false;
        column /= std::sqrt(column(0));
    }
    return true;
}

/// The same of A that may be singular, or be so but for rounding: where a pivot is nothing beside its diagonal entry the column
/// is zero, and ∞ on the diagonal, so that invert_lower leaves a W with A Wᵀ W A = A. Returns the rank.
inline Index semidefinite_cholesky(Block a) {
    const Index d = a.rows();
    const double rounding = static_cast<double>(4 * d) * std::numeric_limits<double>::epsilon();
    Index rank = 0;
    for (Index j = 0; j < d; ++j) {
        auto column = a.col(j).tail(d - j);
        const double least = rounding * column(0);
        for (Index k = 0; k < j; ++k) column -= a(j, k) * a.col(k).tail(d - j);
        if (column(0) > least && std::isfinite(column(0))) {
            column /= std::sqrt(column(0));
            ++rank;
        } else {
            column.setZero();
            column(0) = std::numeric_limits<double>::infinity();
        }
    }
    return rank;
}

/// Replaces lower triangular L by L⁻¹, with zeros above the diagonal. d³/3 flops.
inline void invert_lower(Block l) {
    const Index d = l.rows();
    for (Index j = d - 1; j >= 0; --j) {
        const double pivot = 1 / l(j, j);
        l(j, j) = pivot;
        l.col(j).head(j).setZero();
        // Below the pivot stands −L₂₂⁻¹ l₂₁ / l₁₁; L₂₂⁻¹ is there already. From the last column on, each adds
        // its multiple to what lies below it, so that l₂₁ can be overwritten in place.
        for (Index k = d - 1; k > j; --k) {
            const double factor = -pivot * l(k, j);
            l(k, j) = factor * l(k, k);
            l.col(j).tail(d - k - 1) += factor * l.col(k).tail(d - k - 1);
        }
    }
}

/// out := bᵀ A⁻¹, A⁻¹ = Wᵀ W.
inline void divide(const ConstBlock& b, const ConstBlock& w, Eigen::MatrixXd& room, Eigen::MatrixXd& out) {
    room.noalias() = w.lazyProduct(b);
    out.noalias() = room.transpose().lazyProduct(w);
}

/// Rotates the columns of symmetric positive semidefinite A until they are orthogonal, by one-sided Jacobi
/// rotations (Hestenes 1958): column i becomes λ_i v_i, so its length is an eigenvalue and its direction the
/// eigenvector. Eigenvalues are exact to rounding of the largest. About 40 d³ flops.
template <class Scalar>
void eigen_columns(Eigen::MatrixX<Scalar>& a) {
    const double rounding = static_cast<double>(a.rows()) * std::numeric_limits<double>::epsilon();
    bool rotated = true;
    for (int sweep = 0; rotated && sweep < 64; ++sweep) {
        rotated = false;
        for (Index q = 1; q < a.cols(); ++q)
            for (Index p = 0; p < q; ++p) {
                const double product = a.col(p).dot(a.col(q));
                const double pp = a.col(p).squaredNorm(), qq = a.col(q).squaredNorm();
                if (!(std::abs(product) > rounding * std::sqrt(pp) * std::sqrt(qq))) continue;  // also NaN
                const double half_gap = (qq - pp) / (2 * product);
                const double tangent =
                    std::copysign(1.0, half_gap) / (std::abs(half_gap) + std::hypot(1.0, half_gap));
                const double cosine = 1 / std::hypot(1.0, tangent);
                a.applyOnTheRight(p, q, Eigen::JacobiRotation<double>(cosine, cosine * tangent));
                rotated = true;
            }
    }
}

/// Turns axes p and q of what stands in a matrix's own axes, B := Rᵀ B R.
template <class Scalar>
void turn(Eigen::MatrixX<Scalar>& b, Index p, Index q, const Eigen::JacobiRotation<double>& rotation) {
    b.applyOnTheRight(p, q, rotation);
    b.applyOnTheLeft(p, q, rotation.transpose());
}

/// A = D diag(values) Dᵀ, the largest value first.
struct Eigensystem {
    Eigen::MatrixXd vectors;
    Eigen::VectorXd values;
};

/// Of a symmetric matrix, by Jacobi's rotations: orthogonal to rounding whatever its rank. About 20 d³ flops.
template <class Scalar = double>
Eigensystem eigensystem(std::type_identity_t<Eigen::MatrixX<Scalar>> a) {
    const Index d = a.rows();
    Eigen::MatrixX<Scalar> vectors = Eigen::MatrixX<Scalar>::Identity(d, d);
    bool rotated = true;
    for (int sweep = 0; rotated && sweep < 64; ++sweep) {
        rotated = false;
        for (Index q = 1; q < d; ++q)
            for (Index p = 0; p < q; ++p) {
                const double beside = std::sqrt(std::abs(a(p, p))) * std::sqrt(std::abs(a(q, q)));
                if (!(std::abs(a(p, q)) > std::numeric_limits<double>::epsilon() * beside)) continue;
                Eigen::JacobiRotation<double> rotation;
                rotation.makeJacobi(a, p, q);
                turn(a, p, q, rotation);
                vectors.applyOnTheRight(p, q, rotation);
                rotated = true;
            }
    }
    std::vector<Index> order(static_cast<std::size_t>(d));
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Index i, Index j) { return a(i, i) > a(j, j); });
    Eigensystem sorted{Eigen::MatrixXd(d, d), Eigen::VectorXd(d)};
    for (Index j = 0; j < d; ++j) {
        sorted.vectors.col(j) = vectors.col(order[static_cast<std::size_t>(j)]);
        sorted.values(j) = a(order[static_cast<std::size_t>(j)], order[static_cast<std::size_t>(j)]);
    }
    return sorted;
}

/// Replaces b by A⁻¹ b; A is overwritten. Gaussian elimination with row pivots; not finite where A is singular.
/// d³·2/3 flops.
template <class Scalar>
void solve_in_place(Eigen::MatrixX<Scalar>& a, Eigen::VectorX<Scalar>& b) {
    const Index d = a.rows();
    for (Index j = 0; j < d; ++j) {
        Index pivot = 0;
        a.col(j).tail(d - j).cwiseAbs().maxCoeff(&pivot);
        a.row(j).swap(a.row(j + pivot));
        std::swap(b(j), b(j + pivot));
        for (Index i = j + 1; i < d; ++i) {
            const double factor = a(i, j) / a(j, j);
            a.row(i).tail(d - j) -= factor * a.row(j).tail(d - j);
            b(i) -= factor * b(j);
        }
    }
    for (Index j = d - 1; j >= 0; --j) {
        b(j) /= a(j, j);
        b.head(j) -= b(j) * a.col(j).head(j);
    }
}

}  // namespace latent::detail
