// Brings a block of observations into the layout of the kernels.
#pragma once

#include <algorithm>

#include "latent/data/sequences.hpp"
#include "latent/kernel/dispatch.hpp"
#include "latent/kernel/panel.hpp"

namespace latent::detail {

/// Copies `Count` coordinates of n observations, `step` apart, into columns, a register's worth of observations at a
/// time, of each of which it reads a register's worth of numbers. Returns the observations that were copied: those left
/// are too few.
template <int Count, class Scalar>
Index pack_tiles(const Scalar* from, Index step, Index n, Index readable, Scalar* to, Index stride) {
    constexpr int width = static_cast<int>(lanes<Scalar>);
    Index i = 0;
    for (; (i + width - 1) * step + width <= readable && i + width <= n; i += width) {
        Lane<Scalar> tile[width];
#pragma GCC unroll 16
        for (int l = 0; l < width; ++l) load(from + (i + l) * step, tile[l]);
        transpose(tile);
#pragma GCC unroll 16
        for (int j = 0; j < Count; ++j) store(to + j * stride + i, tile[j]);
    }
    return i;
}

/// Copies the d × n block x into a panel, one column a dimension; the filler repeats the last observation.
template <class Scalar>
void pack(const Observations<Scalar>& x, Panel<Scalar>& panel) {
    constexpr int width = static_cast<int>(lanes<Scalar>);
    const Index d = x.rows(), n = x.cols();
    panel.resize(n, d);
    const bool columns = x.column_stride() == 1, tiles = !columns && x.row_stride() == 1 && d > 1;
    for (Index j = 0; j < d;) {
        const Index first =
            std::max<Index>(0, std::min(j, d - width));  // the last tile may overlap the one before
        const Scalar* from = x.data() + first * x.row_stride();
        Index copied = 0;
        if (tiles)
            with_size<width>(std::min<Index>(width, d), [&](auto count) {
                copied =
                    pack_tiles<count()>(from, x.column_stride(), n, (n - 1) * x.column_stride() + d - first,
                                        panel.column(first), panel.stride());
            });
        for (const Index end = tiles ? std::min(d, first + width) : j + 1; j < end; ++j) {
            from = x.data() + j * x.row_stride();
            Scalar* to = panel.column(j);
            if (columns)
                std::copy_n(from, n, to);
            else
                for (Index i = copied; i < n; ++i) to[i] = from[i * x.column_stride()];
            std::fill(to + n, to + panel.padded(), to[n - 1]);
        }
    }
}

}  // namespace latent::detail
