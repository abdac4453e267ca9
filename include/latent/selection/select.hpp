// How many components, which structure, in one call: candidates and policies by what they are called.
#pragma once

#include <type_traits>

#include "latent/selection/cross_validation.hpp"
#include "latent/selection/icl.hpp"
#include "latent/selection/selection.hpp"
#include "latent/selection/starts.hpp"

namespace latent {

namespace detail {

/// A criterion, and no start, which takes any three arguments, too.
template <class P, class M, class Data, class Units>
concept JudgesCandidates = !Start<P, M, Data> && SelectionCriterion<P, Result<M>, Units, Sequential>;

/// Whether P is select's own, and not for each fit.
template <class P, class M, class Data, class Units>
inline constexpr bool for_selection =
    std::is_same_v<P, Starts> || Execution<P> || JudgesCandidates<P, M, Data, Units>;

/// The criterion among policies, Bic where there is none.
template <class M, class Data, class Units>
Bic criterion_among() {
    return {};
}
template <class M, class Data, class Units, class P, class... Rest>
auto criterion_among(const P& first, const Rest&... rest) {
    if constexpr (JudgesCandidates<P, M, Data, Units>) {
        return first;
    } else {
        return criterion_among<M, Data, Units>(rest...);
    }
}

/// The role that a policy has in each fit; that of an execution is another.
template <class P, class M, class Data, class Units>
constexpr Role role_in_fits() {
    if constexpr (for_selection<P, M, Data, Units>) {
        return Role::none;
    } else {
        return role_of<P, M, Data, Units, Sequential>();
    }
}

}  // namespace detail

/// Fits every family with every number of components, or states, and compares them:
/// `select(x, components(1, 9), structures<Full, Tied>(), Icl{}, Starts{5}, Threads{})`,
/// `select(counts, states(1, 6), emissions<Poisson<>>())`. Policies come in any order: a criterion (Bic, Aic, Aicc, Icl,
/// CrossValidation or one of yours; default Bic), Starts, an execution, which shares out whole fits, and whatever else `fit`
/// takes, for each fit. Returns a SelectionResult, which prints as a table. Throws std::invalid_argument where fit does, and where
/// there are fewer observations than components.
template <class Data, class Numbers, class... E, class... Policies>
auto select(const Data& x, const Numbers& numbers, const Emissions<E...>& families,
            const Policies&... policies) {
    const auto shapes = candidates(numbers, families, detail::dimension_of(x));
    using M = std::remove_cvref_t<decltype(std::get<0>(shapes).shapes.front())>;
    using Units = std::remove_cvref_t<decltype(detail::units_of(std::declval<M>(), x))>;
    static_assert(((detail::for_selection<Policies, M, Data, Units> ||
                    detail::role_in_fits<Policies, M, Data, Units>() != detail::Role::none) &&
                   ...),
                  "latent::select: a policy is no criterion, no Starts, and none that fit takes");
    const auto fits = detail::restarts_by_roles<M>(
        detail::starts_among(policies...),
        detail::Playing<detail::role_in_fits<Policies, M, Data, Units>(), Policies>{policies}...);
    const auto criterion = detail::criterion_among<M, Data, Units>(policies...);
    const auto execution = detail::execution_among(policies...);
    return Selection<std::remove_cvref_t<decltype(criterion)>, std::remove_cvref_t<decltype(fits)>,
                     std::remove_cvref_t<decltype(execution)>>{criterion, fits, execution}
        .fit(shapes, x);
}

}  // namespace latent
