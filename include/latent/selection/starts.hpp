// From how many starts each of many fits begins, and policies by what they are, for calls that fit again and again.
#pragma once

#include <type_traits>

#include "latent/fit.hpp"
#include "latent/start/short_runs.hpp"

namespace latent {

/// From how many starts, ShortRuns where no other is given, select and likelihood_ratio_test fit each model, and whether spurious fits may be the best.
struct Starts {
    int number = 3;         ///< see Restarts
    bool spurious = false;  ///< see Restarts
};

namespace detail {

inline Starts starts_among() { return {}; }
template <class P, class... Rest>
Starts starts_among(const P& first, const Rest&... rest) {
    if constexpr (std::is_same_v<P, Starts>) {
        return first;
    } else {
        return starts_among(rest...);
    }
}

/// The restarts of policies whose roles are known.
template <class M, class... Given>
auto restarts_by_roles(const Starts& starts, const Given&... given) {
    const auto em = expectation_maximization<M>(given...);
    const auto start = pick<Role::start>(ShortRuns{}, given...);
    return Restarts<std::remove_cvref_t<decltype(start)>, std::remove_cvref_t<decltype(em)>>{
        starts.number, start, em, {}, starts.spurious};
}

}  // namespace detail

}  // namespace latent
