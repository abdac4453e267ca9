// The kit on hidden Markov models of every further family of numbers; see hidden_markov_counts.cpp.
#include "catch.hpp"
#include "kit/exponential_subject.hpp"
#include "kit/gamma_subject.hpp"
#include "kit/hidden_markov_subject.hpp"
#include "kit/model_properties.hpp"
#include "kit/student_t_subject.hpp"
#include "kit/von_mises_subject.hpp"

TEMPLATE_TEST_CASE("HMMs of numbers have the properties of a model", "", kit::ExponentialSubject<double>,
                   kit::GammaSubject<double>, kit::StudentTSubject<latent::StudentT<>>,
                   kit::VonMisesSubject<double>) {
    kit::check_model<kit::HiddenMarkovSubject<TestType>>();
}
