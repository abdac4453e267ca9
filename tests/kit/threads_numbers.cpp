// The kit on threads, apart from the rest of it: the thread sanitizer is to build no more.
#include "catch.hpp"
#include "kit/exponential_subject.hpp"
#include "kit/fitting_properties.hpp"
#include "kit/gamma_subject.hpp"
#include "kit/gaussian_subject.hpp"
#include "kit/student_t_subject.hpp"
#include "kit/von_mises_subject.hpp"

using latent::Diagonal, latent::Full, latent::Spherical, latent::Tied;

TEST_CASE("fits of exponential mixtures have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<kit::ExponentialSubject<double>>();
}
TEST_CASE("fits of gamma mixtures have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<kit::GammaSubject<double>>();
}
TEMPLATE_TEST_CASE("fits of Gaussian mixtures have the same bits on any number of threads", "[threads]", Full,
                   Tied, Diagonal, Spherical) {
    kit::threads_change_no_bit<kit::GaussianSubject<TestType, double>>();
}
TEMPLATE_TEST_CASE("fits of Gaussian mixtures in float have the same bits on any number of threads",
                   "[threads]", Full, Tied, Diagonal, Spherical) {
    kit::threads_change_no_bit<kit::GaussianSubject<TestType, float>>();
}
TEST_CASE("fits of t mixtures have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<kit::StudentTSubject<latent::StudentT<>>>();
}
TEST_CASE("fits of von Mises mixtures have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<kit::VonMisesSubject<double>>();
}
