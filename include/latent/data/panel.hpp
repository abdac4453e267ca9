// A block of observations laid out for the vector unit.
#pragma once

#include "latent/core/aligned_table.hpp"
#include "latent/core/types.hpp"

namespace latent {

/// A table of `size()` observations × `columns()` values: a block's coordinates (one column a dimension), its
/// log-densities or its responsibilities (one column a component).
///
/// Each column is contiguous, starts on a 64-byte boundary and is padded to a whole number of registers, so
/// the observations are the lanes of the vector unit. Rows past `size()`, up to `padded()`, hold finite
/// filler (of missing cells NaN): a kernel may compute on them and must let them count for nothing. Columns are one cache line
/// further apart than needed, because power-of-two strides alias in the cache. `resize` allocates only when
/// the panel grows: a panel lives across blocks and iterations.
template <class Scalar>
class Panel {
  public:
    /// Observations in the block.
    Index size() const { return size_; }
    /// Dimensions, or components.
    Index columns() const { return columns_; }
    /// Observations rounded up to a multiple of 64 bytes' worth of scalars.
    Index padded() const { return padded_; }
    /// Distance between columns, in scalars.
    Index stride() const { return table_.stride(); }

    /// Whether some cells are missing, and NaN.
    bool missing() const { return missing_; }
    /// Says so; the cells are the caller's to set.
    void set_missing(bool missing) { missing_ = missing; }

    /// The padded() numbers of column j.
    Scalar* column(Index j) { return table_[j]; }
    const Scalar* column(Index j) const { return table_[j]; }
    Scalar& operator()(Index i, Index j) { return column(j)[i]; }
    const Scalar& operator()(Index i, Index j) const { return column(j)[i]; }

    /// Makes room; what the panel held is lost.
    void resize(Index size, Index columns) {
        missing_ = false;
        size_ = size;
        columns_ = columns;
        padded_ = (size + line - 1) / line * line;
        table_.resize(columns, padded_ + line);
    }

  private:
    static constexpr Index line = 64 / static_cast<Index>(sizeof(Scalar));

    Index size_ = 0, columns_ = 0, padded_ = 0;
    bool missing_ = false;
    detail::AlignedTable<Scalar> table_;  // a line is a column
};

}  // namespace latent
