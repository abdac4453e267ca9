// The kit on Gaussian mixtures of every covariance structure, in float.
#include "catch.hpp"
#include "kit/gaussian_subject.hpp"
#include "kit/model_properties.hpp"

using latent::Full, latent::Tied, latent::Diagonal, latent::Spherical;

TEMPLATE_TEST_CASE("Gaussian mixtures in single precision have the properties of a model", "", Full, Tied,
                   Diagonal, Spherical) {
    kit::check_model<kit::GaussianSubject<TestType, float>>();
}
TEMPLATE_TEST_CASE("fits of Gaussian mixtures in single precision have the properties of EM", "", Full, Tied,
                   Diagonal, Spherical) {
    kit::check_fits<kit::GaussianSubject<TestType, float>>();
}
