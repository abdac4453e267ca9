// The kit on mixtures of families of densities in scalar code.
#include "catch.hpp"
#include "kit/family_subject.hpp"
#include "kit/model_properties.hpp"

TEMPLATE_TEST_CASE("mixtures of a family of densities have the properties of a model", "",
                   kit::GeometricSubject<double>, kit::GeometricSubject<float>, kit::CountAndTimeSubject) {
    kit::check_model<TestType>();
}
TEST_CASE("fits of mixtures of a family of densities have the properties of EM") {
    kit::check_fits<kit::GeometricSubject<double>>();
}
