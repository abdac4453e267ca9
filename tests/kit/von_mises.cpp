// The kit on mixtures of von Mises densities.
#include "catch.hpp"
#include "kit/model_properties.hpp"
#include "kit/von_mises_subject.hpp"

TEMPLATE_TEST_CASE("mixtures of von Mises densities have the properties of a model", "", double, float) {
    kit::check_model<kit::VonMisesSubject<TestType>>();
}
TEST_CASE("fits of von Mises mixtures have the properties of EM") {
    kit::check_fits<kit::VonMisesSubject<double>>();
}
