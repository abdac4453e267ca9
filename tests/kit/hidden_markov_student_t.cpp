// The kit on hidden Markov models of multivariate t densities.
#include "catch.hpp"
#include "kit/hidden_markov_subject.hpp"
#include "kit/model_properties.hpp"
#include "kit/student_t_subject.hpp"

namespace {

template <class Covariance, class Scalar = double>
using Subject = kit::HiddenMarkovSubject<kit::StudentTSubject<latent::StudentT<Covariance, Scalar>>>;

}  // namespace

TEST_CASE("Student t HMMs have the properties of a model") { kit::check_model<Subject<latent::Full>>(); }
TEST_CASE("Student t HMMs in float have the properties of a model") {
    kit::check_model<Subject<latent::Full, float>>();
}
TEST_CASE("fits of Student t HMMs have the properties of EM") { kit::check_fits<Subject<latent::Full>>(); }
TEST_CASE("fits of Student t HMMs have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<Subject<latent::Full>>();
}
