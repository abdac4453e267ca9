// Properties of a model's fits: exact EM never falls, every policy runs, and any number of threads gives the same bits.
#include "catch.hpp"
#include "effort.hpp"
#include "kit/properties.hpp"
#include "kit/workers.hpp"
#include "latent/acceleration/anderson.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/convergence/relative_change.hpp"
#include "latent/estep/annealed.hpp"
#include "latent/estep/hard.hpp"
#include "latent/execution/threads.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

namespace kit {

using latent::Sequential, latent::Status;

namespace {

/// The subject's prior, as a policy.
struct AnyPrior {
    std::function<AnyStatistics(const AnyModel&)> prior;
    AnyStatistics operator()(const AnyModel& model) const { return prior(model); }
};
using MaximumAPosteriori = latent::MaximumAPosteriori<AnyPrior>;

/// From the subject's start.
template <class EM>
latent::Result<AnyModel> fitted(const EM& em, const AnySubject& subject, const AnyUnits& units) {
    if (subject.rounding < 1e-10) return em.fit(subject.start, units);
    auto fit = em.fit(AnySingleModel(subject.start), units);
    return {.model = std::move(fit.model),
            .objective = fit.objective,
            .log_likelihood = fit.log_likelihood,
            .status = fit.status,
            .iterations = fit.iterations,
            .evaluations = fit.evaluations,
            .seconds = fit.seconds,
            .trace = std::move(fit.trace),
            .events = std::move(fit.events)};
}

template <class EM>
void check_monotone(const EM& em, const AnySubject& subject) {
    STATIC_REQUIRE(EM::monotone);
    latent::Random random(9);
    const auto data = subject.draw(200, random);
    const auto fit = fitted(em, subject, data->units());
    CHECK(fit.status == Status::iteration_limit);
    REQUIRE(fit.trace.size() == 31);
    for (std::size_t t = 1; t < fit.trace.size(); ++t)
        CHECK(fit.trace[t] >= fit.trace[t - 1] - 100 * subject.rounding * std::abs(fit.trace[t]));
    CHECK(fit.trace.back() > fit.trace.front());
}

/// Whatever the policy, the fit explains the data about as well as the truth does (up to `slack` an observation), and it
/// reports the exact log-likelihood of the model it returns.
template <class EM>
void check_policy(const AnySubject& subject, const EM& em, double slack = 0) {
    constexpr Index n = effort(500, 200);
    latent::Random random(10);
    const auto data = subject.draw(n, random);
    const auto fit = fitted(em, subject, data->units());
    CHECK((fit.status == Status::converged || fit.status == Status::iteration_limit));
    const auto exact = [&](const AnyModel& model) {
        return expect(latent::Soft{}, model, data->units()).objective;
    };
    CHECK(fit.log_likelihood > exact(subject.truth) - slack * n);
    CHECK_THAT(fit.log_likelihood, WithinRel(exact(fit.model), 1e-15));
    CHECK_THAT(fit.objective, WithinRel(exact(fit.model) + em.mstep.penalty(fit.model), 1e-14));
}

}  // namespace

/// Soft: the log-likelihood. Hard: the classification likelihood. With a prior: the penalised objective.
void exact_rules_never_fall(const AnySubject& subject) {
    const latent::Limits limits{.iterations = 30};
    constexpr latent::RelativeChange never{.tolerance = 0};
    using Never = latent::RelativeChange;
    check_monotone(
        ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, latent::Plain, Never>{
            .convergence = never, .limits = limits},
        subject);
    check_monotone(
        ExpectationMaximization<Batch<latent::Hard>, MaximumLikelihood<>, Sequential, latent::Plain, Never>{
            .convergence = never, .limits = limits},
        subject);
    check_monotone(
        ExpectationMaximization<Batch<>, MaximumAPosteriori, Sequential, latent::Plain, Never>{
            .mstep = {{subject.prior}}, .convergence = never, .limits = limits},
        subject);
}

void every_policy_runs(const AnySubject& subject) {
    using latent::Anderson, latent::Hard, latent::Squarem, latent::Stepwise, latent::Stochastic;
    using ML = MaximumLikelihood<>;
    const latent::Limits limits{.iterations = 60};
    const double biased = 0.05, random = 0.01;
    check_policy(subject, ExpectationMaximization<Batch<Hard>>{.limits = limits}, biased);
    check_policy(subject, ExpectationMaximization<Batch<Stochastic>>{.limits = limits}, random);
    check_policy(subject, ExpectationMaximization<Batch<latent::Annealed>>{.limits = {.iterations = 100}});
    check_policy(subject, ExpectationMaximization<Stepwise<>>{.estep = {.batch = 10}, .limits = limits},
                 random);
    check_policy(subject, ExpectationMaximization<Stepwise<Stochastic>>{.estep = {.batch = 0, .burn_in = 10},
                                                                        .limits = limits});
    check_policy(subject, ExpectationMaximization<Batch<>, MaximumAPosteriori>{.mstep = {{subject.prior}}});
    check_policy(subject, ExpectationMaximization<Batch<>, ML, Sequential, Squarem>{});
    check_policy(subject, ExpectationMaximization<Batch<>, ML, Sequential, Anderson>{});
    check_policy(subject, ExpectationMaximization<Batch<Hard>, ML, Sequential, Squarem>{}, biased);
    check_policy(subject, ExpectationMaximization<Batch<>, MaximumAPosteriori, Sequential, Squarem>{
                              .mstep = {{subject.prior}}});
}

void threads_change_no_bit(const AnySubject& subject) {
    latent::Random random(9);
    const auto data = subject.draw(effort(300, 150), random);
    workers_change_no_bit<latent::Threads>(subject.start, data->units());
}

}  // namespace kit
