// The kit on mixtures of gamma densities.
#include "catch.hpp"
#include "kit/gamma_subject.hpp"
#include "kit/model_properties.hpp"

TEMPLATE_TEST_CASE("mixtures of gamma densities have the properties of a model", "", double, float) {
    kit::check_model<kit::GammaSubject<TestType>>();
}
TEST_CASE("fits of gamma mixtures have the properties of EM") {
    kit::check_fits<kit::GammaSubject<double>>();
}
