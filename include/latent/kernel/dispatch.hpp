// From a size known at run time to one known at compile time, so that loops over it unroll into registers.
#pragma once

#include <type_traits>

#include "latent/core/types.hpp"

namespace latent::detail {

/// Calls f(std::integral_constant<int, n>()) for 1 ≤ n ≤ Max; a larger n counts as Max.
template <int Max, class F>
auto with_size(Index n, const F& f) {
    if constexpr (Max > 1)
        if (n < Max) return with_size<Max - 1>(n, f);
    return f(std::integral_constant<int, Max>());
}

/// Cuts 0 … n − 1 into pieces of Max, the last one what is left, and calls f(its size as above, its first
/// index).
template <int Max, class F>
void in_pieces(Index n, const F& f) {
    for (Index first = 0; first < n; first += Max)
        with_size<Max>(n - first, [&](auto size) { f(size, first); });
}

}  // namespace latent::detail
