// What is done when a component collapses: policies of one kind, for any model with a Collapsible emission.
#pragma once

#include <stdexcept>

#include "latent/core/concepts.hpp"

namespace latent {

// A remedy supplies remedy(model, journal), called after the M-step's maximisation, and
// `monotone`, whether the objective can still never fall. A component has collapsed when it is empty or when
// its variance, in the direction where it is least, is below `relative` times the overall variance of the
// data: units do not matter. Models whose emission cannot collapse pass through untouched.

namespace detail {

template <class M>
concept CollapsibleModel = requires(M& m) {
    {m.emission()};
}
&&Collapsible<std::remove_cvref_t<decltype(std::declval<M&>().emission())>>;

/// Whether remedies may change the emission: not where the model says that it is fixed.
template <class M>
bool mendable(const M& model) {
    if constexpr (requires { model.emission_fixed(); }) {
        return !model.emission_fixed();
    } else {
        return true;
    }
}

/// Calls react(k, cause) for each collapsed component, from the last to the first, so that react may remove
/// it.
template <class M, class React>
void for_each_collapsed(M& model, double relative, const React& react) {
    if constexpr (CollapsibleModel<M>) {
        if (!mendable(model)) return;
        for (Index k = model.emission().size() - 1; k >= 0; --k)
            if (const auto cause = model.emission().flaw(k, relative)) react(model, k, *cause);
    }
}

}  // namespace detail

/// Lifts collapsed variances to the floor: in coordinates scaled by the data's deviations, eigenvalues below
/// `relative` become `relative`. This is the M-step under the constraint Σ ≽ relative · diag(variances of the
/// data), so the objective still never falls. An empty component keeps its parameters and the weight 0.
struct VarianceFloor {
    double relative = 1e-6;
    static constexpr bool monotone = true;

    template <class M>
    void operator()(M& m, Journal& journal) const {
        detail::for_each_collapsed(m, relative, [&](auto& model, Index k, Cause cause) {
            const Action repair = cause == Cause::empty_component       ? Action::kept
                                  : model.emission().raise(k, relative) ? Action::floored
                                                                        : Action::gave_up;
            journal.record(k, cause, repair);
        });
    }
};

/// Nothing: plain maximum likelihood. A covariance that is not positive definite ends the fit as degenerate.
struct NoRemedy {
    static constexpr bool monotone = true;

    template <class M>
    void operator()(M& m, Journal& journal) const {
        detail::for_each_collapsed(m, 0, [&](auto&, Index k, Cause cause) {
            journal.record(k, cause, cause == Cause::empty_component ? Action::kept : Action::gave_up);
        });
    }
};

/// Adds to every variance in every iteration: `absolute` (in the data's units squared; scikit-learn's
/// reg_covar) plus `relative` times the overall variance. Not an exact maximisation: the likelihood may fall
/// a little.
struct Ridge {
    double absolute = 0;
    double relative = 1e-6;
    static constexpr bool monotone = false;

    template <class M>
    void operator()(M& m, Journal& journal) const {
        if constexpr (detail::CollapsibleModel<M>)
            if (detail::mendable(m)) m.emission().inflate(absolute, relative);
        NoRemedy{}(m, journal);
    }
};

/// Starts a collapsed component anew inside the heaviest one, at a random point of it and with half of its
/// weight. After `attempts` reseedings of one component the fit ends as degenerate.
struct Reseed {
    double relative = 1e-6;
    std::uint64_t seed = 0;
    int attempts = 10;
    static constexpr bool monotone = true;

    template <class M>
    void operator()(M& m, Journal& journal) const {
        detail::for_each_collapsed(m, relative, [&](auto& model, Index k, Cause cause) {
            Random random(seed, static_cast<std::uint64_t>(journal.iteration), static_cast<std::uint64_t>(k));
            const bool again = journal.count(k, Action::reseeded) < attempts && model.respawn(k, random) &&
                               !model.emission().flaw(k, relative);
            journal.record(k, cause, again ? Action::reseeded : Action::gave_up);
        });
    }
};

/// Removes a collapsed component; the last one is never removed.
struct Drop {
    double relative = 1e-6;
    static constexpr bool monotone = true;

    template <class M>
    void operator()(M& m, Journal& journal) const {
        detail::for_each_collapsed(m, relative, [&](auto& model, Index k, Cause cause) {
            journal.record(k, cause, model.remove(k) ? Action::dropped : Action::gave_up);
        });
    }
};

/// Thrown by the remedy Throw.
struct CollapsedComponent : std::runtime_error {
    CollapsedComponent(Index which, Cause why, int when)
        : std::runtime_error(
              detail::text("latent: component ", which, " collapsed in iteration ", when, ": ", why)),
          component(which),
          cause(why),
          iteration(when) {}
    Index component;
    Cause cause;
    int iteration;
};

/// Throws CollapsedComponent, for callers who prefer an exception to Status::degenerate. The fit is lost.
struct Throw {
    double relative = 1e-6;
    static constexpr bool monotone = true;

    template <class M>
    void operator()(M& m, Journal& journal) const {
        detail::for_each_collapsed(m, relative, [&](auto&, Index k, Cause cause) {
            throw CollapsedComponent(k, cause, journal.iteration);
        });
    }
};

}  // namespace latent
