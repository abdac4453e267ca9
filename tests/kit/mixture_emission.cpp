// The kit on mixtures as emissions: of the states of a hidden Markov model, and of a mixture.
#include "catch.hpp"
#include "kit/hidden_markov_subject.hpp"
#include "kit/mixture_emission_subject.hpp"
#include "kit/model_properties.hpp"

namespace {

template <class Scalar>
using Subject = kit::HiddenMarkovSubject<kit::MixtureEmissionSubject<Scalar>, kit::TwoStates>;

}  // namespace

TEMPLATE_TEST_CASE("HMMs of mixtures have the properties of a model", "", double, float) {
    kit::check_model<Subject<TestType>>();
}
TEST_CASE("fits of HMMs of mixtures have the properties of EM") { kit::check_fits<Subject<double>>(); }
TEST_CASE("mixtures of mixtures have the properties of a model") {
    kit::check_model<kit::MixtureEmissionSubject<double>>();
}
