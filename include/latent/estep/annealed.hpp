// Deterministic annealing: from a flattened posterior to the exact one.
#pragma once

#include <algorithm>
#include <cmath>

#include "latent/core/checks.hpp"
#include "latent/core/concepts.hpp"

namespace latent {

/// q ∝ p(x, z | θ)^β with β rising from `beta` by the factor `rate` an iteration until it is 1 (Ueda & Nakano
/// 1998, "Deterministic annealing EM algorithm"). It follows the optimum of a smoothed problem and depends
/// less on the start where components overlap, but not where they lie apart (docs/starts.md). At a low β they
/// fall together onto a saddle, which only a disturbance leaves: begin at β around 0.5, or put Jittered around
/// the M-step. The objective is (1/β) log Σ p(x, z)^β; convergence is judged at β = 1. A fit throws
/// std::invalid_argument unless 0 < beta ≤ 1 and 1 ≤ rate < ∞.
struct Annealed {
    double beta = 0.3;  ///< β of the first iteration
    double rate = 1.1;  ///< factor of β from one iteration to the next

    static constexpr bool monotone = false;
    static constexpr bool exact = false;

    void check() const {
        detail::require(beta > 0 && beta <= 1, "latent::Annealed: beta is ", beta,
                        ", expected more than 0 and at most 1");
        detail::require(rate >= 1 && std::isfinite(rate), "latent::Annealed: rate is ", rate,
                        ", expected a finite number of 1 or more");
    }
    /// β of an iteration, min(1, beta · rate^iteration).
    double inverse_temperature(int iteration) const {
        return std::min(1.0, beta * std::pow(rate, iteration));
    }
    /// The iteration before must have been at β = 1 too, so that their objectives compare.
    bool settled(int iteration) const { return iteration > 1 && inverse_temperature(iteration - 2) >= 1.0; }

    template <LatentVariableModel M>
    double operator()(const M& model, const typename M::Unit& x, typename M::Posterior& q, Key key) const {
        static_assert(Temperable<M>, "latent: Annealed needs M::infer(x, q, beta)");
        return model.infer(x, q, inverse_temperature(static_cast<int>(key.iteration)));
    }
};

}  // namespace latent
