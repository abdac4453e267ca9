// Observations that stand one a row (NumPy, CSV, R data frames), seen one a column without a copy.
#pragma once

#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/types.hpp"
#include "latent/data/sequences.hpp"

namespace latent {

/// An n × d matrix, one observation a row, seen as d × n: row- or column-major, of any stride, a block or a
/// map. A view: the memory must outlive it, so a temporary matrix is refused at compile time.
template <class Derived>
Observations<typename Derived::Scalar> rows(const Eigen::DenseBase<Derived>& x) {
    const Observations<typename Derived::Scalar> columns(x.derived());
    return {columns.data(), columns.cols(), columns.rows(), columns.column_stride(), columns.row_stride()};
}

/// n observations of d coordinates, one after the other (n × d, row-major), seen as d × n.
/// Throws std::invalid_argument for a negative n or d < 1.
template <class Scalar>
Observations<Scalar> rows(const Scalar* x, Index n, Index d) {
    detail::require(n >= 0 && d >= 1, "latent::rows: the shape is ", n, " × ", d,
                    ", expected n × d of at least 0 × 1");
    return {x, d, n, 1, d};
}

/// The same of a vector's memory; throws std::invalid_argument unless it has n·d elements.
template <class Scalar>
Observations<Scalar> rows(const std::vector<Scalar>& x, Index n, Index d) {
    const Observations<Scalar> columns = rows(x.data(), n, d);
    const auto size = static_cast<Index>(x.size());
    detail::require(size / d == n && size % d == 0, "latent::rows: x has ", size, " elements, expected ", n,
                    " × ", d);
    return columns;
}

template <class Derived>
Observations<typename Derived::Scalar> rows(const Eigen::PlainObjectBase<Derived>&&) =
    delete;  // would dangle
template <class Scalar>
Observations<Scalar> rows(const std::vector<Scalar>&&, Index n, Index d) = delete;  // would dangle

}  // namespace latent
