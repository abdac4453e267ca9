// Hidden Markov models on threads, for the thread sanitizer.
#include "catch.hpp"
#include "kit/categorical_subject.hpp"
#include "kit/gaussian_subject.hpp"
#include "kit/hidden_markov_subject.hpp"
#include "kit/mixture_emission_subject.hpp"
#include "kit/poisson_subject.hpp"
#include "kit/product_subject.hpp"
#include "kit/properties.hpp"

using Counts = kit::PoissonSubject<double>;

TEMPLATE_TEST_CASE("fits of HMMs have the same bits on any number of threads", "[threads]",
                   kit::HiddenMarkovSubject<Counts>, (kit::HiddenMarkovSubject<Counts, kit::StationaryChain>),
                   kit::HiddenMarkovSubject<kit::CategoricalSubject<double>>,
                   (kit::HiddenMarkovSubject<kit::GaussianSubject<latent::Full, double>>),
                   (kit::HiddenMarkovSubject<kit::MixtureEmissionSubject<double>, kit::TwoStates>),
                   kit::HiddenMarkovSubject<kit::ProductSubject<double>>) {
    kit::threads_change_no_bit(kit::any_subject<TestType>());
}
