// The most probable path: maxima forward, the states that attained them on the way back.
#pragma once

#include <vector>

#include "latent/kernel/transition.hpp"

namespace latent::detail {

/// Steps 1 … n of a run: with best(j, t) the log-probability of the best path that ends in state j at step t, in
/// row t of `best`, and the log-densities in `log_density`: best(·, t) = log_density(·, t) + max_i (best(i, t − 1)
/// + log A(i, ·)). Row `first` is given. No argument of a maximum is stored: on the way back it is found again.
template <class Transition>
void viterbi_steps(const Transition& log_a, const StateRows& log_density, Index offset, StateRows& best,
                   Index first, Index end) {
    for (Index t = first; t < end; ++t) {
        log_a.forward(best[t - 1], best[t]);
        for (Index r = 0; r < log_a.registers(); ++r) {
            const Index j = r * lanes<double>;
            store(best[t] + j, load(best[t] + j) + load(log_density[t - offset] + j));
        }
    }
}

/// The state that maximises best(i) + log_a(i), the first of several.
inline Index best_state(Index K, const double* best, const double* log_a) {
    Index state = 0;
    for (Index i = 1; i < K; ++i)
        if (best[i] + log_a[i] > best[state] + log_a[state]) state = i;
    return state;
}

}  // namespace latent::detail
