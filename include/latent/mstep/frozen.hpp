// Frozen parameters: an M-step that leaves some as they are.
#pragma once

#include "latent/mstep/maximum_likelihood.hpp"

namespace latent {

/// Another M-step, after which restore(next, current) puts back whatever is to stay fixed:
/// `Frozen{.inner = MaximumLikelihood<>{}, .restore = [](auto& next, const auto& current) {
/// next.set_weights(current.weights()); }}`. Maximising the rest is exact where the parts maximise
/// separately, as weights and emissions do.
template <class Restore, class Inner = MaximumLikelihood<>>
struct Frozen {
    Restore restore;  ///< called as restore(next, current), current being the model before the M-step
    Inner inner{};    ///< the M-step before that
    static constexpr bool monotone = Inner::monotone;

    void check() const { detail::check(inner); }

    template <LatentVariableModel M>
    void operator()(M& model, const typename M::Statistics& s, Journal& journal) const {
        const M current = model;
        inner(model, s, journal);
        restore(model, current);
    }
    template <LatentVariableModel M>
    double penalty(const M& model) const {
        return inner.penalty(model);
    }
};

template <class Restore>
Frozen(Restore) -> Frozen<Restore>;
template <class Restore, class Inner>
Frozen(Restore, Inner) -> Frozen<Restore, Inner>;

}  // namespace latent
