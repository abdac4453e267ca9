// Exact EM: the posterior as it is.
#pragma once

#include "latent/core/concepts.hpp"

namespace latent {

/// q = p(z | x, θ): the E-step of Dempster, Laird & Rubin (1977). The log-likelihood never falls.
struct Soft {
    static constexpr bool monotone = true;
    static constexpr bool exact = true;
    static constexpr bool settled(int) { return true; }

    template <LatentVariableModel M>
    double operator()(const M& model, const typename M::Unit& x, typename M::Posterior& q, Key) const {
        return model.infer(x, q);
    }
};

}  // namespace latent
