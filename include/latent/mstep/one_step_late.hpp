// One step late: an M-step for priors that are not conjugate.
#pragma once

#include "latent/mstep/remedies.hpp"

namespace latent {

/// θ := argmax E[log p(x, z | θ)] + ⟨slope of log p at the θ before, θ⟩ (Green 1990, "On use of the EM algorithm for penalized
/// likelihood estimation"): the prior's slope is that of the last parameters, so that the M-step stays as easy as without it.
/// Its fixed points are those of maximum a posteriori; where the prior is weak beside the data the objective, the log-likelihood
/// plus the log prior, rises, but nothing holds it to that. `prior` is a SlopedPrior.
template <class PriorPolicy>
struct OneStepLate {
    PriorPolicy prior;
    static constexpr bool monotone = false;
    void check() const { detail::check(prior); }

    template <LatentVariableModel M>
    void operator()(M& model, const typename M::Statistics& s, Journal&) const {
        model.maximize(all_seen(model, s));
    }
    /// Its two parts, see StepsInParts.
    template <LatentVariableModel M>
    typename M::Statistics all_seen(const M& model, const typename M::Statistics& s) const {
        static_assert(SlopedPrior<PriorPolicy, M>,
                      "latent: OneStepLate needs prior(model) to return the model's Statistics, and "
                      "prior.log_prior(model) a number");
        auto all = prior(model);
        add(all, s);
        return all;
    }
    template <LatentVariableModel M>
    void mend(M&, Journal&) const {}
    template <LatentVariableModel M>
    double penalty(const M& model) const {
        return prior.log_prior(model);
    }
};

template <class PriorPolicy>
OneStepLate(PriorPolicy) -> OneStepLate<PriorPolicy>;

}  // namespace latent
