// What a density lacks, in a sentence.
#pragma once

#include <concepts>
#include <span>
#include <utility>

#include "latent/core/concepts.hpp"

namespace latent::detail {

/// Says which member a density lacks, before anything else fails.
template <class D>
constexpr bool check_density() {
    static_assert(std::copyable<D>, "latent: Family<D> needs a D that can be copied and assigned");
    static_assert(
        requires { typename D::Statistics; }, "latent: Family<D> needs a type D::Statistics");
    if constexpr (requires { typename D::Statistics; }) {
        using Observation = ObservationOf<D>;
        using Statistics = typename D::Statistics;
        static_assert(Additive<Statistics>,
                      "latent: Family<D> needs a D::Statistics that is Additive: it names its numbers, "
                      "static constexpr auto fields()");
        static_assert(
            requires(const D c, Observation x) {
                { c.log_density(x) } -> std::convertible_to<double>;
            },
            "latent: Family<D> needs D::log_density(x) const that returns a double, where x is a double or a "
            "std::span<const double>");
        static_assert(
            requires(const D c, Observation x, Statistics& s) { c.accumulate(x, 1.0, s); },
            "latent: Family<D> needs D::accumulate(x, double weight, Statistics&) const, where x is what "
            "log_density takes");
        static_assert(
            !requires(const D c, Observation x, Statistics s) { c.accumulate(x, 1.0, std::move(s)); },
            "latent: Family<D> needs D::accumulate(x, double weight, Statistics&) to take the statistics by "
            "reference: what is added to a copy is lost");
        static_assert(
            requires(D d, const Statistics& s) { d.maximize(s); },
            "latent: Family<D> needs D::maximize(const Statistics&)");
        static_assert(
            requires(const D c, const Statistics& s) {
                { c.expected_log_density(s) } -> std::convertible_to<double>;
            },
            "latent: Family<D> needs D::expected_log_density(const Statistics&) const that returns a double");
        static_assert(!ObservesNumber<D> || DrawsNumber<D>,
                      "latent: Family<D> needs D::sample(Random&) const that returns a double, as "
                      "log_density takes a double");
        static_assert(
            ObservesNumber<D> ||
                requires(const D c) {
                    { c.dimension() } -> std::convertible_to<Index>;
                },
            "latent: Family<D> needs D::dimension() const, as log_density takes a std::span<const double>");
        static_assert(
            ObservesNumber<D> ||
                requires(const D c, Random& random, std::span<double> x) { c.sample(random, x); },
            "latent: Family<D> needs D::sample(Random&, std::span<double>) const, as log_density takes a "
            "std::span<const double>");
    }
    return true;
}

}  // namespace latent::detail
