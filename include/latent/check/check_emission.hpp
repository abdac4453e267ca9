// Is it an emission? What mixtures and hidden Markov models take for granted of one, asked of somebody's own.
#pragma once

#include <optional>

#include "latent/check/check_model.hpp"
#include "latent/check/component_properties.hpp"
#include "latent/check/emission_properties.hpp"
#include "latent/check/sample_properties.hpp"
#include "latent/emission/emission_checks.hpp"
#include "latent/model/mixture.hpp"

namespace latent {

namespace detail {

template <class T>
void ask_densities(const Questions<T>& ask) {
    constexpr std::bool_constant<VectorizableEmission<typename T::Family>> coordinates;
    constexpr const char* one_density =
        "log_density, accumulate and expected_log_density do not speak of one density: a sign, a factor, a "
        "constant that depends on the parameters";
    ask("log-densities are numbers", "log of zero, 0 · log 0, or a division by zero", densities_are_numbers);
    ask("log-densities do not depend on the block",
        "out is not resized or not filled, or an observation is confused with its neighbour or the filler",
        blocks_do_not_matter);
    ask("weights of zero add nothing", "accumulate counts observations, not weights",
        weights_of_zero_add_nothing);
    ask("a weight is a factor", "a term of accumulate lacks the weight, or has it squared",
        weights_are_factors);
    ask("blocks add up", "accumulate assigns where it should add, or counts the filler", blocks_add_up);
    ask("components without weight keep their parameters", "maximize divides by a count of zero",
        empty_components_stay);
    ask("log p(x | k) gains at least what expected_log_density gains", one_density, density_bound_holds);
    ask.where(coordinates, no_coordinates, "log_density and expected_log_density have the same gradient",
              one_density, [](const auto& t) { return density_gradients_agree(t); });
    ask.where(coordinates, no_coordinates, "coordinates() numbers are written",
              "coordinates() counts otherwise", [](const auto& t) { return all_coordinates_are_written(t); });
    ask("draws are observations", "sample does not write all d numbers, or leaves the density's support",
        draws_are_observations);
    ask.where(coordinates, no_coordinates, "draws follow the density",
              "sample means another parameter than log_density: a variance for a deviation, a rate for a "
              "scale; or another component",
              [](const auto& t) { return scores_average_zero(t); });
}

template <class T>
void ask_components(const Questions<T>& ask) {
    constexpr std::bool_constant<Collapsible<typename T::Family>> collapsible;
    constexpr const char* not_collapsible = "it is not Collapsible: no remedies";
    ask("all_equal() means the same", "all_equal() compares a part of the parameters only", same_is_the_same);
    ask.where(collapsible, not_collapsible, "shares sum to one", "share is a count",
              [](const auto& t) { return shares_sum_to_one(t); });
    ask.where(collapsible, not_collapsible, "collapse_cause names what is wrong, and nothing else",
              "the counts of the last maximize are not kept",
              [](const auto& t) { return flaws_are_named(t); });
    ask.where(collapsible, not_collapsible, "a raised component is above the floor",
              "floor_variances lifts to less than what collapse_cause asks for, or forgets what is derived "
              "from the variances",
              [](const auto& t) { return raised_components_have_no_flaw(t); });
    ask.where(collapsible, not_collapsible, "remove(k) leaves the others as they are",
              "another component is removed, or what is derived from them is not",
              [](const auto& t) { return removal_leaves_the_others(t); });
}

}  // namespace detail

/// Whether `emission` is what an Emission promises, on observations x (d × n, one a column; weights are not used): its
/// densities do not depend on the block they are computed in, statistics are linear in the weights, maximize and
/// expected_log_density fit log_density, draws follow it, coordinates are written; what a Collapsible promises; and then all
/// that check_model asks, of `Mixture<E>`. The report says in words what is wrong and what usually causes it:
///   `std::cout << latent::check_emission(MyDensity{…}, x);`
/// Give it two or three components that differ, and one to some hundred observations that they could have made.
///
/// Time: some hundred passes, and eight for each coordinate. Throws std::invalid_argument where there are no observations, d
/// is another, or the emission refuses them. Not in latent.hpp.
template <Emission E>
CheckReport check_emission(const E& emission, const Observations<typename E::Scalar>& x) {
    detail::require(x.cols() > 0, "latent::check_emission: there are no observations");
    detail::require(x.rows() == emission.dimension(), "latent::check_emission: observations have ", x.rows(),
                    " rows, expected d = ", emission.dimension(), ": one observation a column");
    detail::check_with(emission, x);
    CheckReport report(detail::spelled<E>());
    using Trial = detail::EmissionTrial<E>;
    std::optional<Trial> trial;
    report.ask("log_density and accumulate can be called", "out is not resized to n × K", [&] {
        trial.emplace(emission, x);
        return std::string();
    });
    if (!report.ok()) return report;
    const detail::Questions<Trial> ask{*trial, report};
    detail::ask_densities(ask);
    detail::ask_components(ask);
    report.ask("a mixture of it can be asked", "the components are one and the same: see Mixture", [&] {
        const auto blocks = Blocks<typename E::Scalar>(x.with_weights(nullptr), 9);
        report.include(check_model(Mixture<E>(emission), blocks));
        return std::string();
    });
    return report;
}
/// Of what is no Emission: says which member it lacks, at compile time.
template <class E, class X>
    requires(!Emission<E>)
CheckReport check_emission(const E&, const X&) {
    static_assert(detail::require_emission<E>());
    return CheckReport({});
}

}  // namespace latent
