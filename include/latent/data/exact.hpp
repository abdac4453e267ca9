// Whole numbers as floating-point ones: exactly, or not at all.
#pragma once

#include <bit>
#include <concepts>
#include <limits>
#include <type_traits>

namespace latent::detail {

/// Whether Scalar holds the number exactly: whatever has no more digits than it, and of longer whole numbers those whose
/// odd part has none.
template <std::floating_point Scalar, class Number>
constexpr bool holds(Number number) {
    constexpr int digits = std::numeric_limits<Scalar>::digits;
    if constexpr (std::numeric_limits<Number>::digits > digits) {
        static_assert(std::integral<Number>);
        using Magnitude = std::make_unsigned_t<Number>;
        const auto bits = static_cast<Magnitude>(number);
        const auto magnitude = number < 0 ? static_cast<Magnitude>(Magnitude{0} - bits) : bits;
        const auto odd_digits = static_cast<int>(std::bit_width(magnitude)) - std::countr_zero(magnitude);
        return magnitude == 0 || odd_digits <= digits;
    } else {
        return true;
    }
}

template <std::floating_point Scalar>
inline constexpr const char* name_of = sizeof(Scalar) == sizeof(float) ? "float" : "double";

}  // namespace latent::detail
