// Fits of incomplete and of labelled data that other software made, iteration by iteration.
#include "latent/data/known.hpp"

#include "case.hpp"
#include "catch.hpp"
#include "latent/data/blocks.hpp"
#include "latent/data/sequence_blocks.hpp"
#include "latent/execution/threads.hpp"
#include "latent/model/impute.hpp"

using namespace latent;
using namespace reference;

namespace {

template <class Covariance>
void reproduce_missing(const char* name) {
    const Case c(name, {.missing = true});
    const auto start = mixture<Gaussian<Covariance>>(c, "0");
    const auto x = with_missing(c.x);
    const auto model = c.fit(start, x).model;
    check_near(model, c);
    c.check_near(impute(model, x).x, "imputed");
    const Blocks<double> blocks(x, 7);  // of several patterns each
    CHECK(c.fit(start, blocks).trace == c.fit(start, blocks, Threads{3}).trace);
}

template <class E, class Known>
void reproduce_chain(const char* name, const Known& known) {
    const Case c(name, {.missing = true});
    const std::vector<Index> lengths = c.whole("lengths");
    const auto start = hidden_markov_model<E>(c, "0");
    known(c, [&](const auto& x) {
        const Sequences<double> sequences(x, lengths);
        const auto model = c.fit(start, sequences).model;
        check_near(model, c);
        c.check_near(model.predict_proba(sequences), "posterior");
        CHECK(model.predict(sequences) == c.whole("viterbi"));
        if (x.missing()) c.check_near(impute(model, sequences).x, "imputed");
        const SequenceBlocks<double> blocks(sequences, 9);
        CHECK(c.fit(start, blocks).trace == c.fit(start, blocks, Threads{3}).trace);
    });
}

const auto missing_cells = [](const Case& c, const auto& use) { use(with_missing(c.x)); };
const auto known_states = [](const Case& c, const auto& use) {
    const std::vector<Index> states = c.whole("states0");
    use(labelled(c.x, states));
};

template <class Covariance>
void reproduce_labels(const char* name) {
    const Case c(name);
    const bool probabilities = std::filesystem::exists(c.file("label_probabilities0"));
    const std::vector<Index> labels = probabilities ? std::vector<Index>{} : c.whole("labels0");
    const ComponentPrior prior(probabilities ? c.read("label_probabilities0") : Eigen::MatrixXd::Ones(1, 1));
    const auto x = probabilities ? with_prior(c.x, prior) : labelled(c.x, labels);
    const auto model = c.fit(mixture<Gaussian<Covariance>>(c, "0"), x).model;
    check_near(model, c);
    c.check_near(model.predict_proba(x), "responsibilities");
}

}  // namespace

TEST_CASE("air quality with missing cells, one full covariance") {
    reproduce_missing<Full>("missing/airquality-full-1");
}
TEST_CASE("iris with holes, three full components") { reproduce_missing<Full>("missing/iris-holes-full-3"); }
TEST_CASE("air quality with missing cells, two diagonal components") {
    reproduce_missing<Diagonal>("missing_structures/airquality-diagonal-2");
}
TEST_CASE("iris with holes, three spherical components") {
    reproduce_missing<Spherical>("missing_structures/iris-holes-spherical-3");
}
TEST_CASE("iris with holes, three components that share a covariance") {
    reproduce_missing<Tied>("missing_structures/iris-holes-tied-3");
}
TEST_CASE("earthquakes with years that are missing") {
    reproduce_chain<Poisson<>>("hmm_missing/earthquakes-missing-poisson-2", missing_cells);
}
TEST_CASE("letters that are missing") {
    reproduce_chain<Categorical<>>("hmm_missing/letters-missing-categorical-2", missing_cells);
}
TEST_CASE("stocks with cells that are missing") {
    reproduce_chain<Gaussian<>>("hmm_missing/stocks-missing-gaussian-2", missing_cells);
}
TEST_CASE("iris, some species known") { reproduce_labels<Full>("labels/iris-labels-full-3"); }
TEST_CASE("Old Faithful, some components known") {
    reproduce_labels<Diagonal>("labels/faithful-labels-diagonal-2");
}
TEST_CASE("diabetes, components more or less likely") {
    reproduce_labels<Full>("labels/diabetes-label-probabilities-full-3");
}
TEST_CASE("earthquakes, some states known") {
    reproduce_chain<Poisson<>>("hmm_labels/earthquakes-labels-poisson-2", known_states);
}
TEST_CASE("letters, some states known") {
    reproduce_chain<Categorical<>>("hmm_labels/letters-labels-categorical-2", known_states);
}
TEST_CASE("simulated, some states known") {
    reproduce_chain<Gaussian<>>("hmm_labels/simulated-labels-gaussian-3", known_states);
}
