// Brings a block of observations into the layout of the kernels.
#pragma once

#include <algorithm>

#include "latent/data/sequences.hpp"
#include "latent/kernel/panel.hpp"

namespace latent::detail {

/// Copies the d × n block x into a panel, one column a dimension; the filler repeats the last observation.
template <class Scalar>
void pack(const Observations<Scalar>& x, Panel<Scalar>& panel) {
    panel.resize(x.cols(), x.rows());
    for (Index j = 0; j < x.rows(); ++j) {
        const Scalar* from = x.data() + j * x.row_stride();
        Scalar* to = panel.column(j);
        if (x.column_stride() == 1)  // the compiler vectorizes only what it knows to be contiguous
            std::copy_n(from, x.cols(), to);
        else
            for (Index i = 0; i < x.cols(); ++i) to[i] = from[i * x.column_stride()];
        std::fill(to + x.cols(), to + panel.padded(), to[x.cols() - 1]);
    }
}

}  // namespace latent::detail
