// Tables of numbers ≥ 0 by their logarithms, those of zero left out.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "latent/core/types.hpp"

namespace latent::detail {

/// How many values are not zero: the coordinates of a table in which zeros stay zero.
inline Index positive(const Eigen::MatrixXd& table) { return (table.array() > 0).count(); }

/// v := the logarithms of the values that are not zero, column by column.
inline void logs_of_positive(const Eigen::MatrixXd& table, std::span<double> v) {
    std::size_t next = 0;
    for (const double value : table.reshaped())
        if (value > 0) v[next++] = std::log(value);
}

/// The reverse, for any v: no value becomes zero or infinite.
inline void positive_from_logs(std::span<const double> v, Eigen::MatrixXd& table) {
    using Limits = std::numeric_limits<double>;
    std::size_t next = 0;
    for (double& value : table.reshaped())
        if (value > 0) value = std::clamp(std::exp(v[next++]), Limits::min(), Limits::max());
}

}  // namespace latent::detail
