// Tables of parameters, d × K: bad ones are refused by name.
#pragma once

#include <cmath>
#include <string>

#include "latent/core/checks.hpp"
#include "latent/core/types.hpp"

namespace latent::detail {

/// Throws std::invalid_argument, in the name of `owner`, unless the table is d × K, not empty, and
/// valid(value) for all its values.
template <class Valid>
void require_parameters(const char* owner, const char* name, const Eigen::MatrixXd& table, Index d, Index K,
                        const Valid& valid, const char* expected) {
    require(table.size() > 0 && table.rows() == d && table.cols() == K, "latent::", owner, ": ", name, " is ",
            table.rows(), " × ", table.cols(), ", expected d × K = ", d, " × ", K, ", not empty");
    for (Index k = 0; k < K; ++k)
        for (Index j = 0; j < d; ++j)
            require(valid(table(j, k)), "latent::", owner, ": ", name, "(", j, ", ", k, ") is ", table(j, k),
                    ", expected ", expected);
}

/// Throws std::invalid_argument, by the name `what`, unless the matrix is d × d, finite and, but for rounding, symmetric.
inline void require_symmetric(const std::string& what, const Eigen::MatrixXd& given, Index d) {
    require(given.rows() == d && given.cols() == d, what, " is ", given.rows(), " × ", given.cols(),
            ", expected ", d, " × ", d);
    require(given.allFinite(), what, " has a value that is not finite");
    for (Index j = 0; j < d; ++j)
        for (Index i = 0; i < j; ++i)
            require(
                std::abs(given(i, j) - given(j, i)) <= 1e-8 * std::sqrt(std::abs(given(i, i) * given(j, j))),
                what, " is not symmetric: entry (", i, ", ", j, ") is ", given(i, j), ", entry (", j, ", ", i,
                ") is ", given(j, i));
}

inline bool finite_and_positive(double value) { return value > 0 && std::isfinite(value); }

/// Whether all columns are one and the same.
inline bool same_columns(const Eigen::MatrixXd& table) {
    return table == table.col(0).replicate(1, table.cols());
}

/// A component with no more weight than this keeps its parameters: squares of smaller weights underflow.
inline constexpr double negligible_count = 1e-150;

}  // namespace latent::detail
