// Maximum a posteriori (MAP): the M-step with a prior, data seen before.
#pragma once

#include "latent/mstep/remedies.hpp"

namespace latent {

/// θ := argmax E[log p(x, z | θ)] + log p(θ) for a conjugate prior, given as the statistics of
/// pseudo-observations (the mode; Dempster, Laird & Rubin 1977, section 3; Fraley & Raftery 2007 for
/// mixtures). The objective that never falls is the log-likelihood plus the log prior, the latter up to a
/// constant free of θ.
template <class PriorPolicy, class Remedy = VarianceFloor>
struct MaximumAPosteriori {
    PriorPolicy prior;  ///< prior(model) → the statistics of its pseudo-observations, see Prior
    Remedy remedy{};    ///< for components that collapsed
    static constexpr bool monotone = Remedy::monotone;
    void check() const {
        detail::check(prior);
        detail::check(remedy);
    }

    template <LatentVariableModel M>
    void operator()(M& model, const typename M::Statistics& s, Journal& journal) const {
        model.maximize(all_seen(model, s));
        mend(model, journal);
    }
    /// Its two parts, see StepsInParts.
    template <LatentVariableModel M>
    typename M::Statistics all_seen(const M& model, const typename M::Statistics& s) const {
        auto all = seen_before(model);
        add(all, s);
        return all;
    }
    template <LatentVariableModel M>
    void mend(M& model, Journal& journal) const {
        remedy(model, journal);
        detail::judge_precision(model, journal);
    }
    template <LatentVariableModel M>
    double penalty(const M& model) const {
        return model.expected_log_joint(seen_before(model));
    }

  private:
    template <class M>
    typename M::Statistics seen_before(const M& model) const {
        static_assert(Prior<PriorPolicy, M>,
                      "latent: MaximumAPosteriori needs prior(model) to return the model's Statistics");
        return prior(model);
    }
};

template <class PriorPolicy>
MaximumAPosteriori(PriorPolicy) -> MaximumAPosteriori<PriorPolicy>;
template <class PriorPolicy, class Remedy>
MaximumAPosteriori(PriorPolicy, Remedy) -> MaximumAPosteriori<PriorPolicy, Remedy>;

}  // namespace latent
