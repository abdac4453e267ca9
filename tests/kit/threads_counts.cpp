// Mixtures of counts and of symbols on threads, for the thread sanitizer.
#include "catch.hpp"
#include "kit/bernoulli_subject.hpp"
#include "kit/categorical_subject.hpp"
#include "kit/family_subject.hpp"
#include "kit/multinomial_subject.hpp"
#include "kit/negative_binomial_subject.hpp"
#include "kit/poisson_subject.hpp"
#include "kit/properties.hpp"

TEMPLATE_TEST_CASE("fits of mixtures of counts have the same bits on any number of threads", "[threads]",
                   kit::BernoulliSubject<double>, kit::CategoricalSubject<double>,
                   kit::GeometricSubject<double>, kit::MultinomialSubject<double>,
                   kit::NegativeBinomialSubject<double>, kit::PoissonSubject<double>) {
    kit::threads_change_no_bit(kit::any_subject<TestType>());
}
