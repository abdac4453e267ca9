// The kit on mixtures of multivariate t densities.
#include "catch.hpp"
#include "kit/model_properties.hpp"
#include "kit/student_t_subject.hpp"

using latent::StudentT;

TEMPLATE_TEST_CASE("mixtures of t densities have the properties of a model", "", StudentT<latent::Full>,
                   StudentT<latent::Tied>, StudentT<latent::Diagonal>, StudentT<latent::Spherical>,
                   (StudentT<latent::Full, float>)) {
    kit::check_model<kit::StudentTSubject<TestType>>();
}
TEMPLATE_TEST_CASE("fits of t mixtures have the properties of EM", "", StudentT<latent::Full>,
                   StudentT<latent::Tied>) {
    kit::check_fits<kit::StudentTSubject<TestType>>();
}
