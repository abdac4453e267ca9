// Scaling by powers of two, which rounds nothing.
#pragma once

#include <bit>
#include <cstdint>

#include "latent/kernel/lanes.hpp"

namespace latent::detail {

/// Numbers below this become zero: then no product of two is denormal, which would be a hundred times slower.
inline constexpr double least_number = 0x1p-500;

/// Sums of probabilities below this may have lost states that way: to one that is not, each was less than 2⁻⁶⁰ of it.
inline constexpr double least_sum = 0x1p-440;

/// NaN stays one, so that it is noticed.
template <class L>
[[gnu::always_inline]] inline void flush(L& x) {
    select(x < least_number, L{}, x, x);
}

/// The factor 2^−e that brings a positive normal x = m·2^e, 1 ≤ m < 2, into [1, 2).
inline double unit_scale(double x) {
    constexpr std::uint64_t exponent = 0x7ff0000000000000, twice_bias = 0x7fe0000000000000;
    return std::bit_cast<double>(twice_bias - (std::bit_cast<std::uint64_t>(x) & exponent));
}
/// The same of each lane.
template <class L>
[[gnu::always_inline]] inline void unit_scale(const L& x, L& scale) {
    using Bits = typename Register<double, sizeof(L)>::Bits;
    constexpr std::int64_t exponent = 0x7ff0000000000000, twice_bias = 0x7fe0000000000000;
    Bits bits;
    reinterpret(x, bits);
    reinterpret(Bits(twice_bias - (bits & exponent)), scale);
}
/// The same e.
inline int exponent_of(double x) {
    return static_cast<int>(std::bit_cast<std::uint64_t>(x) >> 52 & 0x7ff) - 1023;
}

}  // namespace latent::detail
