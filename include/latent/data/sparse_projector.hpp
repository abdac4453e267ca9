// A system matrix in memory, sparse.
#pragma once

#include <Eigen/SparseCore>
#include <cmath>
#include <span>

#include "latent/core/checks.hpp"
#include "latent/core/types.hpp"

namespace latent {

/// I × J, a ray a row.
using SystemMatrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;

/// A view of a system matrix: a Projector. The matrix must outlive it.
class SparseProjector {
  public:
    /// Throws std::invalid_argument unless the matrix is compressed, and of finite entries ≥ 0.
    SparseProjector(const SystemMatrix& matrix) : matrix_(&matrix) {  // NOLINT(google-explicit-constructor)
        detail::require(matrix.isCompressed(),
                        "latent::SparseProjector: the matrix is not compressed: call makeCompressed()");
        for (Index i = 0; i < matrix.rows(); ++i)
            for_each(i, [i](Index j, double a) {
                detail::require(std::isfinite(a) && a >= 0, "latent::SparseProjector: entry (", i, ", ", j,
                                ") is ", a, ", expected a finite number ≥ 0");
            });
    }
    SparseProjector(const SystemMatrix&&) = delete;  // would dangle

    Index rays() const { return matrix_->rows(); }
    Index pixels() const { return matrix_->cols(); }

    void forward(Index first, std::span<const double> x, std::span<double> y) const {
        const double* from = x.data();
        const auto* column = matrix_->innerIndexPtr();
        const double* entry = matrix_->valuePtr();
        for (double& sum : y) {
            Index p = matrix_->outerIndexPtr()[first], end = matrix_->outerIndexPtr()[++first];
            double parts[4] = {};  // of which each can be added to while the others are
            for (; p + 4 <= end; p += 4)
                for (int lane = 0; lane < 4; ++lane) parts[lane] += entry[p + lane] * from[column[p + lane]];
            for (; p < end; ++p) parts[0] += entry[p] * from[column[p]];
            sum = (parts[0] + parts[1]) + (parts[2] + parts[3]);
        }
    }
    // Inside all of a fit g++ 12 has no registers left for the loop's pointers, and an iteration takes up to 2.5 times as long.
    [[gnu::noinline]] void backward(Index first, std::span<const double> y, std::span<double> x) const {
        double* to = x.data();
        for (const double value : y) {
            if (value != 0) for_each(first, [&](Index j, double a) { to[j] += a * value; });
            ++first;
        }
    }

  private:
    template <class F>
    void for_each(Index i, const F& f) const {
        const auto* column = matrix_->innerIndexPtr();
        const double* entry = matrix_->valuePtr();
        const Index end = matrix_->outerIndexPtr()[i + 1];
        for (Index p = matrix_->outerIndexPtr()[i]; p < end; ++p) f(column[p], entry[p]);
    }

    const SystemMatrix* matrix_;
};

}  // namespace latent
