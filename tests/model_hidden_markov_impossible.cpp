// Sequences that are impossible under a hidden Markov model: an explanation, and never a NaN.
#include "catch.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/estep/hard.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/hidden_markov_model.hpp"

using namespace latent;

namespace {

using Symbols = HiddenMarkovModel<Categorical<>>;

constexpr double infinity = std::numeric_limits<double>::infinity();

bool any_nan(const Eigen::MatrixXd& x) { return x.array().isNaN().any(); }

/// State 0 emits 0 or 1, state 1 emits 1 or 2; state 1 is never left. Symbol 3 is never emitted.
Symbols one_way() {
    const Eigen::MatrixXd emission{{.5, 0}, {.5, .5}, {0, .5}, {0, 0}};
    return {Eigen::Vector2d(1, 0), Eigen::Matrix2d{{.5, .5}, {0, 1}}, Categorical<>(emission)};
}

}  // namespace

TEST_CASE("impossible sequences are named and leave no NaN") {
    const Symbols m = one_way();
    Eigen::MatrixXd x(1, 12);
    x << 0, 1, 2, 1, 1, 2, 0, 1, 0, 2, 2, 1;  // after a 2 there is no 0
    const std::vector<Index> lengths{4, 5, 3};
    const Sequences<double> sequences(x, lengths);
    CHECK(m.score(sequences) == -infinity);
    const Eigen::VectorXd each = m.score_sequences(sequences);
    CHECK_THAT(each(0), WithinAbs(m.score(x.leftCols(4)), 1e-14));
    CHECK(std::isfinite(each(0)));
    CHECK(each(1) == -infinity);
    CHECK(each(2) == -infinity);  // it cannot begin with a 2

    REQUIRE(m.impossible(sequences));
    CHECK(m.impossible(sequences)->sequence == 1);
    CHECK(m.impossible(sequences)->step == 2);
    CHECK(m.impossible(x.rightCols(3))->step == 0);
    CHECK(!m.impossible(x.leftCols(4)));

    const Eigen::VectorXd steps = m.score_samples(sequences);
    CHECK(!any_nan(steps));
    CHECK(steps(6) == -infinity);
    CHECK(std::isfinite(steps(5)));
    CHECK(!any_nan(m.filter(sequences)));
    CHECK(!any_nan(m.predict_proba(sequences)));
    CHECK(!any_nan(m.expected_moves(sequences)));
    CHECK_THAT(m.predict_proba(sequences).leftCols(4).sum(), WithinRel(4, 1e-14));
    const ViterbiPath path = m.viterbi(sequences);
    CHECK(std::isfinite(path.log_probability(0)));
    CHECK(path.log_probability(1) == -infinity);
    CHECK(path.states.size() == 12);
    CHECK(m.predict_marginal(sequences).size() == 12);
    Random random(4);
    for (const Index state : m.sample_states(sequences, random)) CHECK((state == 0 || state == 1));
    CHECK(!any_nan(m.forecast_states(sequences, 2)));
}

TEST_CASE("impossible steps far into long sequences") {
    for (const Index steps : {300, 3000}) {
        Eigen::MatrixXd x = Eigen::MatrixXd::Ones(1, steps);
        x(0, steps - 20) = 3;
        const Symbols m = one_way();
        CHECK(m.score(x) == -infinity);
        CHECK(m.impossible(x)->step == steps - 20);
        CHECK(!any_nan(m.predict_proba(x)));
    }
}

TEST_CASE(
    "a fit to impossible sequences ends as degenerate, with an explanation and the model it began with") {
    const Symbols m = one_way();
    Eigen::MatrixXd x(1, 9);
    x << 0, 1, 2, 1, 1, 2, 0, 1, 0;
    const std::vector<Index> lengths{4, 5};
    const Sequences<double> sequences(x, lengths);
    const auto check = [&](const auto& em) {
        const auto result = em.fit(m, sequences);
        CHECK(result.status == Status::degenerate);
        CHECK(result.objective == -infinity);
        CHECK(result.log_likelihood == -infinity);
        CHECK(result.model.transition() == m.transition());
        CHECK(result.model.emission().probabilities() == m.emission().probabilities());
        CHECK_THAT(result.explanation, ContainsSubstring("sequence 1 is impossible from its step 2 on"));
        for (const double objective : result.trace) CHECK(!std::isnan(objective));
    };
    check(ExpectationMaximization<>{});
    check(ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem>{});
    check(ExpectationMaximization<Batch<Hard>>{});
    check(ExpectationMaximization<Batch<Stochastic>>{});
}

// Once a symbol has not been seen its probability is zero, and new data that hold it are impossible.
TEST_CASE("symbols that were not in the data a model was fitted to") {
    Random random(5);
    const Eigen::MatrixXd emission{{.6, .2}, {.2, .6}, {.2, .2}};
    const Symbols start(Eigen::Vector2d(.5, .5), Eigen::Matrix2d{{.7, .3}, {.2, .8}},
                        Categorical<>(emission));
    Eigen::MatrixXd x(1, 50);
    for (double& symbol : x.reshaped()) symbol = static_cast<double>(random.below(2));
    const auto fitted = fit(start, x).model;
    CHECK(fitted.emission().probabilities().row(2).norm() == 0);
    x(0, 30) = 2;
    CHECK(fitted.score(x) == -infinity);
    CHECK(fitted.impossible(x)->step == 30);
}
