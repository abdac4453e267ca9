// What kernel/lanes.hpp needs of a register, in standard C++: for compilers that have no vector extensions.
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "latent/core/types.hpp"

namespace latent::detail {

/// N numbers, with the operators of a vector of GCC and clang: elementwise, also with one number for all.
template <class T, Index N>
struct StandardLanes {
    alignas(sizeof(T) * N) T value[static_cast<std::size_t>(N)];

    StandardLanes() = default;  // StandardLanes{} is all zeros
    StandardLanes(T all) {      // NOLINT(google-explicit-constructor): one number for all
        for (T& v : value) v = all;
    }
    template <std::integral I>
    T& operator[](I i) {
        return value[i];
    }
    template <std::integral I>
    const T& operator[](I i) const {
        return value[i];
    }

    /// The lanes f(a[i], b[i]).
    template <class Out = StandardLanes, class F>
    static Out each(const StandardLanes& a, const StandardLanes& b, F f) {
        Out out;
        for (Index i = 0; i < N; ++i) out[i] = f(a[i], b[i]);
        return out;
    }

    friend StandardLanes operator+(const StandardLanes& a, const StandardLanes& b) {
        return each(a, b, [](T x, T y) { return x + y; });
    }
    friend StandardLanes operator-(const StandardLanes& a, const StandardLanes& b) {
        return each(a, b, [](T x, T y) { return x - y; });
    }
    friend StandardLanes operator*(const StandardLanes& a, const StandardLanes& b) {
        return each(a, b, [](T x, T y) { return x * y; });
    }
    friend StandardLanes operator/(const StandardLanes& a, const StandardLanes& b) {
        return each(a, b, [](T x, T y) { return x / y; });
    }
    friend StandardLanes operator&(const StandardLanes& a, const StandardLanes& b) {
        return each(a, b, [](T x, T y) { return x & y; });
    }
    friend StandardLanes operator|(const StandardLanes& a, const StandardLanes& b) {
        return each(a, b, [](T x, T y) { return x | y; });
    }
    friend StandardLanes operator<<(const StandardLanes& a, int bits) {
        return each(a, a, [bits](T x, T) { return x << bits; });
    }
    friend StandardLanes operator>>(const StandardLanes& a, int bits) {
        return each(a, a, [bits](T x, T) { return x >> bits; });
    }
    friend StandardLanes operator-(const StandardLanes& a) { return StandardLanes(T(-0.0)) - a; }
    StandardLanes& operator+=(const StandardLanes& b) { return *this = *this + b; }
    StandardLanes& operator|=(const StandardLanes& b) { return *this = *this | b; }
    StandardLanes& operator-=(const StandardLanes& b) { return *this = *this - b; }
    StandardLanes& operator*=(const StandardLanes& b) { return *this = *this * b; }

    /// Comparisons: −1 where it holds, else 0, in whole numbers of the same size.
    using Holds = StandardLanes<std::conditional_t<sizeof(T) == 8, std::int64_t, std::int32_t>, N>;
    friend Holds operator<(const StandardLanes& a, const StandardLanes& b) {
        return each<Holds>(a, b, [](T x, T y) { return -(x < y); });
    }
    friend Holds operator>(const StandardLanes& a, const StandardLanes& b) { return b < a; }
    friend Holds operator>=(const StandardLanes& a, const StandardLanes& b) {
        return each<Holds>(a, b, [](T x, T y) { return -(x >= y); });
    }
    friend Holds operator==(const StandardLanes& a, const StandardLanes& b) {
        return each<Holds>(a, b, [](T x, T y) { return -(x == y); });
    }
};

}  // namespace latent::detail
