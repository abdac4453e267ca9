// What an emission lacks, in a sentence.
#pragma once

#include <concepts>

#include "latent/core/concepts.hpp"
#include "latent/data/observations.hpp"

namespace latent::detail {

/// Refuses an accumulate that is not accumulate(x, r, s), each in its own way.
template <class E>
constexpr bool require_accumulate() {
    using Table = Panel<typename E::Scalar>;
    using Statistics = typename E::Statistics;
    constexpr bool right = requires(const E c, const Table& x, Statistics& s) { c.accumulate(x, x, s); };
    constexpr bool changing = !right && requires(E e, const Table& x, Statistics& s) {
        e.accumulate(x, x, s);
    };
    constexpr bool other_order = !right && requires(E e, const Table& x, Statistics& s) {
        requires requires { e.accumulate(s, x, x); } || requires {
            e.accumulate(x, s, x);
        };
    };
    static_assert(!changing,
                  "latent: the emission's accumulate(x, r, s) must be const: threads share the emission");
    static_assert(
        !other_order,
        "latent: the emission's accumulate takes its arguments in another order than accumulate(x, r, "
        "s): observations, weights, the statistics");
    static_assert(right || changing || other_order,
                  "latent: the emission lacks accumulate(x, r, s) const, with const Panel<Scalar>& x and r, "
                  "Statistics& s");
    static_assert(
        !AccumulatesIntoACopy<E>,
        "latent: the emission's accumulate(x, r, s) must take the statistics by reference, Statistics& "
        "s: what it adds to a copy is lost");
    return true;
}

/// Says which member that works on statistics or observations E lacks.
template <class E>
constexpr bool require_estimation() {
    using Table = Panel<typename E::Scalar>;
    using Statistics = typename E::Statistics;
    static_assert(
        requires(const E c) {
            { c.zero_statistics() } -> std::same_as<Statistics>;
        },
        "latent: the emission lacks zero_statistics() const, which returns the Statistics of no data");
    static_assert(
        requires(const E c, const Table& x, Table& out) { c.log_density(x, out); },
        "latent: the emission lacks log_density(x, out) const, with const Panel<Scalar>& x, Panel<Scalar>& "
        "out");
    static_assert(require_accumulate<E>());
    static_assert(
        requires(E e, const Statistics& s) { e.maximize(s); },
        "latent: the emission lacks maximize(s), with const Statistics& s");
    static_assert(
        requires(const E c, const Statistics& s) {
            { c.expected_log_density(s) } -> std::convertible_to<double>;
        },
        "latent: the emission lacks expected_log_density(s) const, which returns a number, with const "
        "Statistics& "
        "s");
    static_assert(
        requires(const E c, Random& random, typename E::Scalar* x) { c.sample(Index{}, random, x); },
        "latent: the emission lacks sample(k, random, x) const, with Index k, Random& random, Scalar* x");
    return true;
}

/// Refuses members that E need not have, but has with other arguments, so that nobody would call them.
template <class E>
constexpr bool require_optional() {
    static_assert(
        !requires { &E::reset; } || requires(const E c, typename E::Statistics& s) { c.reset(s); },
        "latent: the emission's reset is not reset(s) const, with Statistics& s, which makes them those of "
        "no data");
    static_assert(
        !requires { &E::check; } ||
            requires(const E c, const Observations<typename E::Scalar>& x) { c.check(x); },
        "latent: the emission's check is not check(x) const, with const Observations<Scalar>& x, which "
        "throws where they "
        "are none of its own");
    return true;
}

/// Says which member E lacks of an Emission, before anything else fails. Class templates that are made of an emission ask for it
/// first in their bodies, instead of Emission in their heads, where a compiler would answer with the whole concept.
template <class E>
constexpr bool require_emission() {
    constexpr bool scalar = requires { requires std::floating_point<typename E::Scalar>; };
    constexpr bool statistics = requires { typename E::Statistics; };
    static_assert(scalar,
                  "latent: the emission lacks the type Scalar, float or double: that of observations");
    static_assert(statistics,
                  "latent: the emission lacks the type Statistics: its expected sufficient statistics");
    static_assert(std::copyable<E>, "latent: the emission must be copyable");
    static_assert(
        requires(const E c) {
            { c.size() } -> std::convertible_to<Index>;
        },
        "latent: the emission lacks size() const, the number of its components");
    static_assert(
        requires(const E c) {
            { c.dimension() } -> std::convertible_to<Index>;
        },
        "latent: the emission lacks dimension() const, the number of rows that observations have");
    static_assert(
        requires(const E c) {
            { c.parameters() } -> std::convertible_to<Index>;
        },
        "latent: the emission lacks parameters() const, the number of free ones");
    static_assert(
        requires(const E c) {
            { c.all_equal() } -> std::convertible_to<bool>;
        },
        "latent: the emission lacks all_equal() const: whether its components are one and the same");
    if constexpr (scalar && statistics) {
        static_assert(Additive<typename E::Statistics>,
                      "latent: the emission's Statistics must be Additive: they name their numbers, static "
                      "constexpr auto fields()");
        static_assert(require_estimation<E>());
        static_assert(require_optional<E>());
    }
    static_assert(Emission<E>, "latent: the emission does not fit the contract Emission (core/concepts.hpp)");
    return true;
}

}  // namespace latent::detail
