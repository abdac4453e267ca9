// The kit on mixtures of counts.
#include "catch.hpp"
#include "kit/model_properties.hpp"
#include "kit/poisson_subject.hpp"

TEMPLATE_TEST_CASE("mixtures of Poisson densities have the properties of a model", "", double, float) {
    kit::check_model<kit::PoissonSubject<TestType>>();
}
TEST_CASE("fits of Poisson mixtures have the properties of EM") {
    kit::check_fits<kit::PoissonSubject<double>>();
}
