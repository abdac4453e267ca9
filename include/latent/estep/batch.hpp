// Batch E-step: visits all the data.
#pragma once

#include <iterator>
#include <tuple>

#include "latent/core/concepts.hpp"
#include "latent/core/processes.hpp"
#include "latent/core/slices.hpp"
#include "latent/estep/soft.hpp"

namespace latent {

namespace detail {

/// The sum over units visit(0) … visit(count − 1) of what `rule` makes of them, taken by a reduction of
/// `execution`.
template <class Rule, class M, class Units, class Reduction, class Visit>
void expect(const Rule& rule, const M& model, const Units& units, int iteration, Index count,
            const Visit& visit, Reduction& reduction, Expectation<typename M::Statistics>& expectation) {
    using Sum = Expectation<typename M::Statistics>;
    static_assert(PosteriorRule<Rule, M>,
                  "latent: the E-step's rule does not fit the contract PosteriorRule");
    const auto key = [&, first = first_unit(reduction, std::ssize(units))](Index unit) {
        return Key{static_cast<std::uint64_t>(iteration), static_cast<std::uint64_t>(first + unit)};
    };
    reduction(
        slices_of(units, count),
        [&](Sum& sum) {
            reset(model, sum.statistics);
            sum.objective = 0;
        },
        [&](Sum& sum, typename M::Posterior& q, Index i) {
            const Index unit = visit(i);
            const auto& x = units[static_cast<decltype(units.size())>(unit)];
            sum.objective += rule(model, x, q, key(unit));
            model.accumulate(x, q, sum.statistics);
        },
        expectation);
}

}  // namespace detail

/// All units, each by `rule`: the classical E-step. One pass over the data, fused: a unit's posterior lives
/// only until its statistics are added.
template <class Rule = Soft>
struct Batch {
    Rule rule{};  ///< how each unit is inferred

    static constexpr bool monotone = Rule::monotone;
    static constexpr bool exact = Rule::exact;
    bool settled(int iteration) const { return rule.settled(iteration); }
    void check() const { detail::check(rule); }

    template <class M, class Units, class X>
    auto workspace(const M&, const Units&, const X& execution) const {
        return execution.template reduction<Expectation<typename M::Statistics>, typename M::Posterior>();
    }

    /// Each E-step begins anew.
    template <class Reduction>
    std::tuple<> lasting(const Reduction&) const {
        return {};
    }

    template <class M, class Units, class Reduction>
    void operator()(const M& model, const Units& units, int iteration, Reduction& reduction,
                    Expectation<typename M::Statistics>& expectation) const {
        const auto all = [](Index i) { return i; };
        detail::expect(rule, model, units, iteration, std::ssize(units), all, reduction, expectation);
    }
};

}  // namespace latent
