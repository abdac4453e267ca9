// Where a condition on a number begins to hold.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <numeric>

namespace latent::detail {

/// Doubles in their order as whole numbers: neighbours are one apart.
inline std::int64_t rank_of(double x) {
    const auto bits = std::bit_cast<std::int64_t>(x);
    return bits >= 0 ? bits : std::numeric_limits<std::int64_t>::min() - bits;
}
inline double double_of(std::int64_t rank) {
    return std::bit_cast<double>(rank >= 0 ? rank : std::numeric_limits<std::int64_t>::min() - rank);
}

/// The least double in [low, high] for which holds(x), a condition that goes on holding above it; `high` where it holds for none
/// below. Halves what is left of the representable numbers, so that it is exact, wherever and on whatever scale the answer
/// lies, after at most 64 calls.
template <class Holds>
double least_double(const Holds& holds, double low = -std::numeric_limits<double>::infinity(),
                    double high = std::numeric_limits<double>::infinity()) {
    if (holds(low)) return low;
    std::int64_t below = rank_of(low), above = rank_of(high);
    while (above - 1 > below) {
        const std::int64_t middle = std::midpoint(below, above);
        (holds(double_of(middle)) ? above : below) = middle;
    }
    return double_of(above);
}

}  // namespace latent::detail
