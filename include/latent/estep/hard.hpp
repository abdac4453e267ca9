// Classification EM: every unit goes wholly to its most probable explanation.
#pragma once

#include "latent/core/concepts.hpp"

namespace latent {

/// q is one at ẑ = argmax p(z | x, θ). Classification EM (Celeux & Govaert 1992), Viterbi training for hidden
/// Markov models; with equal spherical covariances it is k-means. The objective is the classification
/// log-likelihood Σ log p(x, ẑ), which never falls; the driver adds the exact log-likelihood at the end.
struct Hard {
    static constexpr bool monotone = true;
    static constexpr bool exact = false;
    static constexpr bool settled(int) { return true; }

    template <LatentVariableModel M>
    double operator()(const M& model, const typename M::Unit& x, typename M::Posterior& q, Key) const {
        static_assert(Decodable<M>, "latent: Hard needs M::decode(x, q)");
        return model.decode(x, q);
    }
};

}  // namespace latent
