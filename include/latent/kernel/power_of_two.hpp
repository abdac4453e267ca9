// Scaling by powers of two, which rounds nothing.
#pragma once

#include <bit>
#include <cstdint>

namespace latent::detail {

/// Sums of probabilities below this may have lost states to underflow on the way.
inline constexpr double least_sum = 0x1p-500;

/// The factor 2^−e that brings a positive normal x = m·2^e, 1 ≤ m < 2, into [1, 2).
inline double unit_scale(double x) {
    constexpr std::uint64_t exponent = 0x7ff0000000000000, twice_bias = 0x7fe0000000000000;
    return std::bit_cast<double>(twice_bias - (std::bit_cast<std::uint64_t>(x) & exponent));
}
/// The same e.
inline int exponent_of(double x) {
    return static_cast<int>(std::bit_cast<std::uint64_t>(x) >> 52 & 0x7ff) - 1023;
}

}  // namespace latent::detail
