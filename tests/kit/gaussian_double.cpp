// The kit on Gaussian mixtures of every covariance structure, in double.
#include "catch.hpp"
#include "kit/gaussian_subject.hpp"
#include "kit/model_properties.hpp"

using latent::Full, latent::Tied, latent::Diagonal, latent::Spherical;

TEMPLATE_TEST_CASE("Gaussian mixtures have the properties of a model", "", Full, Tied, Diagonal, Spherical) {
    kit::check_model<kit::GaussianSubject<TestType, double>>();
}
TEMPLATE_TEST_CASE("Gaussian mixtures that share parts of their covariances have the properties of a model",
                   "", latent::VEE, latent::VEV) {
    kit::check_model<kit::GaussianSubject<TestType, double>>();
}
TEST_CASE("fits of Gaussian mixtures with common axes have the properties of EM") {
    kit::check_fits<kit::GaussianSubject<latent::EVE, double>>();
}
TEMPLATE_TEST_CASE("fits of Gaussian mixtures have the properties of EM", "", Full, Tied, Diagonal,
                   Spherical) {
    kit::check_fits<kit::GaussianSubject<TestType, double>>();
}
