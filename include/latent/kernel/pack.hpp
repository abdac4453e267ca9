// Brings a block of observations into the layout of the kernels.
#pragma once

#include <algorithm>
#include <cmath>

#include "latent/core/compiled.hpp"
#include "latent/data/panel.hpp"
#include "latent/data/sequences.hpp"
#include "latent/kernel/dispatch.hpp"

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

/// Whether a cell of the panel is NaN.
template <class Scalar>
bool lacks_cells(const Panel<Scalar>& panel) {
    for (Index j = 0; j < panel.columns(); ++j) {
        const Scalar* x = panel.column(j);
        bool lacks = false;  // or-ed, so that it is done in registers
        for (Index i = 0; i < panel.size(); ++i) lacks |= std::isnan(x[i]);
        if (lacks) return true;
    }
    return false;
}

/// Copies the d × n block x into a panel, one column a dimension; the filler repeats the last observation. The panel is
/// missing() where x has missing cells.
template <class Scalar>
void pack(const Observations<Scalar>& x, Panel<Scalar>& panel) {
    constexpr int width = static_cast<int>(lanes<Scalar>);
    const Index d = x.rows(), n = x.cols();
    panel.resize(n, d);
    if (n == 1) {  // as it comes to a filter: all that is below would take longer than what it does
        for (Index j = 0; j < d; ++j)
            std::fill_n(panel.column(j), lanes<Scalar, 64>, x.data()[j * x.row_stride()]);
        return panel.set_missing(x.missing() && lacks_cells(panel));
    }
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
    panel.set_missing(x.missing() && lacks_cells(panel));
}

#define LATENT_PACK(S) LATENT_INSTANTIATE(kernel, void pack<S>(const Observations<S>&, Panel<S>&))
LATENT_FOR_SCALARS(LATENT_PACK);
#undef LATENT_PACK

}  // namespace latent::detail
