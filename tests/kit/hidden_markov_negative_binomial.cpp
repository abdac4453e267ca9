// The kit on hidden Markov models of negative binomial densities.
#include "catch.hpp"
#include "kit/hidden_markov_subject.hpp"
#include "kit/model_properties.hpp"
#include "kit/negative_binomial_subject.hpp"

namespace {

template <class Scalar>
using Subject = kit::HiddenMarkovSubject<kit::NegativeBinomialSubject<Scalar>>;

}  // namespace

TEMPLATE_TEST_CASE("negative binomial HMMs have the properties of a model", "", double, float) {
    kit::check_model<Subject<TestType>>();
}
TEST_CASE("fits of negative binomial HMMs have the properties of EM") { kit::check_fits<Subject<double>>(); }
TEST_CASE("fits of negative binomial HMMs have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<Subject<double>>();
}
