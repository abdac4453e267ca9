// A panel as the other way of laying a table out sees it: observation by observation, a register square at a time.
#pragma once

#include <type_traits>

#include "latent/data/panel.hpp"
#include "latent/kernel/dispatch.hpp"
#include "latent/kernel/lanes.hpp"

namespace latent::detail {

/// Where a panel's columns are: a value, so that the compiler need not fear that a store to a column changes it.
template <class Number>
struct ColumnsAt {
    Number* first;
    Index stride, count;

    [[gnu::always_inline]] Number* operator[](Index k) const { return first + k * stride; }
};
template <class Scalar>
ColumnsAt<Scalar> columns_of(Panel<Scalar>& panel) {
    return {panel.column(0), panel.stride(), panel.columns()};
}
template <class Scalar>
ColumnsAt<const Scalar> columns_of(const Panel<Scalar>& panel) {
    return {panel.column(0), panel.stride(), panel.columns()};
}

/// As many registers as each has lanes.
template <class Scalar, Index Bytes>
using Tile = Lane<Scalar, Bytes>[static_cast<std::size_t>(lanes<Scalar, Bytes>)];

/// tile[r] := columns `column` … of row `row` + r, zeros behind the last column.
template <Index Bytes, class Number, class Scalar = std::remove_const_t<Number>>
[[gnu::always_inline]] inline void load_tile(const ColumnsAt<Number>& from, Index row, Index column,
                                             Tile<Scalar, Bytes>& tile) {
#pragma GCC unroll 16
    for (int c = 0; c < static_cast<int>(lanes<Scalar, Bytes>); ++c) {
        tile[c] = Lane<Scalar, Bytes>{};
        if (column + c < from.count) load(from[column + c] + row, tile[c]);
    }
    transpose(tile);
}

/// The reverse. What is behind the last column is lost; the tile is overwritten.
template <Index Bytes, class Scalar>
[[gnu::always_inline]] inline void store_tile(Tile<Scalar, Bytes>& tile, Index row, Index column,
                                              const ColumnsAt<Scalar>& to) {
    transpose(tile);
#pragma GCC unroll 16
    for (int c = 0; c < static_cast<int>(lanes<Scalar, Bytes>); ++c)
        if (column + c < to.count) store(to[column + c] + row, tile[c]);
}

/// visit(bytes, row, column) for each square of n rows (whole cache lines) and so many columns, in the widest registers, of
/// at most Most bytes, that there are. What `visit` needs it holds by value.
template <class Scalar, int Most = 64, class Visit>
void for_each_tile(Index n, Index columns, const Visit& visit) {
    with_registers<Most>([&](auto bytes) {
        call_in_registers<bytes()>([&]() LATENT_ALWAYS_INLINE {
            constexpr Index width = lanes<Scalar, bytes()>;
            const Visit own = visit;  // here, where no store can change it
            for (Index row = 0, rows = n, end = columns; row < rows; row += width)
                for (Index column = 0; column < end; column += width) own(bytes, row, column);
        });
    });
}

}  // namespace latent::detail
