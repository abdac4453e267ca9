// The kit on mixtures and hidden Markov models of products of families.
#include "catch.hpp"
#include "kit/hidden_markov_subject.hpp"
#include "kit/model_properties.hpp"
#include "kit/product_subject.hpp"

namespace {

using Chain = kit::HiddenMarkovSubject<kit::ProductSubject<double>>;

}  // namespace

TEMPLATE_TEST_CASE("mixtures of products have the properties of a model", "", double, float) {
    kit::check_model<kit::ProductSubject<TestType>>();
}
TEST_CASE("HMMs of products have the properties of a model") { kit::check_model<Chain>(); }
TEST_CASE("fits of HMMs of products have the properties of EM") { kit::check_fits<Chain>(); }
