// A number for each state at each step, a step's states side by side.
#pragma once

#include <algorithm>

#include "latent/core/aligned_table.hpp"
#include "latent/kernel/dispatch.hpp"
#include "latent/kernel/lanes.hpp"
#include "latent/kernel/panel_tile.hpp"

namespace latent::detail {

/// Rows of states are padded to as many: registers of this build, of AVX2, and what a tile takes.
inline constexpr Index state_unit = std::max<Index>(lanes<double>, 4);

/// Bytes of the widest registers that rows of states are whole numbers of.
inline constexpr int state_bytes = static_cast<int>(8 * state_unit);

/// K states and the padding.
inline Index padded_states(Index K) { return (K + state_unit - 1) / state_unit * state_unit; }

/// Where rows of states are: a value, so that the compiler need not fear that a store to a row changes it.
template <class Number>
struct RowsAt {
    Number* first;
    Index stride;

    [[gnu::always_inline]] Number* operator[](Index t) const { return first + t * stride; }
    // NOLINTNEXTLINE(google-explicit-constructor): as a pointer does
    operator RowsAt<const Number>() const { return {first, stride}; }
};

/// A table of steps × states. A row is a step: contiguous, aligned, and padded with zeros to whole registers, so
/// the states are the lanes of the vector unit. Rows of a multiple of 64 states are a cache line further apart, since
/// they would alias in the cache. `resize` allocates only when the table grows.
class StateRows {
  public:
    /// Makes room; what the table held is lost.
    void resize(Index steps, Index states) {
        padded_ = padded_states(states);
        states_ = states;
        table_.resize(steps, stride_of(padded_));
    }
    Index states() const { return states_; }
    /// Doubles from a row of so many, whole registers, to the next.
    static constexpr Index stride_of(Index padded) {
        constexpr Index line = lanes<double, 64>;
        return padded % (8 * line) == 0 ? padded + line : padded;
    }
    /// States rounded up to whole registers.
    Index padded() const { return padded_; }
    /// Doubles from a row to the next.
    Index stride() const { return table_.stride(); }
    double* operator[](Index t) { return table_[t]; }
    const double* operator[](Index t) const { return table_[t]; }
    RowsAt<double> at() { return {table_[0], stride()}; }
    RowsAt<const double> at() const { return {table_[0], stride()}; }
    /// Row t := value(k) for every state, and `padding` behind.
    template <class Value>
    void fill(Index t, const Value& value, double padding = 0) {
        for (Index k = 0; k < padded_; ++k) (*this)[t][k] = k < states_ ? value(k) : padding;
    }

  private:
    AlignedTable<double> table_;  // a line is a step
    Index padded_ = 0, states_ = 0;
};

/// Rows 0 … n − 1 := the n × K panel, transposed.
inline void to_rows(const Panel<double>& panel, StateRows& rows) {
    const Index n = panel.size(), tiled = n / lanes<double, 64> * lanes<double, 64>;
    for_each_tile<double, state_bytes>(
        tiled, rows.padded(),
        [from = columns_of(panel), to = rows.at()](auto bytes, Index t, Index k) LATENT_ALWAYS_INLINE {
            Tile<double, bytes()> tile;
            load_tile<bytes()>(from, t, k, tile);
#pragma GCC unroll 8
            for (int r = 0; r < lanes<double, bytes()>; ++r) store(to[t + r] + k, tile[r]);
        });
    for (Index t = tiled; t < n; ++t) rows.fill(t, [&](Index k) { return panel(t, k); });
}

/// The n × K panel := rows 0 … n − 1, transposed; its filler becomes zero.
inline void to_panel(const StateRows& rows, Index n, Panel<double>& panel) {
    const Index tiled = n / lanes<double, 64> * lanes<double, 64>;
    panel.resize(n, rows.states());
    for_each_tile<double, state_bytes>(
        tiled, rows.padded(),
        [from = rows.at(), to = columns_of(panel)](auto bytes, Index t, Index k) LATENT_ALWAYS_INLINE {
            Tile<double, bytes()> tile;
#pragma GCC unroll 8
            for (int r = 0; r < lanes<double, bytes()>; ++r) load(from[t + r] + k, tile[r]);
            store_tile<bytes()>(tile, t, k, to);
        });
    for (Index k = 0; k < rows.states(); ++k) {
        double* column = panel.column(k);
        for (Index t = tiled; t < n; ++t) column[t] = rows[t][k];
        std::fill(column + n, column + panel.padded(), 0.0);
    }
}

}  // namespace latent::detail
