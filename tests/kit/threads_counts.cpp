// The kit on threads, apart from the rest of it: the thread sanitizer is to build no more.
#include "catch.hpp"
#include "kit/bernoulli_subject.hpp"
#include "kit/categorical_subject.hpp"
#include "kit/fitting_properties.hpp"
#include "kit/multinomial_subject.hpp"
#include "kit/negative_binomial_subject.hpp"
#include "kit/poisson_subject.hpp"

TEST_CASE("fits of Bernoulli mixtures have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<kit::BernoulliSubject<double>>();
}
TEST_CASE("fits of categorical mixtures have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<kit::CategoricalSubject<double>>();
}
TEST_CASE("fits of multinomial mixtures have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<kit::MultinomialSubject<double>>();
}
TEST_CASE("fits of negative binomial mixtures have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<kit::NegativeBinomialSubject<double>>();
}
TEST_CASE("fits of Poisson mixtures have the same bits on any number of threads", "[threads]") {
    kit::threads_change_no_bit<kit::PoissonSubject<double>>();
}
