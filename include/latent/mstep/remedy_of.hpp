// What an M-step's remedy asks of a fit beside its iterations.
#pragma once

#include <type_traits>
#include <vector>

#include "latent/mstep/remedies.hpp"

namespace latent::detail {

/// The remedy of an M-step, or of the M-step within it: a pointer; nullptr where there is none.
template <class MStep>
auto remedy_of(MStep& mstep) {
    if constexpr (HasInner<MStep>) {
        return remedy_of(mstep.inner);
    } else if constexpr (HasRemedy<MStep>) {
        return &mstep.remedy;
    } else {
        return nullptr;
    }
}

template <class MStep>
concept Remedied = !std::is_null_pointer_v<decltype(remedy_of(std::declval<MStep&>()))>;

/// The M-step for these data: its remedy has their floor.
template <class MStep, class M, class Units, class X>
MStep about(MStep mstep, const M& model, const Units& units, const X& execution) {
    if constexpr (Remedied<MStep>) measure_floor(*remedy_of(mstep), model, units, execution);
    return mstep;
}

/// Whether a model that no M-step made, a start or an accelerated one, obeys the M-step's constraints and its remedy's floor, or
/// could be made to.
template <class MStep, class M>
bool admit(const MStep& mstep, M& model, Journal& journal) {
    if constexpr (Admits<MStep, M>) {
        return mstep.admit(model, journal);
    } else if constexpr (HasInner<MStep>) {
        return admit(mstep.inner, model, journal);
    } else if constexpr (HasRemedy<MStep>) {
        return allow(mstep.remedy, model, journal);
    } else {
        return true;
    }
}

/// How many of the model's parameters() an M-step, or the M-step within it, leaves no choice.
template <class MStep, class M>
Index fixed_parameters(const MStep& mstep, const M& model) {
    if constexpr (FixesParameters<MStep, M>) {
        return mstep.fixed_parameters(model);
    } else if constexpr (HasInner<MStep>) {
        return fixed_parameters(mstep.inner, model);
    } else {
        return 0;
    }
}

/// What the components of a fitted model lack, of n observations.
template <class MStep, class M>
std::vector<Flaw> flaws(const MStep& mstep, const M& model, double n) {
    if constexpr (Remedied<const MStep>) {
        return flaws_of(model, floor_of(*remedy_of(mstep)), n);
    } else {
        return {};
    }
}

}  // namespace latent::detail
