// The most probable path: maxima forward, the states that attained them on the way back.
#pragma once

#include <algorithm>

#include "latent/kernel/transition.hpp"

namespace latent::detail {

/// Steps 1 … n of a run: with best(j, t) the log-probability of the best path that ends in state j at step t, in
/// row t of `best`, and the log-densities in `log_density`: best(·, t) = log_density(·, t) + max_i (best(i, t − 1)
/// + log A(i, ·)). Row `first` is given. No argument of a maximum is stored: on the way back it is found again.
template <class Transition>
[[gnu::always_inline]] inline void viterbi_steps(const Transition& log_a, const StateRows& log_density,
                                                 Index offset, StateRows& best, Index first, Index end) {
    for (Index t = first; t < end; ++t) {
        log_a.forward(best[t - 1], best[t]);
        for (Index r = 0; r < log_a.registers(); ++r) {
            const Index j = r * lanes<double, Transition::Bytes>;
            Lane<double, Transition::Bytes> most, density;
            load(best[t] + j, most);
            load(log_density[t - offset] + j, density);
            store(best[t] + j, decltype(most)(most + density));
        }
    }
}

/// The state of K that maximises best(i) + log_a(i), the first of several; both rows are padded, one of them with −inf.
inline Index best_state(Index K, const double* best, const double* log_a) {
    Lane<double> tops = broadcast(MaxSum::none);
    for (Index i = 0; i < K; i += lanes<double>)
        MaxSum::join(tops, Lane<double>(load(best + i) + load(log_a + i)));
    double top = tops[0];
    for (Index l = 1; l < lanes<double>; ++l) top = std::max(top, tops[l]);
    Index state = 0;
    while (state < K && best[state] + log_a[state] != top) ++state;
    return state < K ? state : 0;  // of NaN, any
}

}  // namespace latent::detail
