// The kit on mixtures of counts of outcomes.
#include "catch.hpp"
#include "kit/model_properties.hpp"
#include "kit/multinomial_subject.hpp"

TEMPLATE_TEST_CASE("mixtures of multinomial densities have the properties of a model", "", double, float) {
    kit::check_model<kit::MultinomialSubject<TestType>>();
}
TEST_CASE("fits of multinomial mixtures have the properties of EM") {
    kit::check_fits<kit::MultinomialSubject<double>>();
}
