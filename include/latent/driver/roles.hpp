// What a policy that is given without its place is for.
#pragma once

#include <type_traits>
#include <utility>

#include "latent/core/concepts.hpp"
#include "latent/core/sequential.hpp"
#include "latent/estep/batch.hpp"

namespace latent::detail {

enum class Role {
    none,
    start,
    estep,
    mstep,
    execution,
    acceleration,
    convergence,
    limits,
    observer,
    checkpoint
};

/// The contract that P fulfils for a model of type M, its units and an execution. The order is for policies that would take
/// anything: an observer answers nothing or a bool, a start a model.
template <class P, class M, class Data, class Units, class X>
constexpr Role role_of() {
    if constexpr (std::is_same_v<P, Limits>) {
        return Role::limits;
    } else if constexpr (Execution<P>) {
        return Role::execution;
    } else if constexpr (Checkpointing<P>) {
        return Role::checkpoint;
    } else if constexpr (EStep<P, M, Units, X> || PosteriorRule<P, M>) {
        return Role::estep;
    } else if constexpr (MStep<P, M>) {
        return Role::mstep;
    } else if constexpr (Acceleration<P, M>) {
        return Role::acceleration;
    } else if constexpr (Convergence<P>) {
        return Role::convergence;
    } else if constexpr (Observer<P, M>) {
        return Role::observer;
    } else if constexpr (Start<P, M, Data>) {
        return Role::start;
    } else {
        return Role::none;
    }
}

/// A policy, and what it is for; it must outlive this.
template <Role r, class P>
struct Playing {
    static constexpr Role role = r;
    const P& policy;
};

/// The policy of a role among those that are given, as a copy; what `otherwise` says where there is none.
template <Role wanted, class Otherwise>
Otherwise pick(Otherwise otherwise) {
    return otherwise;
}
template <Role wanted, class Otherwise, Role r, class P, class... Rest>
auto pick(Otherwise otherwise, Playing<r, P> first, Rest... rest) {
    if constexpr (r == wanted) {
        return first.policy;
    } else {
        return pick<wanted>(std::move(otherwise), rest...);
    }
}

/// The execution among some policies, which can be told from the others without knowing the model.
inline Sequential execution_among() { return {}; }
template <class P, class... Rest>
auto execution_among(const P& first, const Rest&... rest) {
    if constexpr (Execution<P>) {
        return first;
    } else {
        return execution_among(rest...);
    }
}

/// A bare rule, such as Hard{}, goes through all units.
template <class M, class P>
auto as_estep(P policy) {
    if constexpr (PosteriorRule<P, M>) {
        return Batch<P>{std::move(policy)};
    } else {
        return policy;
    }
}

/// Refuses a policy that is for nothing: the compiler names its type where it says from where this was called.
template <class Given>
constexpr bool has_a_role() {
    static_assert(Given::role != Role::none,
                  "latent::fit: a policy has no role for this model and these data: it is no start, E-step "
                  "or rule, M-step, execution, acceleration, convergence criterion, Limits, observer or "
                  "checkpoint (core/concepts.hpp); a remedy or a prior belongs into its M-step");
    return Given::role != Role::none;
}

/// Refuses two policies for one place.
template <Role... roles>
constexpr bool no_role_twice() {
    constexpr auto once = [](Role wanted) { return ((roles == wanted ? 1 : 0) + ... + 0) <= 1; };
    static_assert(once(Role::start), "latent::fit: two starts are given");
    static_assert(once(Role::estep), "latent::fit: two E-steps or rules are given");
    static_assert(once(Role::mstep), "latent::fit: two M-steps are given");
    static_assert(once(Role::execution), "latent::fit: two executions are given");
    static_assert(once(Role::acceleration), "latent::fit: two accelerations are given");
    static_assert(once(Role::convergence), "latent::fit: two convergence criteria are given: see AnyOf");
    static_assert(once(Role::limits), "latent::fit: two Limits are given");
    static_assert(once(Role::observer), "latent::fit: two observers are given: see AllOf");
    static_assert(once(Role::checkpoint), "latent::fit: two checkpoints are given");
    return true;
}

/// The start's model, found by the execution where the start can use one.
template <class StartPolicy, class M, class Data, class X>
M begin(const StartPolicy& start, const M& shape, const Data& data, const X& execution) {
    if constexpr (StartOn<StartPolicy, M, Data, X>) {
        return start(shape, data, execution);
    } else {
        return start(shape, data);
    }
}

}  // namespace latent::detail
