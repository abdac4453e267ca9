// Remedies: what is done when a component collapses, for any model with a Collapsible emission.
#pragma once

#include <stdexcept>
#include <vector>

#include "latent/core/concepts.hpp"

namespace latent {

// See Remedy (core/concepts.hpp). A component has collapsed when it is empty, or when its variance in some direction is below the
// floor: `relative` times the square of the data's scale, which is measured when a fit begins, so that units do not
// matter. The scale is a dimension's deviation, or four times what neighbouring values are apart where that is less:
// neither outliers nor clusters far apart lift the floor. Models whose emission cannot collapse pass through untouched.

namespace detail {

/// Whether remedies may change the emission: not where the model says that it is fixed.
template <class M>
bool mendable(const M& model) {
    if constexpr (FixesEmission<M>) {
        return !model.emission_fixed();
    } else {
        return true;
    }
}

/// An M-step whose parameters have lost digits, as its emission may say, is noted, and not judged by the objective.
template <class M>
void judge_precision(const M& model, Journal& journal) {
    if constexpr (WithEmission<const M>) {
        if constexpr (JudgesPrecision<EmissionOf<const M>>) {
            if (!mendable(model) || !model.emission().imprecise()) return;
            journal.record(-1, Cause::long_step, Action::kept);
            journal.discontinuous = true;
        }
    }
}

/// Calls react(model, k, cause) for each collapsed component, from the last to the first, so that react may remove it.
template <class M, class React>
void for_each_collapsed(M& model, const Eigen::VectorXd& floor, const React& react) {
    if constexpr (CollapsibleModel<M>) {
        if (!mendable(model)) return;
        for (Index k = model.emission().size() - 1; k >= 0; --k)
            if (const auto cause = model.emission().collapse_cause(k, floor)) react(model, k, *cause);
    }
}

/// Gives the remedy the floor of these data, where it has none yet. Throws std::invalid_argument where one that was
/// given is of another dimension.
template <class Remedy, class M, class Units, class X>
void measure_floor(Remedy& remedy, const M& model, const Units& units, const X& execution) {
    if constexpr (CollapsibleModel<const M> && Floored<Remedy> && Scaling<M, Units, X>) {
        if (remedy.relative > 0 && remedy.floor.size() == 0)
            remedy.floor = remedy.relative * model.data_scale(units, execution).cwiseAbs2();
        require(remedy.floor.size() == 0 || remedy.floor.size() == model.emission().dimension(),
                "latent: the floor of a remedy has ", remedy.floor.size(),
                " variances, expected d = ", model.emission().dimension());
    }
}

/// The least variances that a remedy allows; none where it has no floor, or knows no data.
template <class Remedy>
decltype(auto) floor_of(const Remedy& remedy) {
    if constexpr (Floored<Remedy>) {
        return (remedy.floor);
    } else {
        return Eigen::VectorXd();
    }
}

/// Throws std::invalid_argument, in the remedy's name, where its floor makes no sense.
template <class Remedy>
void check_floor(const char* name, const Remedy& remedy) {
    require_amount(name, "relative", remedy.relative);
    for (const double least : remedy.floor) require_amount(name, "floor", least);
}

/// Whether a component may stay as it is: one that is empty, or that has no maximum, is no variance that could be lifted.
inline bool stays(Cause cause) { return cause == Cause::empty_component || cause == Cause::unbounded; }

/// Whether no component has collapsed, but for empty ones: those of a model that no M-step made are unknown.
template <class M>
bool upright(M& model, const Eigen::VectorXd& floor) {
    bool result = true;
    for_each_collapsed(model, floor, [&](auto&, Index, Cause cause) { result = result && stays(cause); });
    return result;
}

/// What the components of a fitted model lack, of n observations.
template <class M>
std::vector<Flaw> flaws_of(const M& model, const Eigen::VectorXd& floor, double n) {
    std::vector<Flaw> found;
    if constexpr (CollapsibleModel<const M>) {
        const auto& emission = model.emission();
        const Index K = emission.size() - (WithNoiseComponent<M> ? 1 : 0);
        const auto least = static_cast<double>(emission.dimension() + 1);
        const Eigen::VectorXd above =
            (1 + 1e-6) * floor;  // what is held at the floor is there but for rounding
        for (Index k = 0; k < K && mendable(model); ++k) {
            auto cause = emission.collapse_cause(k, above);
            if (!cause && emission.share(k) * n < least * (1 - 1e-6)) cause = Cause::few_observations;
            if (cause) found.push_back({k, *cause});
        }
    }
    return found;
}

}  // namespace detail

/// Lifts collapsed variances to the floor: in coordinates scaled by the data's scale, eigenvalues below `relative` become
/// `relative`. This is the M-step under the constraint Σ ≽ relative · diag(scale²), so the objective still never falls. An
/// empty component keeps its parameters and the weight 0, and one whose likelihood is unbounded its parameters.
struct VarianceFloor {
    double relative = 1e-6;
    Eigen::VectorXd floor{};  ///< least variances of the d dimensions; empty: `relative` · the data's scale²
    static constexpr bool monotone = true;
    void check() const { detail::check_floor("VarianceFloor", *this); }

    template <class M>
    void operator()(M& m, Journal& journal) const {
        detail::for_each_collapsed(m, floor, [&](auto& model, Index k, Cause cause) {
            journal.record(k, cause, detail::stays(cause) ? Action::kept : lift(model, k, floor));
        });
    }
    /// Lifts those of a model that no M-step made; false where that is impossible.
    template <class M>
    bool admit(M& m, Journal& journal) const {
        bool possible = true;
        detail::for_each_collapsed(m, floor, [&](auto& model, Index k, Cause cause) {
            if (detail::stays(cause)) return;
            const Action action = lift(model, k, floor);
            possible = possible && action == Action::floored;
            if (action == Action::floored) journal.record(k, cause, action);
        });
        return possible;
    }

  private:
    template <class M>
    static Action lift(M& model, Index k, const Eigen::VectorXd& variances) {
        return model.emission().floor_variances(k, variances) ? Action::floored : Action::gave_up;
    }
};

/// Nothing: plain maximum likelihood. A covariance that is not positive definite ends the fit as degenerate.
struct NoRemedy {
    static constexpr bool monotone = true;

    template <class M>
    void operator()(M& m, Journal& journal) const {
        detail::for_each_collapsed(m, {}, [&](auto&, Index k, Cause cause) {
            journal.record(k, cause, detail::stays(cause) ? Action::kept : Action::gave_up);
        });
    }
};

/// Adds to every variance in every iteration: `absolute` (in the data's units squared; scikit-learn's reg_covar) plus
/// `relative` times the squared scale. Not an exact maximisation: the likelihood may fall a little.
struct Ridge {
    double absolute = 0;  ///< in the data's units squared
    double relative = 1e-6;
    Eigen::VectorXd floor{};  ///< added as well, one a dimension; empty: `relative` · the data's scale²
    static constexpr bool monotone = false;
    void check() const {
        detail::require_amount("Ridge", "absolute", absolute);
        detail::check_floor("Ridge", *this);
    }

    template <class M>
    void operator()(M& m, Journal& journal) const {
        if constexpr (CollapsibleModel<M>)
            if (detail::mendable(m)) {
                Eigen::VectorXd variances = Eigen::VectorXd::Constant(m.emission().dimension(), absolute);
                if (floor.size() > 0) variances += floor;
                m.emission().add_ridge(variances);
            }
        NoRemedy{}(m, journal);
    }
};

/// Starts a collapsed component anew inside the heaviest one, at a random point of it and with half of its weight. After
/// `attempts` reseedings of one component the fit ends as degenerate.
struct Reseed {
    double relative = 1e-6;
    std::uint64_t seed = 0;
    int attempts = 10;        ///< reseedings of one component
    Eigen::VectorXd floor{};  ///< least variances of the d dimensions; empty: `relative` · the data's scale²
    static constexpr bool monotone = true;
    void check() const {
        detail::check_floor("Reseed", *this);
        detail::require(attempts >= 0, "latent::Reseed: attempts is ", attempts, ", expected 0 or more");
    }

    template <class M>
    void operator()(M& m, Journal& journal) const {
        static_assert(Splitting<M> || !CollapsibleModel<M>,
                      "latent: Reseed needs M::split_heaviest(k, random)");
        detail::for_each_collapsed(m, floor, [&](auto& model, Index k, Cause cause) {
            Random random(seed, static_cast<std::uint64_t>(journal.iteration), static_cast<std::uint64_t>(k));
            const bool again = journal.count(k, Action::reseeded) < attempts &&
                               model.split_heaviest(k, random) && !model.emission().collapse_cause(k, floor);
            journal.record(k, cause, again ? Action::reseeded : Action::gave_up);
        });
    }
};

/// Removes a collapsed component; the last one is never removed.
struct Drop {
    double relative = 1e-6;
    Eigen::VectorXd floor{};  ///< least variances of the d dimensions; empty: `relative` · the data's scale²
    static constexpr bool monotone = true;
    void check() const { detail::check_floor("Drop", *this); }

    template <class M>
    void operator()(M& m, Journal& journal) const {
        static_assert(Splitting<M> || !CollapsibleModel<M>, "latent: Drop needs M::remove(k)");
        detail::for_each_collapsed(m, floor, [&](auto& model, Index k, Cause cause) {
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
    Index component;  ///< the one that collapsed
    Cause cause;      ///< what is wrong with it
    int iteration;    ///< in which it was found
};

/// Throws CollapsedComponent, for callers who prefer an exception to Status::degenerate. The fit is lost.
struct Throw {
    double relative = 1e-6;
    Eigen::VectorXd floor{};  ///< least variances of the d dimensions; empty: `relative` · the data's scale²
    static constexpr bool monotone = true;
    void check() const { detail::check_floor("Throw", *this); }

    template <class M>
    void operator()(M& m, Journal& journal) const {
        detail::for_each_collapsed(m, floor, [&](auto&, Index k, Cause cause) {
            throw CollapsedComponent(k, cause, journal.iteration);
        });
    }
};

namespace detail {

/// Whether a model that no M-step made obeys the remedy's floor, or could be made to.
template <class Remedy, class M>
bool allow(const Remedy& remedy, M& model, Journal& journal) {
    if constexpr (Admits<Remedy, M>) {
        return remedy.admit(model, journal);
    } else {
        return upright(model, floor_of(remedy));
    }
}

}  // namespace detail

}  // namespace latent
