// The properties of every model, on AnySubject: compiled once, in the library that the kit's programs are linked with.
#pragma once

#include "kit/any_subject.hpp"

namespace kit {

// Inferences are what enumeration of the hidden states says they are: inference_properties.cpp.
void inference_equals_enumeration(const AnySubject& subject);
void draws_follow_the_posterior(const AnySubject& subject);
void shards_add_up(const AnySubject& subject);
void weights_are_copies(const AnySubject& subject);

// The M-step and the coordinates: maximization_properties.cpp.
void maximize_is_stationary(const AnySubject& subject);
void gradients_agree(const AnySubject& subject);
void coordinates_round_trip(const AnySubject& subject);

// What is kept of a fit: archive_properties.cpp.
void bytes_round_trip(const AnySubject& subject);

// What latent::check_model asks: checker_properties.cpp.
void public_checker_finds_nothing(const AnySubject& subject);

// Fits: fitting_properties.cpp.
void exact_rules_never_fall(const AnySubject& subject);
void every_policy_runs(const AnySubject& subject);
void threads_change_no_bit(const AnySubject& subject);

}  // namespace kit
