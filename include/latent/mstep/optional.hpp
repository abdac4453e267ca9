// What an M-step may offer beside itself, or what stands for it.
#pragma once

#include <vector>

#include "latent/core/concepts.hpp"

namespace latent::detail {

/// Fits the M-step to these data.
template <class MStep, class M, class Units, class X>
void measure(MStep& mstep, const M& model, const Units& units, const X& execution) {
    if constexpr (requires { mstep.measure(model, units, execution); })
        mstep.measure(model, units, execution);
}

/// The M-step for these data.
template <class MStep, class M, class Units, class X>
MStep about(const MStep& mstep, const M& model, const Units& units, const X& execution) {
    MStep own = mstep;
    measure(own, model, units, execution);
    return own;
}

/// Whether a model that no M-step made obeys what those of this M-step obey, or could be made to.
template <class MStep, class M>
bool admit(const MStep& mstep, M& model, Journal& journal) {
    if constexpr (requires { mstep.admit(model, journal); }) {
        return mstep.admit(model, journal);
    } else {
        return true;
    }
}

/// What the components of a fitted model lack, of n observations.
template <class MStep, class M>
std::vector<Flaw> flaws(const MStep& mstep, const M& model, double n) {
    if constexpr (requires { mstep.flaws(model, n); }) {
        return mstep.flaws(model, n);
    } else {
        return {};
    }
}

}  // namespace latent::detail
