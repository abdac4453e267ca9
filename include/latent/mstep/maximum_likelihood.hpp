// The classical M-step.
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
        model.maximize(s);
        remedy(model, journal);
        detail::judge_precision(model, journal);
    }
    template <LatentVariableModel M>
    double penalty(const M&) const {
        return 0;
    }

    // See MStep: the floor of the remedy is that of the data, for models that no M-step made too.

    template <LatentVariableModel M, class Units, class X>
    void measure(const M& model, const Units& units, const X& execution) {
        detail::measure_floor(remedy, model, units, execution);
    }
    template <LatentVariableModel M>
    bool admit(M& model, Journal& journal) const {
        return detail::allow(remedy, model, journal);
    }
    template <LatentVariableModel M>
    std::vector<Flaw> flaws(const M& model, double n) const {
        return detail::flaws_of(model, detail::floor_of(remedy), n);
    }
};

}  // namespace latent
