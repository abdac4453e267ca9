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

}  // namespace latent::detail
