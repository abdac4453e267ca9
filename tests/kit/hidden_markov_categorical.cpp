// The kit on hidden Markov models of symbols.
#include "catch.hpp"
#include "kit/categorical_subject.hpp"
#include "kit/hidden_markov_subject.hpp"
#include "kit/model_properties.hpp"

namespace {

template <class Scalar>
using Subject = kit::HiddenMarkovSubject<kit::CategoricalSubject<Scalar>>;

}  // namespace

TEMPLATE_TEST_CASE("categorical HMMs have the properties of a model", "", double, float) {
    kit::check_model<Subject<TestType>>();
}
TEST_CASE("fits of categorical HMMs have the properties of EM") { kit::check_fits<Subject<double>>(); }
