// What every model must be: one kit, put on each of them.
#pragma once

#include "kit/checkpoint_properties.hpp"
#include "kit/fitting_properties.hpp"
#include "kit/inference_properties.hpp"
#include "kit/maximization_properties.hpp"

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

/// The properties of inference and of the M-step.
template <class S>
void check_model() {
    SECTION("inference equals enumeration of the hidden states") { inference_equals_enumeration<S>(); }
    SECTION("draws follow the posterior") { draws_follow_the_posterior<S>(); }
    SECTION("statistics of shards add up to those of the whole") { shards_add_up<S>(); }
    if constexpr (requires { S::weighted_units; }) {
        SECTION("weights are copies") { weights_are_copies<S>(); }
    }
    SECTION("the M-step is stationary") { maximize_is_stationary<S>(); }
    SECTION("the gradients of likelihood and expected log joint agree") { gradients_agree<S>(); }
    SECTION("coordinates there and back are the same model") { coordinates_round_trip<S>(); }
    SECTION("as bytes there and back it is the same model") { bytes_round_trip<S>(); }
}

/// The properties of fits.
template <class S>
void check_fits() {
    SECTION("exact rules never lower their objective") { exact_rules_never_fall<S>(); }
    SECTION("sampling, then fitting, recovers the parameters") { sampling_then_fitting_recovers<S>(); }
    SECTION("every policy runs") { every_policy_runs<S>(); }
    SECTION("a fit that goes on from a checkpoint is the fit") { checkpoints_change_no_bit<S>(); }
}

}  // namespace kit
