// A fit in one line: a model, data, and whatever is not the default.
#pragma once

#include <type_traits>
#include <utility>

#include "latent/driver/contracts.hpp"
#include "latent/driver/roles.hpp"
#include "latent/expectation_maximization.hpp"

namespace latent {

namespace detail {

/// What a model is at least; a program's own fit(3, x) is another function.
template <class M>
concept Class = std::is_class_v<M>;

/// ExpectationMaximization of the policies among those given, all of which have a role.
template <class M, class... Given>
auto expectation_maximization(const Given&... given) {
    auto estep = as_estep<M>(pick<Role::estep>(Batch<>{}, given...));
    auto mstep = pick<Role::mstep>(MaximumLikelihood<>{}, given...);
    auto execution = pick<Role::execution>(Sequential{}, given...);
    auto acceleration = pick<Role::acceleration>(Plain{}, given...);
    auto convergence = pick<Role::convergence>(Aitken{}, given...);
    auto observer = pick<Role::observer>(Silent{}, given...);
    auto checkpoint = pick<Role::checkpoint>(NoCheckpoint{}, given...);
    return ExpectationMaximization<decltype(estep), decltype(mstep), decltype(execution),
                                   decltype(acceleration), decltype(convergence), decltype(observer),
                                   decltype(checkpoint)>{
        std::move(estep),        std::move(mstep),       std::move(execution),
        std::move(acceleration), std::move(convergence), pick<Role::limits>(Limits{}, given...),
        std::move(observer),     std::move(checkpoint)};
}

/// The fit by policies that know their roles, where each has one of its own.
template <class M, class Data, class... Given>
Result<M> fit_by_roles(M shape, const Data& data, const Given&... given) {
    constexpr bool known = (has_a_role<Given>() && ...), once = no_role_twice<Given::role...>();
    if constexpr (known && once) {
        const auto em = expectation_maximization<M>(given...);
        if constexpr (((Given::role == Role::start) || ...)) {
            const auto start = pick<Role::start>(nullptr, given...);
            return em.fit(begin(start, shape, data, em.execution), data);
        } else {
            return em.fit(std::move(shape), data);
        }
    }
}

}  // namespace detail

/// Fits a model of the shape of `shape` to `data`, with the policies that differ from ExpectationMaximization's defaults, in
/// any order: `fit(GaussianMixture<>(3, 2), x, KMeans{.seed = 1}, Threads{4}, Squarem{}, Limits{.seconds = 60})`. A policy is
/// known by its contract (core/concepts.hpp), which for a function object means its arguments, whose types it must name: an
/// observer takes (const Progress&, const auto& model), a start (const Model& shape, const auto& data). A rule by itself goes
/// through all units: Hard{} is Batch{Hard{}}. The start runs on the execution that is given; without a start the fit begins
/// at the parameters of `shape`. A policy without a role and a second one of a role do not compile. Throws what
/// ExpectationMaximization::fit and the start throw.
template <detail::Class M, class Data, class... Policies>
Result<M> fit(M shape, const Data& data, const Policies&... policies) {
    if constexpr (detail::is_model<M>()) {
        using X = decltype(detail::execution_among(policies...));
        using Units = std::remove_cvref_t<decltype(detail::units_of(shape, data))>;
        return detail::fit_by_roles(
            std::move(shape), data,
            detail::Playing<detail::role_of<Policies, M, Data, Units, X>(), Policies>{policies}...);
    }
}

}  // namespace latent
