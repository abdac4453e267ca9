// A number for each state at each step, a step's states side by side.
#pragma once

#include <algorithm>
#include <memory>
#include <new>

#include "latent/kernel/lanes.hpp"

namespace latent::detail {

/// Registers that hold one number for each of K states; at least four numbers, which is what a tile takes.
inline Index state_registers(Index K) {
    constexpr Index unit = std::max<Index>(lanes<double>, 4);
    return (K + unit - 1) / unit * unit / lanes<double>;
}

/// A table of steps × states. A row is a step: contiguous, aligned, and padded with zeros to whole registers, so
/// the states are the lanes of the vector unit. `resize` allocates only when the table grows.
class StateRows {
  public:
    /// Makes room; what the table held is lost.
    void resize(Index steps, Index states) {
        stride_ = state_registers(states) * lanes<double>;
        states_ = states;
        if (steps * stride_ <= capacity_) return;
        capacity_ = steps * stride_;
        data_.reset(static_cast<double*>(
            ::operator new (static_cast<std::size_t>(capacity_) * sizeof(double), std::align_val_t{64})));
    }
    Index states() const { return states_; }
    /// Doubles from a row to the next.
    Index stride() const { return stride_; }
    double* operator[](Index t) { return data_.get() + t * stride_; }
    const double* operator[](Index t) const { return data_.get() + t * stride_; }
    /// Row t := value(k) for every state, and `padding` behind.
    template <class Value>
    void fill(Index t, const Value& value, double padding = 0) {
        for (Index k = 0; k < stride_; ++k) (*this)[t][k] = k < states_ ? value(k) : padding;
    }

  private:
    struct Free {
        void operator()(double* p) const { ::operator delete (p, std::align_val_t{64}); }
    };
    std::unique_ptr<double[], Free> data_;
    Index stride_ = 0, states_ = 0, capacity_ = 0;
};

/// Rows 0 … n − 1 := the n × K panel, transposed.
template <class Panel>
void to_rows(const Panel& panel, StateRows& rows) {
    constexpr Index tile = 8;
    for (Index first = 0; first < panel.size(); first += tile) {
        const Index end = std::min(first + tile, panel.size());
        for (Index k = 0; k < rows.stride(); ++k)
            for (Index t = first; t < end; ++t)
                rows[t][k] = k < rows.states() ? static_cast<double>(panel(t, k)) : 0.0;
    }
}

/// The n × K panel := rows 0 … n − 1, transposed; its filler becomes zero.
template <class Scalar, template <class> class Panel>
void to_panel(const StateRows& rows, Index n, Panel<Scalar>& panel) {
    panel.resize(n, rows.states());
    for (Index k = 0; k < rows.states(); ++k) {
        Scalar* column = panel.column(k);
        for (Index t = 0; t < n; ++t) column[t] = static_cast<Scalar>(rows[t][k]);
        std::fill(column + n, column + panel.padded(), Scalar(0));
    }
}

}  // namespace latent::detail
