// Constrained parameters: an M-step under which some are fixed, bounded or equal.
#pragma once

#include <tuple>
#include <type_traits>

#include "latent/mstep/constraints.hpp"
#include "latent/mstep/maximum_likelihood.hpp"
#include "latent/mstep/remedy_of.hpp"

namespace latent {

/// Another M-step under constraints on single parameters (mstep/constraints.hpp):
/// `Constrained{std::tuple{FixedMean{0, mean}, EqualWeights{}}}`, or with a prior
/// `Constrained{std::tuple{…}, MaximumAPosteriori{prior}}`. The statistics, a prior's among them, are moved before they are maximized,
/// so that the maximum is the one under the constraints (where that has no closed form, one in turn, which raises the objective as
/// well: Meng & Rubin 1993, "Maximum likelihood estimation via the ECM algorithm"): see Restrictable. So the objective never falls.
///
/// A start, a model that an acceleration proposes, and one that a remedy has changed are made to obey: probabilities by their
/// proportions, means and covariances as the most probable ones for what the model leads one to expect. So what is fixed stays
/// fixed whatever the remedy says, and a component that is fixed below the floor is a flaw of the fit. What is fixed or equal is not
/// among Result::parameters(), which criteria and Selection count. Constraints come in any order; throws std::invalid_argument, when
/// the fit begins, where two are about one parameter, or the model has no such parameter.
template <class Constraints, class Inner = MaximumLikelihood<>>
struct Constrained {
    Constraints constraints;  ///< a std::tuple of them, see Constraint
    Inner inner{};            ///< the M-step without them, of two parts: see StepsInParts
    static constexpr bool monotone = Inner::monotone;

    void check() const {
        std::apply([](const auto&... constraint) { (detail::check(constraint), ...); }, constraints);
        detail::check(inner);
    }

    template <LatentVariableModel M>
    void operator()(M& model, const typename M::Statistics& s, Journal& journal) const {
        require_contracts<M>();
        const Restrictions r = restrictions(model);
        typename M::Statistics all = inner.all_seen(model, s);
        model.obey(r, all);
        model.maximize(all);
        inner.mend(model, journal);
        if (!journal.gave_up()) model.obey(r);
    }
    template <LatentVariableModel M>
    double penalty(const M& model) const {
        return inner.penalty(model);
    }
    /// See Admits.
    template <LatentVariableModel M>
    bool admit(M& model, Journal& journal) const {
        require_contracts<M>();
        const bool possible = detail::admit(inner, model, journal);
        model.obey(restrictions(model));
        return possible;
    }
    /// See FixesParameters.
    template <LatentVariableModel M>
    Index fixed_parameters(const M& model) const {
        return model.fixed_parameters(restrictions(model));
    }

  private:
    template <class M>
    static constexpr void require_contracts() {
        static_assert(Restrictable<M>,
                      "latent: Constrained needs a model with obey(restrictions, s), obey(restrictions) and "
                      "fixed_parameters(restrictions), see Restrictable");
        static_assert(
            StepsInParts<Inner, M>,
            "latent: Constrained needs an inner M-step with all_seen(model, s) and mend(model, journal), "
            "such as MaximumLikelihood or MaximumAPosteriori");
        static_assert(
            !std::is_same_v<std::remove_cvref_t<decltype(detail::remedy_of(std::declval<Inner&>()))>, Drop*>,
            "latent: Constrained numbers the components, so none may be dropped: take another remedy");
    }
    template <class M>
    Restrictions restrictions(const M& model) const {
        Restrictions r(model.size(), model.dimension());
        std::apply([&r](const auto&... constraint) { (constraint(r), ...); }, constraints);
        r.require_consistent();
        return r;
    }
};

template <class... C>
Constrained(std::tuple<C...>) -> Constrained<std::tuple<C...>>;
template <class... C, class Inner>
Constrained(std::tuple<C...>, Inner) -> Constrained<std::tuple<C...>, Inner>;

}  // namespace latent
