// Maximum likelihood: the classical M-step.
#pragma once

#include "latent/mstep/remedies.hpp"

namespace latent {

/// θ := argmax E[log p(x, z | θ)], then the remedy for components that collapsed (mstep/remedies.hpp).
template <class Remedy = VarianceFloor>
struct MaximumLikelihood {
    Remedy remedy{};
    static constexpr bool monotone = Remedy::monotone;
    void check() const { detail::check(remedy); }

    template <LatentVariableModel M>
    void operator()(M& model, const typename M::Statistics& s, Journal& journal) const {
        model.maximize(all_seen(model, s));
        mend(model, journal);
    }
    /// Its two parts, see StepsInParts.
    template <LatentVariableModel M>
    const typename M::Statistics& all_seen(const M&, const typename M::Statistics& s) const {
        return s;
    }
    template <LatentVariableModel M>
    void mend(M& model, Journal& journal) const {
        remedy(model, journal);
        detail::judge_precision(model, journal);
    }
    template <LatentVariableModel M>
    double penalty(const M&) const {
        return 0;
    }
};

}  // namespace latent
