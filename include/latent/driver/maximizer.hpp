// The M-step as an acceleration sees it.
#pragma once

#include <utility>

#include "latent/core/concepts.hpp"
#include "latent/mstep/remedy_of.hpp"

namespace latent::detail {

/// maximize(from, to), with admit and attempt: see Acceleration.
template <class MStep>
struct Maximizer {
    const MStep& mstep;
    Journal& journal;

    /// to := the M-step from a state whose E-step is made; false where a remedy changed the model by more than that, so
    /// that nothing can be learnt from the way from one to the other.
    template <class M>
    bool operator()(const State<M>& from, State<M>& to) const {
        const bool before = std::exchange(journal.discontinuous, false);
        to.model = from.model;
        mstep(to.model, from.expectation.statistics, journal);
        const bool smooth = !journal.discontinuous;
        journal.discontinuous = before || !smooth;
        return smooth;
    }
    /// Whether a model that an acceleration proposes obeys what the M-step's models obey, or could be made to.
    template <class M>
    bool admit(M& model) const {
        return detail::admit(mstep, model, journal);
    }
    /// Whether f() is true and no component was beyond repair. If not, nothing has happened: what remedies noted
    /// meanwhile is forgotten. CollapsedComponent is a no as well: the step made instead will throw it, if it must.
    template <class F>
    bool attempt(const F& f) const {
        const Journal before = journal;
        bool kept = false;
        try {
            kept = f() && !journal.gave_up();
        } catch (const CollapsedComponent&) {
        }
        if (!kept) journal = before;
        return kept;
    }
};

}  // namespace latent::detail
