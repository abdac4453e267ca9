// The kit on mixtures of negative binomial densities.
#include "catch.hpp"
#include "kit/model_properties.hpp"
#include "kit/negative_binomial_subject.hpp"

TEMPLATE_TEST_CASE("mixtures of negative binomial densities have the properties of a model", "", double,
                   float) {
    kit::check_model<kit::NegativeBinomialSubject<TestType>>();
}
TEST_CASE("fits of negative binomial mixtures have the properties of EM") {
    kit::check_fits<kit::NegativeBinomialSubject<double>>();
}
