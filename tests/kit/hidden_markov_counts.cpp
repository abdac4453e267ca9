// The kit on hidden Markov models of every further family of counts: their inference against enumeration. What fits do
// beyond that is tested on the families' mixtures, and on Gaussian, Poisson and categorical chains.
#include "catch.hpp"
#include "kit/bernoulli_subject.hpp"
#include "kit/family_subject.hpp"
#include "kit/hidden_markov_subject.hpp"
#include "kit/model_properties.hpp"
#include "kit/multinomial_subject.hpp"
#include "kit/negative_binomial_subject.hpp"

TEMPLATE_TEST_CASE("HMMs of counts have the properties of a model", "", kit::BernoulliSubject<double>,
                   kit::GeometricSubject<double>, kit::MultinomialSubject<double>,
                   kit::NegativeBinomialSubject<double>) {
    kit::check_model<kit::HiddenMarkovSubject<TestType>>();
}
