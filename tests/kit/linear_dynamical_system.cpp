// The kit on linear dynamical systems, but for what enumerates hidden states: theirs are numbers. They are compared with the
// dense normal density instead, tests/model/linear_dynamical_system.cpp.
#include "latent/model/linear_dynamical_system.hpp"

#include "catch.hpp"
#include "kit/linear_dynamical_system_subject.hpp"
#include "kit/model_properties.hpp"
#include "latent/check/check_model.hpp"

namespace {

const kit::AnySubject& subject() {
    static const kit::AnySubject one = kit::any_subject<kit::LinearDynamicalSystemSubject>();
    return one;
}

}  // namespace

TEST_CASE("linear dynamical systems have the properties of a model") {
    kit::shards_add_up(subject());
    kit::weights_are_copies(subject());
    kit::maximize_is_stationary(subject());
    kit::gradients_agree(subject());
    kit::coordinates_round_trip(subject());
    kit::bytes_round_trip(subject());
}
TEST_CASE("draws of their states follow the posterior") { kit::draws_follow_the_posterior(subject()); }
TEST_CASE("fits of linear dynamical systems have the same bits on any number of threads") {
    kit::threads_change_no_bit(subject());
}
TEST_CASE("the public checker finds nothing in a linear dynamical system") {
    latent::Random random(16);
    const auto data = kit::LinearDynamicalSystemSubject::draw(60, random);
    const auto report = latent::check_model(kit::LinearDynamicalSystemSubject::start(),
                                            kit::LinearDynamicalSystemSubject::units(data));
    INFO(report);
    CHECK(report.ok());
}
