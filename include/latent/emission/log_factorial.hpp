// log x! for counts.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "latent/core/types.hpp"

namespace latent::detail {

/// log x! of the counts 0 … 255.
inline const std::array<double, 256>& log_factorials() {
    static const std::array<double, 256> table = [] {
        std::array<double, 256> values{};
        for (std::size_t i = 2; i < values.size(); ++i)
            values[i] = values[i - 1] + std::log(static_cast<double>(i));
        return values;
    }();
    return table;
}

/// log x! of a whole number x ≥ 0 (infinite for what is below or NaN): a table below 256, Stirling's series
/// above; relative error below 1e-15. (std::lgamma writes a global variable, so threads must not share it.)
inline double log_factorial(double x) {
    if (!(x >= 0)) return std::numeric_limits<double>::infinity();  // no count has it
    if (x < 256) return log_factorials()[static_cast<std::size_t>(x)];
    const double inverse = 1 / x, square = inverse * inverse;
    constexpr double half_log_two_pi = 0.91893853320467274178;
    return (x + 0.5) * std::log(x) - x + half_log_two_pi +
           inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
}

/// from[i] −= log x_i! for n counts, without a branch an observation where all are in the table.
template <class Scalar>
void subtract_log_factorials(const Scalar* x, Index n, double* from) {
    const auto& table = log_factorials();
    bool small = true;
    for (Index i = 0; i < n; ++i) small &= x[i] >= 0 && x[i] < 256;
    if (small)
        for (Index i = 0; i < n; ++i) from[i] -= table[static_cast<std::size_t>(x[i])];
    else
        for (Index i = 0; i < n; ++i) from[i] -= log_factorial(static_cast<double>(x[i]));
}

}  // namespace latent::detail
