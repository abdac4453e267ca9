// Properties of a model's fits: exact EM never falls, it finds what the data were drawn from, every policy
// that the model's refinements admit runs, and any number of threads gives the same bits.
#pragma once

#include "catch.hpp"
#include "kit/numerics.hpp"
#include "latent/acceleration/anderson.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/convergence/relative_change.hpp"
#include "latent/estep/annealed.hpp"
#include "latent/estep/hard.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

namespace kit {

using latent::Batch, latent::ExpectationMaximization, latent::MaximumLikelihood, latent::Sequential,
    latent::Status, latent::Threads;

/// From S::start() on data drawn from S::truth(), in small units so that threads have something to share.
template <class S, class EM>
auto fitted(const EM& em, Index n) {
    latent::Random random(9);
    const auto data = S::draw(n, random);
    return em.fit(S::start(), S::units(data));
}

template <class S, class EM>
void check_monotone(const EM& em) {
    STATIC_REQUIRE(EM::monotone);
    const auto fit = fitted<S>(em, 200);
    CHECK(fit.status == Status::iteration_limit);
    REQUIRE(fit.trace.size() == 31);
    for (std::size_t t = 1; t < fit.trace.size(); ++t)
        CHECK(fit.trace[t] >= fit.trace[t - 1] - 100 * S::rounding * std::abs(fit.trace[t]));
    CHECK(fit.trace.back() > fit.trace.front());
}

/// Soft: the log-likelihood. Hard: the classification likelihood. With a prior: the penalised objective.
template <class S>
void exact_rules_never_fall() {
    const latent::Limits limits{.iterations = 30};
    using Prior = decltype(S::prior());
    using MaximumAPosteriori = latent::MaximumAPosteriori<Prior>;
    constexpr latent::RelativeChange never{.tolerance = 0};
    using Never = latent::RelativeChange;
    check_monotone<S>(ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, latent::Plain, Never>{
        .convergence = never, .limits = limits});
    check_monotone<S>(
        ExpectationMaximization<Batch<latent::Hard>, MaximumLikelihood<>, Sequential, latent::Plain, Never>{
            .convergence = never, .limits = limits});
    check_monotone<S>(ExpectationMaximization<Batch<>, MaximumAPosteriori, Sequential, latent::Plain, Never>{
        .mstep = {S::prior()}, .convergence = never, .limits = limits});
}

template <class S>
void sampling_then_fitting_recovers() {
    const auto fit = fitted<S>(ExpectationMaximization<>{}, 2000);
    CHECK(fit.converged());
    CHECK(distance(fit.model.to_vector(), S::truth().to_vector()) < S::recovery);
    CHECK_THAT(fit.objective, WithinRel(fit.trace.back(), 1e-15));
}

/// Whatever the policy, the fit explains the data about as well as the truth does (up to `slack` an
/// observation), and it reports the exact log-likelihood of the model it returns.
template <class S, class EM>
void check_policy(const EM& em, double slack = 0) {
    latent::Random random(10);
    const auto data = S::draw(500, random);
    const auto fit = em.fit(S::start(), S::units(data));
    CHECK((fit.status == Status::converged || fit.status == Status::iteration_limit));
    const auto exact = [&](const auto& model) {
        return expect(latent::Soft{}, model, S::units(data)).objective;
    };
    CHECK(fit.log_likelihood > exact(S::truth()) - slack * 500);
    CHECK_THAT(fit.log_likelihood, WithinRel(exact(fit.model), 1e-15));
    CHECK_THAT(fit.objective, WithinRel(exact(fit.model) + em.mstep.penalty(fit.model), 1e-14));
}

template <class S>
void every_policy_runs() {
    using latent::Anderson, latent::Hard, latent::Squarem, latent::Stepwise, latent::Stochastic;
    using MaximumAPosteriori = latent::MaximumAPosteriori<decltype(S::prior())>;
    using ML = MaximumLikelihood<>;
    const latent::Limits limits{.iterations = 60};
    const double biased = 0.05, random = 0.01;
    check_policy<S>(ExpectationMaximization<Batch<Hard>>{.limits = limits}, biased);
    check_policy<S>(ExpectationMaximization<Batch<Stochastic>>{.limits = limits}, random);
    check_policy<S>(ExpectationMaximization<Batch<latent::Annealed>>{.limits = {.iterations = 100}});
    check_policy<S>(ExpectationMaximization<Stepwise<>>{.estep = {.batch = 10}, .limits = limits}, random);
    check_policy<S>(ExpectationMaximization<Stepwise<Stochastic>>{.estep = {.batch = 0, .burn_in = 10},
                                                                  .limits = limits});
    check_policy<S>(ExpectationMaximization<Batch<>, MaximumAPosteriori>{.mstep = {S::prior()}});
    check_policy<S>(ExpectationMaximization<Batch<>, ML, Sequential, Squarem>{});
    check_policy<S>(ExpectationMaximization<Batch<>, ML, Sequential, Anderson>{});
    check_policy<S>(ExpectationMaximization<Batch<Hard>, ML, Sequential, Squarem>{}, biased);
    check_policy<S>(
        ExpectationMaximization<Batch<>, MaximumAPosteriori, Sequential, Squarem>{.mstep = {S::prior()}});
}

/// The same bits from Sequential and from any number of threads, in the parameters and the whole trace.
template <class S, class EStep>
void check_bits(const EStep& estep) {
    const latent::Limits limits{.iterations = 12};
    const auto expected = fitted<S>(ExpectationMaximization<EStep>{.estep = estep, .limits = limits}, 300);
    for (const Index workers : {1, 2, 3}) {
        const ExpectationMaximization<EStep, MaximumLikelihood<>, Threads> em{
            .estep = estep, .execution = {workers}, .limits = limits};
        const auto fit = fitted<S>(em, 300);
        CHECK(fit.trace == expected.trace);
        CHECK(fit.model.to_vector() == expected.model.to_vector());
        CHECK(fit.log_likelihood == expected.log_likelihood);
    }
}

/// Random rules too: their draws are keyed by seed, iteration and unit, so that a fit can be replayed.
template <class S>
void threads_change_no_bit() {
    check_bits<S>(Batch<>{});
    check_bits<S>(Batch<latent::Stochastic>{{.seed = 11}});
    check_bits<S>(latent::Stepwise<latent::Stochastic>{.rule = {.seed = 12}, .batch = 7, .seed = 13});
}

}  // namespace kit
