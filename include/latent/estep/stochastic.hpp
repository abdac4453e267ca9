// Stochastic EM: every unit goes to a random explanation.
#pragma once

#include "latent/core/concepts.hpp"

namespace latent {

/// q is one at a draw z ~ p(z | x, θ) (Celeux & Diebolt 1985). The parameters become a Markov chain around
/// the maximum. In principle it leaves any local optimum; in practice that may take longer than one waits, and
/// a component of few observations may be lost for good before (docs/starts.md). It never converges, so give it
/// a budget by Limits::iterations, and average with Stepwise<Stochastic> (then it is SAEM, Delyon, Lavielle &
/// Moulines 1999). The draws are keyed by the seed, the iteration and the unit: any execution repeats them. The
/// objective is the exact log-likelihood.
struct Stochastic {
    std::uint64_t seed = 0;

    static constexpr bool monotone = false;
    static constexpr bool exact = true;
    static constexpr bool settled(int) { return false; }

    template <LatentVariableModel M>
    double operator()(const M& model, const typename M::Unit& x, typename M::Posterior& q, Key key) const {
        static_assert(Samplable<M>, "latent: Stochastic needs M::sample(x, random, q)");
        Random random(seed, key.iteration, key.unit);
        return model.sample(x, random, q);
    }
};

}  // namespace latent
