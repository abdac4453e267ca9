// Panels as Eigen computes with them.
#pragma once

#include <algorithm>

#include "latent/kernel/pack.hpp"

namespace latent::detail {

/// Column j of a panel, the filler included. (The filler repeats an observation, and its weights are zero.)
template <class Scalar>
auto values(const Panel<Scalar>& x, Index j) {
    using Column = const Eigen::Array<Scalar, Eigen::Dynamic, 1>;
    return Eigen::Map<Column, Eigen::Aligned64>(x.column(j), x.padded());
}
template <class Scalar>
auto values(Panel<Scalar>& x, Index j) {
    using Column = Eigen::Array<Scalar, Eigen::Dynamic, 1>;
    return Eigen::Map<Column, Eigen::Aligned64>(x.column(j), x.padded());
}

/// The same in double precision.
template <class Scalar>
auto doubles(const Panel<Scalar>& x, Index j) {
    return values(x, j).template cast<double>();
}

/// to := columns first … first + count − 1 of a panel, the filler included.
template <class Scalar>
void copy_columns(const Panel<Scalar>& from, Index first, Index count, Panel<Scalar>& to) {
    to.resize(from.size(), count);
    for (Index j = 0; j < count; ++j) std::copy_n(from.column(first + j), from.padded(), to.column(j));
    to.set_missing(from.missing() && lacks_cells(to));
}

}  // namespace latent::detail
