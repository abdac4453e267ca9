// Truncated EM: responsibilities that hardly count are passed over.
#pragma once

#include "latent/core/concepts.hpp"

namespace latent {

/// Soft with the posterior probabilities below `threshold` τ taken for zero (a sparse variant of EM, after Neal & Hinton
/// 1998, "A view of the EM algorithm that justifies incremental, sparse, and other variants"). The M-step of Gaussians
/// with full covariances then leaves these observations out, from d = 32 on: with K components far apart its products
/// cost up to K times less. Below, or where components overlap, nothing is gained.
///
/// The log-likelihood reported is exact. Of n observations, each component's count loses at most n·τ, and its sums no
/// more than n·τ times the largest term; so the fixed point moves by about τ, relative, and an iteration may lower the
/// objective by as little: `monotone` is false. A fit throws std::invalid_argument unless 0 ≤ threshold < 1. Costs one pass over the posterior.
struct Truncated {
    double threshold = 1e-12;  ///< τ, a probability

    static constexpr bool monotone = false;
    static constexpr bool exact = true;
    static constexpr bool settled(int) { return true; }

    void check() const {
        detail::require(threshold >= 0 && threshold < 1, "latent::Truncated: threshold is ", threshold,
                        ", expected at least 0 and below 1");
    }

    template <LatentVariableModel M>
    double operator()(const M& model, const typename M::Unit& x, typename M::Posterior& q, Key) const {
        static_assert(Truncatable<M>, "latent: Truncated needs M::truncate(x, q, threshold)");
        const double log_likelihood = model.infer(x, q);
        model.truncate(x, q, threshold);
        return log_likelihood;
    }
};

}  // namespace latent
