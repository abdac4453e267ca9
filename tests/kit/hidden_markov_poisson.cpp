// The kit on hidden Markov models of counts, with every kind of chain.
#include "catch.hpp"
#include "kit/hidden_markov_subject.hpp"
#include "kit/model_properties.hpp"
#include "kit/poisson_subject.hpp"

namespace {

template <class Chain, class Scalar = double>
using Subject = kit::HiddenMarkovSubject<kit::PoissonSubject<Scalar>, Chain>;

}  // namespace

TEMPLATE_TEST_CASE("Poisson HMMs have the properties of a model", "", kit::FreeChain, kit::StationaryChain,
                   kit::StructuredChain) {
    kit::check_model<Subject<TestType>>();
}
TEST_CASE("Poisson HMMs of float counts have the properties of a model") {
    kit::check_model<Subject<kit::FreeChain, float>>();
}
TEMPLATE_TEST_CASE("fits of Poisson HMMs have the properties of EM", "", kit::FreeChain, kit::StationaryChain,
                   kit::StructuredChain) {
    kit::check_fits<Subject<TestType>>();
}
