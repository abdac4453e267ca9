// A sentence for whatever an author's model or a policy lacks, where it is first used.
#pragma once

#include <concepts>
#include <tuple>
#include <type_traits>

#include "latent/core/concepts.hpp"

namespace latent::detail {

/// Refuses types that are no sufficient statistics.
template <class S>
constexpr bool is_statistics() {
    static_assert(std::semiregular<S>,
                  "latent: the model's Statistics must be default-constructible and copyable");
    static_assert(
        Arithmetic<S> || PlainEigen<S> || Fielded<S> || Sized<S>,
        "latent: the model's Statistics do not name their members: give them `static constexpr auto fields() "
        "{ return std::tuple{&Statistics::count, …}; }`, see Additive (core/additive.hpp)");
    constexpr bool named = Arithmetic<S> || PlainEigen<S> || Fielded<S> || Sized<S>;
    if constexpr (named)
        static_assert(
            additive<S>,
            "latent: a member that Statistics::fields() names cannot be added: it must be a number, an Eigen "
            "matrix, a type with fields() of its own, or a container of those, see Additive");
    return named && Additive<S>;
}

/// The vectors, matrices and containers of no fixed size within some statistics, and those of them without an entry.
struct Containers {
    Index all = 0, empty = 0;
};
template <class S>
void count_containers(const S& s, Containers& found) {
    if constexpr (PlainEigen<S>) {
        if (S::SizeAtCompileTime != Eigen::Dynamic) return;
        ++found.all;
        found.empty += s.size() == 0 ? 1 : 0;
    } else if constexpr (Fielded<S>) {
        const auto visit = [&](auto member) { count_containers(s.*member, found); };
        std::apply([&](auto... members) { (visit(members), ...); }, S::fields());
    } else if constexpr (is_tuple<S>) {
        std::apply([&](const auto&... part) { (count_containers(part, found), ...); }, s);
    } else if constexpr (!Arithmetic<S>) {
        if (s.size() == 0) ++found.all, ++found.empty;
        for (std::size_t i = 0; i < s.size(); ++i) count_containers(s[i], found);
    }
}

/// Throws std::invalid_argument where zero_statistics() returns what a default constructor does, so that accumulate would add
/// to vectors of no size.
template <class M>
void require_sizes(const M& model) {
    Containers found;
    count_containers(model.zero_statistics(), found);
    require(found.empty == 0 || found.empty < found.all,
            "latent::fit: all vectors in the model's zero_statistics() are empty, expected zeros of the "
            "sizes that accumulate adds to");
}

/// Refuses an accumulate that is not accumulate(x, q, s), each in its own way.
template <class M, class Unit, class Posterior, class Statistics>
constexpr bool has_accumulate() {
    constexpr bool right = requires(const M c, const Unit& x, const Posterior& p, Statistics& s) {
        c.accumulate(x, p, s);
    };
    constexpr bool changing = !right && requires(M m, const Unit& x, const Posterior& p, Statistics& s) {
        m.accumulate(x, p, s);
    };
    constexpr bool other_order = !right && requires(M m, const Unit& x, Posterior& q, Statistics& s) {
        requires requires { m.accumulate(x, s, q); } || requires {
            m.accumulate(q, x, s);
        } || requires {
            m.accumulate(q, s, x);
        } || requires {
            m.accumulate(s, x, q);
        } || requires {
            m.accumulate(s, q, x);
        };
    };
    constexpr bool copies = right && requires(const M c, const Unit& x, const Posterior& p) {
        c.accumulate(x, p, Statistics{});
        requires !requires { c.accumulate(x, p, Stranger{}); };
    };
    static_assert(!changing,
                  "latent: the model's accumulate(x, q, s) must be const: threads share the model");
    static_assert(!other_order,
                  "latent: the model's accumulate takes its arguments in another order than accumulate(x, q, "
                  "s): a unit, its posterior, the statistics");
    static_assert(!copies,
                  "latent: the model's accumulate(x, q, s) must take the statistics by reference, "
                  "Statistics& s: what it adds to a copy is lost");
    static_assert(right || changing || other_order,
                  "latent: the model lacks accumulate(x, q, s) const, with const Unit& x, const Posterior& "
                  "q, Statistics& s");
    return right && !copies;
}

/// Refuses an infer that is not infer(x, q) → log p(x).
template <class M, class Unit, class Posterior>
constexpr bool has_infer() {
    constexpr bool right = requires(const M c, const Unit& x, Posterior& q) {
        { c.infer(x, q) } -> std::convertible_to<double>;
    };
    constexpr bool copies = right && !std::is_empty_v<Posterior> && requires(const M c, const Unit& x) {
        c.infer(x, Posterior{});
        requires !requires { c.infer(x, Stranger{}); };
    };
    static_assert(right,
                  "latent: the model lacks infer(x, q) const, which returns log p(x), with const Unit& x, "
                  "Posterior& q");
    static_assert(!copies,
                  "latent: the model's infer(x, q) must take the posterior by reference, Posterior& q: what "
                  "it fills of a copy is lost");
    return right && !copies;
}

template <class M, class Statistics>
constexpr bool has_maximization() {
    constexpr bool zero = requires(const M c) {
        { c.zero_statistics() } -> std::same_as<Statistics>;
    };
    constexpr bool maximize = requires(M m, const Statistics& s) { m.maximize(s); };
    constexpr bool expected = requires(const M c, const Statistics& s) {
        { c.expected_log_joint(s) } -> std::convertible_to<double>;
    };
    static_assert(zero,
                  "latent: the model lacks zero_statistics() const, which returns the Statistics of no data");
    static_assert(maximize, "latent: the model lacks maximize(s), with const Statistics& s");
    static_assert(expected,
                  "latent: the model lacks expected_log_joint(s) const, which returns a number, with const "
                  "Statistics& s");
    constexpr bool reset = !requires { &M::reset; }
    || requires(const M c, Statistics& sum) { c.reset(sum); };
    static_assert(reset,
                  "latent: the model's reset is not reset(s) const, with Statistics& s, which makes them "
                  "those of no data");
    return zero && maximize && expected && reset;
}

/// Whether M is a LatentVariableModel; what it lacks does not compile, and the message names it.
template <class M>
constexpr bool is_model() {
    constexpr bool unit = requires { typename M::Unit; };
    constexpr bool posterior = requires { typename M::Posterior; };
    constexpr bool statistics = requires { typename M::Statistics; };
    static_assert(
        unit, "latent: the model lacks the type Unit: what is observed together and independent of the rest");
    static_assert(posterior,
                  "latent: the model lacks the type Posterior: room for what is inferred about one unit");
    static_assert(statistics,
                  "latent: the model lacks the type Statistics: its expected sufficient statistics");
    static_assert(std::copyable<M>, "latent: the model must be copyable");
    if constexpr (unit && posterior && statistics) {
        using Posterior = typename M::Posterior;
        static_assert(std::default_initializable<Posterior>,
                      "latent: the model's Posterior must be default-constructible");
        if constexpr (is_statistics<typename M::Statistics>() && std::default_initializable<Posterior>) {
            using Unit = typename M::Unit;
            using Statistics = typename M::Statistics;
            constexpr bool infers = has_infer<M, Unit, Posterior>();
            constexpr bool accumulates = has_accumulate<M, Unit, Posterior, Statistics>();
            constexpr bool maximizes = has_maximization<M, Statistics>();
            if constexpr (infers && accumulates && maximizes) {
                static_assert(
                    LatentVariableModel<M>,
                    "latent: the model does not fit the contract LatentVariableModel (core/concepts.hpp)");
                return LatentVariableModel<M>;
            }
        }
    }
    return false;
}

/// Whether all policies of EM fit their contracts for this model and its units; one that does not does not compile.
template <class EM, class M, class Units>
constexpr bool are_policies() {
    using X = decltype(EM::execution);
    using E = decltype(EM::estep);
    using A = decltype(EM::acceleration);
    constexpr bool execution = Execution<X>, estep = EStep<E, M, Units, X>,
                   mstep = MStep<decltype(EM::mstep), M>, acceleration = Acceleration<A, M>,
                   convergence = Convergence<decltype(EM::convergence)>,
                   observer = Observer<decltype(EM::observer), M>,
                   checkpoint = Checkpointing<decltype(EM::checkpoint)>;
    static_assert(execution, "latent: the execution does not fit the contract Execution (core/concepts.hpp)");
    static_assert(estep, "latent: the E-step does not fit the contract EStep for this model and data");
    static_assert(mstep, "latent: the M-step does not fit the contract MStep for this model");
    static_assert(acceleration,
                  "latent: the acceleration does not fit the contract Acceleration for this model");
    static_assert(convergence, "latent: the convergence criterion does not fit the contract Convergence");
    static_assert(observer,
                  "latent: the observer cannot be called with (const Progress&, const Model&), to return "
                  "nothing or a bool");
    static_assert(checkpoint, "latent: the checkpoint does not fit the contract Checkpointing");
    constexpr bool fit = execution && estep && mstep && acceleration && convergence && observer && checkpoint;
    if constexpr (fit)
        static_assert(
            A::plain || E::monotone,
            "latent: only a monotone E-step can be accelerated, not a random, annealed or stepwise one");
    return fit;
}

/// Whether a policy says of itself that EM with it can never lower the objective.
template <class Policy>
inline constexpr bool monotone = false;
template <class Policy>
    requires requires {
        { Policy::monotone } -> std::convertible_to<bool>;
    }
inline constexpr bool monotone<Policy> = Policy::monotone;

}  // namespace latent::detail
