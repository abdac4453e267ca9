// What every model must be: one kit, put on each of them.
#pragma once

#include "catch.hpp"
#include "effort.hpp"
#include "kit/properties.hpp"
#include "latent/expectation_maximization.hpp"

namespace kit {

// A subject S tells the kit what the contract of a model leaves open:
//   Model, Data               the data own their memory;
//   truth(), start()          two models of one shape, the second near the first but at no optimum;
//   draw(n, random) → Data    n observations of truth();
//   units(data)               cut into more units than there are threads; count(data) observations;
//   states, log_joint(model, data, i, z)   log p(x_i, z) written as in the textbook, z < states, which may be
//                                          a function of (data, i);
//   prior()                   a conjugate one, for MaximumAPosteriori;
//   rounding, recovery        relative error of a density; error of the coordinates fitted to 2000 draws;
//   weighted_units(data, w), repeat(data, w)   where observations can be weighted.

/// With the model's own types: by default, and without a detour.
template <class S>
void sampling_then_fitting_recovers() {
    latent::Random random(9);
    const auto data = S::draw(effort(2000, 500), random);
    const auto fit = latent::ExpectationMaximization<>{}.fit(S::start(), S::units(data));
    CHECK(fit.converged());
    CHECK(distance(fit.model.to_vector(), S::truth().to_vector()) < effort(1, 3) * S::recovery);
    CHECK_THAT(fit.objective, WithinRel(fit.trace.back(), 1e-15));
}

/// The properties of inference and of the M-step.
template <class S>
void check_model() {
    const AnySubject subject = any_subject<S>();
    SECTION("inference equals enumeration of the hidden states") { inference_equals_enumeration(subject); }
    SECTION("draws follow the posterior") { draws_follow_the_posterior(subject); }
    SECTION("statistics of shards add up to those of the whole") { shards_add_up(subject); }
    if constexpr (weighable<S>) {
        SECTION("weights are copies") { weights_are_copies(subject); }
    }
    SECTION("the M-step is stationary") { maximize_is_stationary(subject); }
    SECTION("the gradients of likelihood and expected log joint agree") { gradients_agree(subject); }
    SECTION("coordinates there and back are the same model") { coordinates_round_trip(subject); }
    SECTION("as bytes there and back it is the same model") { bytes_round_trip(subject); }
    SECTION("the public checker finds nothing") { public_checker_finds_nothing(subject); }
}

/// The properties of fits.
template <class S>
void check_fits() {
    const AnySubject subject = any_subject<S>();
    SECTION("exact rules never lower their objective") { exact_rules_never_fall(subject); }
    SECTION("sampling, then fitting, recovers the parameters") { sampling_then_fitting_recovers<S>(); }
    SECTION("every policy runs") { every_policy_runs(subject); }
    SECTION("any number of threads gives the same bits") { threads_change_no_bit(subject); }
}

}  // namespace kit
