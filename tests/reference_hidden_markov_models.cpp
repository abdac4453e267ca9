// Baum–Welch fits that other software made, iteration by iteration.
#include "catch.hpp"
#include "latent/data/csv.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/hidden_markov_model.hpp"

using namespace latent;

namespace {

const std::filesystem::path cases = std::filesystem::path(LATENT_TEST_DATA) / "hidden_markov_models";

/// One folder of files without headers, a matrix row a line; read_csv hands a line back as a column.
struct Case {
    std::filesystem::path folder;
    Eigen::MatrixXd x;
    std::vector<Index> lengths;
    std::vector<double> trace;

    explicit Case(const char* name) : folder(cases / name), x(read("X")) {
        const Eigen::MatrixXd given = read("lengths"), values = read("loglik");
        for (const double length : given.reshaped()) lengths.push_back(static_cast<Index>(length));
        trace.assign(values.data(), values.data() + values.size());
    }
    Eigen::MatrixXd read(const std::string& what) const { return read_csv(folder / (what + ".csv")).values; }
    Sequences<double> sequences() const { return {Observations<double>(x), lengths}; }
    /// The start (suffix "0") or the end ("").
    MarkovChain chain(const std::string& suffix) const {
        return {read("initial" + suffix).row(0).transpose(), read("transition" + suffix).transpose()};
    }
};

void check_near(const Eigen::MatrixXd& value, const Eigen::MatrixXd& expected, double precision) {
    CHECK((value - expected).cwiseAbs().maxCoeff() < precision);
}

// Each emission's parameters: read, and compared.

Poisson<> emission(const Case& c, const std::string& suffix, Poisson<>*) {
    return Poisson<>(c.read("rates" + suffix));
}
Categorical<> emission(const Case& c, const std::string& suffix, Categorical<>*) {
    return Categorical<>(c.read("emission" + suffix));
}
Gaussian<> emission(const Case& c, const std::string& suffix, Gaussian<>*) {
    const Eigen::MatrixXd means = c.read("means" + suffix), stacked = c.read("covariances" + suffix);
    std::vector<Eigen::MatrixXd> covariances;
    for (Index k = 0; k < means.cols(); ++k)
        covariances.push_back(stacked.middleCols(k * means.rows(), means.rows()));
    return {means, covariances};
}

void check_near(const Poisson<>& fit, const Poisson<>& expected) {
    check_near(fit.rates(), expected.rates(), 1e-6);
}
void check_near(const Categorical<>& fit, const Categorical<>& expected) {
    check_near(fit.probabilities(), expected.probabilities(), 1e-6);
}
void check_near(const Gaussian<>& fit, const Gaussian<>& expected) {
    check_near(fit.means(), expected.means(), 1e-6);
    for (Index k = 0; k < expected.size(); ++k)
        check_near(fit.covariance(k), expected.covariance(k), 1e-6 * expected.covariance(k).norm());
}

template <class E>
HiddenMarkovModel<E> model(const Case& c, const std::string& suffix) {
    return {c.chain(suffix), emission(c, suffix, static_cast<E*>(nullptr))};
}

/// Exactly as many iterations as the reference made. `Execution` shares out blocks of a few steps.
template <class E, class Execution>
Result<HiddenMarkovModel<E>> fit(const Case& c, const Execution& execution, Index block_steps) {
    const int iterations = static_cast<int>(c.trace.size()) - 1;
    const ExpectationMaximization<Batch<>, MaximumLikelihood<NoRemedy>, Execution> em{
        {}, {}, execution, {}, Aitken{0}, {.iterations = iterations}, {}};
    return em.fit(model<E>(c, "0"), SequenceBlocks<double>(c.sequences(), block_steps));
}

template <class E>
void check_queries(const Case& c, const HiddenMarkovModel<E>& fitted) {
    const std::vector<Index> states = fitted.predict(c.sequences());
    const Eigen::MatrixXd expected = c.read("viterbi");
    REQUIRE(std::ssize(states) == expected.cols());
    CHECK(std::equal(states.begin(), states.end(), expected.data(),
                     [](Index state, double other) { return static_cast<double>(state) == other; }));
    check_near(fitted.predict_proba(c.sequences()), c.read("posterior"), 1e-7);
    CHECK_THAT(fitted.score(c.sequences()), WithinRel(c.trace.back(), 1e-9));
}

template <class E>
void reproduce(const char* name) {
    const Case c(name);
    const auto alone = fit<E>(c, Sequential{}, 2048);
    CHECK(alone.status == Status::iteration_limit);
    CHECK(alone.events.empty());
    REQUIRE(alone.trace.size() == c.trace.size());
    for (std::size_t t = 0; t < c.trace.size(); ++t) {
        CAPTURE(t);
        CHECK_THAT(alone.trace[t], WithinRel(c.trace[t], 1e-9));
    }
    const auto expected = model<E>(c, "");
    check_near(alone.model.initial(), expected.initial(), 1e-6);
    check_near(alone.model.transition(), expected.transition(), 1e-6);
    check_near(alone.model.emission(), expected.emission());
    check_queries(c, alone.model);

    const auto in_pieces = fit<E>(c, Sequential{}, 1);  // a sequence a block
    for (const Index workers : {1, 2, 3}) {
        CAPTURE(workers);
        const auto together = fit<E>(c, Threads{workers}, 1);
        CHECK(together.trace == in_pieces.trace);
        CHECK(together.model.to_vector() == in_pieces.model.to_vector());
    }
    CHECK_THAT(in_pieces.trace.back(), WithinRel(c.trace.back(), 1e-9));
}

}  // namespace

TEST_CASE("earthquakes, three Poisson states") { reproduce<Poisson<>>("earthquakes-poisson-3"); }
TEST_CASE("Old Faithful in three sequences, two Gaussian states") {
    reproduce<Gaussian<>>("faithful-gaussian-2");
}
TEST_CASE("letters of Genesis, two categorical states") { reproduce<Categorical<>>("letters-categorical-2"); }
