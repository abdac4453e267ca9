// Sufficient statistics as a monoid: whatever can be added, scaled and set to zero.
#pragma once

#include <concepts>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/types.hpp"

namespace latent {

namespace detail {

template <class T>
concept Arithmetic = std::is_arithmetic_v<T>;

template <class T>
concept PlainEigen = std::derived_from<T, Eigen::PlainObjectBase<T>>;

template <class T>
concept Fielded = requires {
    T::fields();
};

template <class T>
concept Sized = requires(T& t) {
    t.size();
    t.data();
    t[0];
};

template <class T>
inline constexpr bool additive = Arithmetic<T> || PlainEigen<T>;
template <class... Members, class... Classes>
constexpr bool all_additive(const std::tuple<Members Classes::*...>*) {
    return (additive<Members> && ...);
}
constexpr bool all_additive(const void*) { return false; }  // fields() names something else
template <Fielded T>
    requires(!PlainEigen<T>)
inline constexpr bool additive<T> = [] {
    constexpr auto members = T::fields();
    return all_additive(&members);
}();
template <class T>
    requires(Sized<T> && !PlainEigen<T> && !Fielded<T>)
inline constexpr bool additive<T> = additive<std::remove_cvref_t<decltype(std::declval<T&>()[0])>>;
template <class... T>
inline constexpr bool additive<std::tuple<T...>> = (additive<T> && ...);

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_tuple = false;
template <class... T>
inline constexpr bool is_tuple<std::tuple<T...>> = true;

/// visit(i) for i = 0 … n − 1, each a constant.
template <std::size_t n, class Visit>
constexpr void for_each_index(const Visit& visit) {
    [&]<std::size_t... i>(std::index_sequence<i...>) {
        (visit(std::integral_constant<std::size_t, i>{}), ...);
    }
    (std::make_index_sequence<n>{});
}

/// Statistics taken about a centre, which two of them must share before they are added.
template <class S>
concept Centred = requires(S s, const S from) {
    s.recentre(from.centre);
};

/// Statistics that are joined, not added member by member.
template <class S>
concept Joined = requires(S s, const S from) {
    s.join(from);
};

}  // namespace detail

/// Sufficient statistics. S supplies: its members named once,
/// `static constexpr auto fields() { return std::tuple{&S::count, &S::sum}; }`,
/// each a number, an Eigen matrix, another Additive, or a container or std::tuple of those.
/// It gets: add, scale, set_zero and for_each_leaf, and by them merging over threads, mini-batches, chunks of
/// a file and processes. Statistics taken about a point also supply `centre` (not a field) and
/// `recentre(point)`; add then moves both to the same centre first. Statistics whose sum is more than that of their members, such
/// as a list that becomes longer, supply `join(from)`, which add then calls; their fields are what scale multiplies.
template <class S>
concept Additive = std::semiregular<S> && detail::additive<S>;

/// Calls f(std::span, std::span…) on each run of numbers of `first`, with the same run of the others.
template <class F, class First, class... Rest>
void for_each_leaf(F&& f, First& first, Rest&... rest) {
    using T = std::remove_const_t<First>;
    if constexpr (detail::Arithmetic<T>) {
        f(std::span(&first, 1), std::span(&rest, 1)...);
    } else if constexpr (detail::PlainEigen<T>) {
        f(std::span(first.data(), static_cast<std::size_t>(first.size())),
          std::span(rest.data(), static_cast<std::size_t>(rest.size()))...);
    } else if constexpr (detail::Fielded<T>) {
        const auto visit = [&](auto member) { for_each_leaf(f, first.*member, (rest.*member)...); };
        std::apply([&](auto... members) { (visit(members), ...); }, T::fields());
    } else if constexpr (detail::is_tuple<T>) {
        detail::for_each_index<std::tuple_size_v<T>>(
            [&](auto i) { for_each_leaf(f, std::get<i()>(first), std::get<i()>(rest)...); });
    } else {
        for (std::size_t i = 0; i < first.size(); ++i) for_each_leaf(f, first[i], rest[i]...);
    }
}

namespace detail {

/// into += from, for statistics that already share their centres at this level.
template <class S>
void add_members(S& into, const S& from);

}  // namespace detail

/// into += from. Throws std::invalid_argument where their shapes differ.
template <Additive S>
void add(S& into, const S& from) {
    if constexpr (detail::Joined<S>) return into.join(from);
    if constexpr (detail::Centred<S>) {
        if (into.centre != from.centre) {
            S moved = from;
            moved.recentre(into.centre);
            return detail::add_members(into, moved);
        }
    }
    detail::add_members(into, from);
}

template <class S>
void detail::add_members(S& into, const S& from) {
    if constexpr (Fielded<S>) {
        const auto visit = [&](auto member) { add(into.*member, from.*member); };
        std::apply([&](auto... members) { (visit(members), ...); }, S::fields());
    } else if constexpr (Arithmetic<S>) {
        into += from;
    } else if constexpr (is_tuple<S>) {
        for_each_index<std::tuple_size_v<S>>([&](auto i) { add(std::get<i()>(into), std::get<i()>(from)); });
    } else {
        require(into.size() == from.size(), "latent::add: the statistics' shapes differ: ", into.size(),
                " and ", from.size(), " entries");
        if constexpr (PlainEigen<S>) {
            for (Index i = 0; i < into.size(); ++i) into.data()[i] += from.data()[i];
        } else {
            for (std::size_t i = 0; i < into.size(); ++i) add(into[i], from[i]);
        }
    }
}

/// s *= factor.
template <Additive S>
void scale(S& s, double factor) {
    for_each_leaf(
        [factor](auto leaf) {
            for (auto& value : leaf) {
                const double scaled = factor * static_cast<double>(value);
                value = static_cast<std::remove_reference_t<decltype(value)>>(scaled);
            }
        },
        s);
}

/// Every number of s becomes zero; its shape and centre stay.
template <Additive S>
void set_zero(S& s) {
    for_each_leaf(
        [](auto leaf) {
            for (auto& value : leaf) value = 0;
        },
        s);
}

namespace detail {

/// s := owner.zero_statistics(), without an allocation where the owner, a model or an emission, offers `reset`.
template <class Owner, Additive S>
void reset(const Owner& owner, S& s) {
    if constexpr (requires { owner.reset(s); }) {
        owner.reset(s);
    } else {
        s = owner.zero_statistics();
    }
}

}  // namespace detail

}  // namespace latent
