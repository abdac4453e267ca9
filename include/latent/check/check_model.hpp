// Is it a model? What EM takes for granted of one, asked of somebody's own.
#pragma once

#include <optional>

#include "latent/check/inference_properties.hpp"
#include "latent/check/maximization_properties.hpp"
#include "latent/check/parameter_properties.hpp"
#include "latent/check/questions.hpp"
#include "latent/check/statistics_properties.hpp"
#include "latent/check/weight_properties.hpp"
#include "latent/core/units.hpp"

namespace latent {

namespace detail {

inline constexpr const char* no_coordinates = "there are no coordinates: to_vector() and from_vector(v)";

template <class T>
void ask_statistics(const Questions<T>& ask) {
    using M = typename T::Model;
    constexpr std::bool_constant < requires(const M m, typename T::Statistics s) { m.reset(s); }
    > resets;
    constexpr std::bool_constant<Weighable<typename T::Unit>> weighs;
    ask("zero_statistics() are the statistics of no data",
        "a field that does not begin at zero, or whose size only accumulate sets", zero_is_empty);
    ask.where(resets, "there is no reset(s)", "reset(s) makes s zero_statistics()",
              "it forgets a field, or gives it another size", [](const auto& t) { return reset_empties(t); });
    ask("infer depends on nothing but the model and the unit",
        "it adds to what another unit left in the posterior q, or leaves a part of that as it was",
        infer_repeats);
    ask("accumulate adds to the statistics",
        "it assigns (=) where it should add (+=), or a field is a mean or a maximum, which are no sums",
        accumulate_adds);
    ask("the order of the units is free", "a field depends on what was accumulated before", order_is_free);
    ask("statistics of parts add up to those of the whole", "a field that is no sum over the units",
        shards_merge);
    ask.where(weighs, "the units are neither Observations nor blocks of sequences",
              "a weight of w is w copies", "infer or accumulate forgets the weights, or applies them twice",
              [](const auto& t) { return weights_are_copies(t); });
    ask("threads that infer at once do not meet",
        "infer or accumulate writes to a mutable member, or to a global or static variable",
        threads_do_not_meet);
}

template <class T>
void ask_maximization(const Questions<T>& ask) {
    constexpr std::bool_constant<Vectorizable<typename T::Model>> coordinates;
    constexpr const char* one_model =
        "what infer returns, its posterior, accumulate and expected_log_joint do not speak of one p(x, z): a "
        "sign, a factor or a term differs, or q does not sum to one";
    ask.where(coordinates, no_coordinates, "infer and expected_log_joint have the same gradient", one_model,
              [](const auto& t) { return gradients_agree(t); });
    ask("log p(x) gains at least what expected_log_joint gains", one_model, bound_of_infer);
    ask("maximize(s) does not lower expected_log_joint(s)",
        "a division by the count is missing, or expected_log_joint lacks a term", maximize_raises);
    ask.where(
        coordinates, no_coordinates, "maximize(s) finds the maximum of expected_log_joint(s)",
        "another equation is solved than that its derivative is zero: a count, a factor; or it stops early",
        [](const auto& t) { return maximize_is_stationary(t); });
    ask("maximize(s) repeats itself", "the new parameters depend on the old ones", maximize_repeats);
    ask("maximize(2 s) is maximize(s)",
        "a sum is taken for a mean, a constant is added to it (a prior is MaximumAPosteriori's), or fields() "
        "does not name a field",
        maximize_is_scale_free);
    ask("EM never lowers the log-likelihood", "whatever else is wrong here", em_never_falls);
}

template <class T>
void ask_parameters(const Questions<T>& ask) {
    constexpr std::bool_constant<Vectorizable<typename T::Model>> coordinates;
    constexpr std::bool_constant<Archivable<typename T::Model>> archivable;
    ask.where(coordinates, no_coordinates, "coordinates there and back are the same model",
              "from_vector is not the inverse of to_vector: another order, another transformation, or a "
              "derived member that it does not update",
              [](const auto& t) { return coordinates_round_trip(t); });
    constexpr std::bool_constant<CountsParameters<typename T::Model>> counted;
    ask.where(counted, "there is no to_vector(), or no parameters()", "no coordinate is one too many",
              "probabilities that sum to one by as many coordinates as there are, not one less: see "
              "core/probability_blocks.hpp",
              [](const auto& t) { return coordinates_are_free(t); });
    ask.where(coordinates, no_coordinates, "every vector of coordinates is a model",
              "coordinates that are bounded: take logarithms, or log odds",
              [](const auto& t) { return every_vector_is_a_model(t); });
    ask.where(archivable, "there is no members(), or it does not name all members: no Checkpoint",
              "as bytes there and back it is the same model",
              "members() names one member twice and another never",
              [](const auto& t) { return bytes_round_trip(t); });
}

template <class T>
void ask_refinements(const Questions<T>& ask) {
    using M = typename T::Model;
    constexpr std::bool_constant<Temperable<M>> tempered;
    constexpr std::bool_constant<Decodable<M>> decoded;
    constexpr std::bool_constant<Samplable<M>> sampled;
    constexpr std::bool_constant<Truncatable<M>> truncated;
    constexpr const char* not_tempered = "there is no infer(x, q, beta): no Annealed";
    ask.where(tempered, not_tempered, "infer(x, q, 1) is infer(x, q)",
              "beta is applied to a part of log p(x, z) only",
              [](const auto& t) { return tempered_once(t); });
    ask.where(
        tempered, not_tempered, "infer(x, q, beta) is tempered",
        "q is not p(x, z)^beta, normalised, or (1/beta) log of the sum lacks 1/beta; or beta is ignored",
        [](const auto& t) { return tempered_agrees(t); });
    ask.where(decoded, "there is no decode(x, q): no Hard", "decode finds one explanation, the best",
              "it returns log p(x, z) of another z than the one in q, or log p(z | x)",
              [](const auto& t) { return decode_agrees(t); });
    ask.where(sampled, "there is no sample(x, random, q): no Stochastic", "draws follow the posterior",
              "sample draws from another distribution than infer's q, or returns log p(x, z), not log p(x)",
              [](const auto& t) { return draws_follow_the_posterior(t); });
    ask.where(truncated, "there is no truncate(x, q, threshold): no Truncated",
              "truncate(x, q, 0) changes nothing", "what is equal to the threshold is cut",
              [](const auto& t) { return truncate_nothing(t); });
}

}  // namespace detail

/// Whether `model` is what a LatentVariableModel promises, on `data` that a fit would take: infer, accumulate, maximize and
/// expected_log_joint speak of one p(x, z | θ), statistics are a monoid, weights are copies, coordinates and bytes are the
/// model, and each refinement that it offers agrees with infer. The report says in words what is wrong and what usually
/// causes it:
///   `const auto report = latent::check_model(MyModel{…}, data); std::cout << report; return report.ok() ? 0 : 1;`
/// Of several findings the first is as a rule the cause of the others.
/// Give it parameters as they might be halfway through a fit, all of them distinct, and one to some hundred observations that
/// they could have made, in several units (a mixture's `Blocks<double>(x, 9)`). It is deterministic, and an aid:
/// a model that it finds no fault with may still be another one than its author meant.
///
/// Time: some hundred E-steps, and four for each coordinate. Throws std::invalid_argument as a fit does on data that the
/// model refuses. Not in latent.hpp.
template <LatentVariableModel M, class Data>
CheckReport check_model(const M& model, const Data& data) {
    const auto& units = detail::units_of(model, data);
    detail::require(std::ssize(units) > 0, "latent::check_model: there are no data");
    detail::check_with(model, units);
    CheckReport report(detail::spelled<M>());
    using Trial = detail::ModelTrial<M, std::remove_cvref_t<decltype(units)>>;
    std::optional<Trial> trial;
    report.ask("an E-step is finite", "log of zero, 0 · log 0, or a division by zero", [&] {
        trial.emplace(model, units);
        const auto& here = trial->here;
        if (!std::isfinite(here.objective)) return detail::text("log p(x) is ", here.objective);
        const bool finite = detail::finite(detail::flat(here.statistics));
        return std::string(finite ? "" : "a number of the statistics is not finite");
    });
    if (!report.ok()) return report;
    if (trial->size() == 1)
        report.skip("what is between units", "the data are one: cut them into more, as blocks(x, 9) does");
    const detail::Questions<Trial> ask{*trial, report};
    detail::ask_statistics(ask);
    detail::ask_maximization(ask);
    detail::ask_parameters(ask);
    detail::ask_refinements(ask);
    return report;
}

}  // namespace latent
