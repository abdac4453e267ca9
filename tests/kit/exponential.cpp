// The kit on mixtures of waiting times.
#include "catch.hpp"
#include "kit/exponential_subject.hpp"
#include "kit/model_properties.hpp"

TEMPLATE_TEST_CASE("mixtures of exponential densities have the properties of a model", "", double, float) {
    kit::check_model<kit::ExponentialSubject<TestType>>();
}
TEST_CASE("fits of exponential mixtures have the properties of EM") {
    kit::check_fits<kit::ExponentialSubject<double>>();
}
