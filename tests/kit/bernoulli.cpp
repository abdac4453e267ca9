// The kit on mixtures of binary features.
#include "catch.hpp"
#include "kit/bernoulli_subject.hpp"
#include "kit/model_properties.hpp"

TEMPLATE_TEST_CASE("mixtures of Bernoulli densities have the properties of a model", "", double, float) {
    kit::check_model<kit::BernoulliSubject<TestType>>();
}
TEST_CASE("fits of Bernoulli mixtures have the properties of EM") {
    kit::check_fits<kit::BernoulliSubject<double>>();
}
