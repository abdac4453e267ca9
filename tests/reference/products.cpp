// Mixtures and hidden Markov models of products of families, as other software fitted them, iteration by iteration.
#include "case.hpp"
#include "catch.hpp"

using namespace latent;
using namespace reference;

namespace {

template <class E>
void reproduce_mixture(const char* name) {
    const Case c(name);
    check_near(c.fit(mixture<E>(c, "0"), c.x).model, c);
}

template <class E>
void reproduce_hmm(const char* name) {
    const Case c(name);
    const std::vector<Index> lengths = c.whole("lengths");
    const Sequences<double> x(c.x, lengths);
    const auto fitted = c.fit(hidden_markov_model<E>(c, "0"), x).model;
    check_near(fitted, c);
    CHECK(fitted.predict(x) == c.whole("viterbi"));
    c.check_near(fitted.predict_proba(x), "posterior");
}

}  // namespace

TEST_CASE("births: two numbers with a covariance, a symbol and a count") {
    reproduce_mixture<Product<Gaussian<>, Categorical<>, Poisson<>>>("products/mixtures/birthwt-2");
}
TEST_CASE("three kinds of length and angle") {
    reproduce_mixture<Product<Gamma<>, VonMises<>>>("products/mixtures/simulated-gamma-von-mises-3");
}
TEST_CASE("three answers and two numbers in three states") {
    reproduce_hmm<Product<Bernoulli<>, Gaussian<Diagonal>>>(
        "products/hidden_markov_models/simulated-bernoulli-diagonal-3");
}
TEST_CASE("steps and turns of an animal that rests or travels") {
    reproduce_hmm<Product<Gamma<>, VonMises<>>>("products/hidden_markov_models/walk-gamma-von-mises-2");
}
