// The kit on hidden Markov models with Gaussian emissions of every covariance structure.
#include "catch.hpp"
#include "kit/gaussian_subject.hpp"
#include "kit/hidden_markov_subject.hpp"
#include "kit/model_properties.hpp"

using latent::Full, latent::Tied, latent::Diagonal, latent::Spherical;

namespace {

template <class Covariance, class Scalar = double>
using Subject = kit::HiddenMarkovSubject<kit::GaussianSubject<Covariance, Scalar>>;

}  // namespace

TEMPLATE_TEST_CASE("Gaussian HMMs have the properties of a model", "", Full, Tied, Diagonal, Spherical) {
    kit::check_model<Subject<TestType>>();
}
TEST_CASE("Gaussian HMMs in float have the properties of a model") {
    kit::check_model<Subject<Full, float>>();
}
TEMPLATE_TEST_CASE("fits of Gaussian HMMs have the properties of EM", "", Full, Tied) {
    kit::check_fits<Subject<TestType>>();
}
