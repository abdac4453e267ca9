// Lines of numbers in memory as registers take them.
#pragma once

#include <cstddef>
#include <memory>
#include <new>

#include "latent/core/types.hpp"

namespace latent::detail {

/// Lines of numbers, `stride()` apart, the first on a 64-byte boundary: the columns of a Panel, the rows of StateRows. `resize`
/// allocates only when the table grows, so that one lives across blocks and iterations.
template <class Number>
class AlignedTable {
  public:
    /// Makes room for so many lines; what the table held is lost.
    void resize(Index lines, Index stride) {
        stride_ = stride;
        const Index needed = lines * stride;
        if (needed <= capacity_) return;
        data_.reset(static_cast<Number*>(
            ::operator new (static_cast<std::size_t>(needed) * sizeof(Number), std::align_val_t{64})));
        capacity_ = needed;
    }
    /// Numbers from the beginning of a line to that of the next.
    Index stride() const { return stride_; }
    Number* operator[](Index line) { return data_.get() + line * stride_; }
    const Number* operator[](Index line) const { return data_.get() + line * stride_; }

  private:
    struct Free {
        void operator()(Number* p) const { ::operator delete (p, std::align_val_t{64}); }
    };
    std::unique_ptr<Number[], Free> data_;
    Index stride_ = 0, capacity_ = 0;
};

}  // namespace latent::detail
