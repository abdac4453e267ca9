// The kit on mixtures of symbols: the latent class model.
#include "catch.hpp"
#include "kit/categorical_subject.hpp"
#include "kit/model_properties.hpp"

TEMPLATE_TEST_CASE("mixtures of categorical densities have the properties of a model", "", double, float) {
    kit::check_model<kit::CategoricalSubject<TestType>>();
}
TEST_CASE("fits of categorical mixtures have the properties of EM") {
    kit::check_fits<kit::CategoricalSubject<double>>();
}
