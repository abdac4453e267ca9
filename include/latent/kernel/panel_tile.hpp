// A panel as the other way of laying a table out sees it: observation by observation, a register square at a time.
#pragma once

#include "latent/kernel/lanes.hpp"
#include "latent/kernel/panel.hpp"

namespace latent::detail {

/// As many registers as each has lanes.
template <class Scalar>
using Tile = Lane<Scalar>[static_cast<std::size_t>(lanes<Scalar>)];

/// tile[r] := columns `column` … of row `row` + r, zeros behind the panel's last column.
template <class Scalar>
[[gnu::always_inline]] inline void load_tile(const Panel<Scalar>& panel, Index row, Index column,
                                             Tile<Scalar>& tile) {
#pragma GCC unroll 16
    for (int c = 0; c < static_cast<int>(lanes<Scalar>); ++c)
        tile[c] = column + c < panel.columns() ? load(panel.column(column + c) + row) : Lane<Scalar>{};
    transpose(tile);
}

/// The reverse. What is behind the panel's last column is lost; the tile is overwritten.
template <class Scalar>
[[gnu::always_inline]] inline void store_tile(Tile<Scalar>& tile, Index row, Index column,
                                              Panel<Scalar>& panel) {
    transpose(tile);
#pragma GCC unroll 16
    for (int c = 0; c < static_cast<int>(lanes<Scalar>); ++c)
        if (column + c < panel.columns()) store(panel.column(column + c) + row, tile[c]);
}

}  // namespace latent::detail
