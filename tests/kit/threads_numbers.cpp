// Mixtures of numbers on threads, for the thread sanitizer.
#include "catch.hpp"
#include "kit/exponential_subject.hpp"
#include "kit/gamma_subject.hpp"
#include "kit/gaussian_subject.hpp"
#include "kit/properties.hpp"
#include "kit/student_t_subject.hpp"
#include "kit/von_mises_subject.hpp"

using latent::Diagonal, latent::Full, latent::Spherical, latent::Tied;

TEMPLATE_TEST_CASE("fits of mixtures of numbers have the same bits on any number of threads", "[threads]",
                   kit::ExponentialSubject<double>, kit::GammaSubject<double>,
                   (kit::GaussianSubject<Full, double>), (kit::GaussianSubject<Tied, double>),
                   (kit::GaussianSubject<Diagonal, double>), (kit::GaussianSubject<Spherical, double>),
                   (kit::GaussianSubject<Full, float>), kit::StudentTSubject<latent::StudentT<>>,
                   kit::VonMisesSubject<double>) {
    kit::threads_change_no_bit(kit::any_subject<TestType>());
}
