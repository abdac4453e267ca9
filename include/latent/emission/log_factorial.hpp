// log x! for counts.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace latent::detail {

/// log x! of a whole number x ≥ 0 (infinite for what is below or NaN): a table below 256, Stirling's series above; relative error below 1e-15.
/// (std::lgamma writes a global variable, so threads must not share it.)
inline double log_factorial(double x) {
    if (!(x >= 0)) return std::numeric_limits<double>::infinity();  // no count has it
    constexpr std::size_t size = 256;
    static const std::array<double, size> table = [] {
        std::array<double, size> values{};
        for (std::size_t i = 2; i < size; ++i) values[i] = values[i - 1] + std::log(static_cast<double>(i));
        return values;
    }();
    if (x < static_cast<double>(size)) return table[static_cast<std::size_t>(x)];
    const double inverse = 1 / x, square = inverse * inverse;
    constexpr double half_log_two_pi = 0.91893853320467274178;
    return (x + 0.5) * std::log(x) - x + half_log_two_pi +
           inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
}

}  // namespace latent::detail
