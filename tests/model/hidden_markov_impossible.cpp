// Sequences that are impossible under a hidden Markov model: an explanation, and never a NaN.
#include "catch.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/panel_columns.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/estep/hard.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/model/online_filter.hpp"
#include "naive_hidden_markov.hpp"

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

namespace {

/// Of one sequence that is impossible at these steps, all answers are those of the textbook with densities of 1 there.
template <class M>
void check_unobserved(const M& m, const Eigen::MatrixXd& x, const std::vector<Index>& steps) {
    Eigen::MatrixXd log_b = naive::log_densities(m.emission(), x);
    for (const Index t : steps) log_b.col(t).setZero();
    const auto expected = naive::infer(m.chain(), log_b);
    const auto near = [](const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
        return (a - b).cwiseAbs().maxCoeff() < 1e-12;
    };
    CHECK(near(m.filter(x), expected.filtered));
    CHECK(near(m.predict_proba(x), expected.smoothed));
    CHECK(near(m.expected_moves(x), expected.moves));
    CHECK(near(m.forecast_states(x, 1), m.chain().after(expected.filtered.rightCols(1), 1)));
    Eigen::VectorXd each = expected.log_predictive;
    for (const Index t : steps) each(t) = -infinity;
    const Eigen::VectorXd found = m.score_samples(x);
    for (Index t = 0; t < x.cols(); ++t)
        if (found(t) != each(t)) CHECK_THAT(found(t), WithinAbs(each(t), 1e-10));
    CHECK(m.score(x) == -infinity);
    CHECK(m.impossible(x)->step == steps.front());

    const ViterbiPath path = m.viterbi(x);
    CHECK(path.log_probability(0) == -infinity);
    CHECK_THAT(static_cast<double>(naive::log_joint(m.chain(), log_b, path.states)),
               WithinRel(static_cast<double>(expected.log_best), 1e-12));
    Random random(1);
    CHECK(std::isfinite(static_cast<double>(naive::log_joint(m.chain(), log_b, m.sample_states(x, random)))));

    OnlineFilter online(m);
    for (Index t = 0; t < x.cols(); ++t) {
        online.push(x.col(t));
        CHECK(near(online.probabilities(), expected.filtered.col(t)));
    }
    CHECK(online.log_likelihood() == -infinity);
}

}  // namespace

// One rule for every answer.
TEST_CASE("an observation that is impossible is as one that was not made") {
    const Symbols m = one_way();
    Eigen::MatrixXd x(1, 9);
    x << 0, 1, 2, 1, 0, 2, 3, 1, 2;  // after a 2 there is no 0, and a 3 there never is
    check_unobserved(m, x, {4, 6});
    check_unobserved(m, x.rightCols(4), {0, 1});  // nor can it begin with a 2
    for (const Index K : {2, 3, 5, 17})
        for (const Index steps : {6, 700}) {
            CAPTURE(K, steps);
            Random random(2);
            Eigen::MatrixXd emission = Eigen::MatrixXd::Random(4, K).cwiseAbs();
            emission.row(3).setZero();
            for (Index k = 0; k < K; ++k) emission.col(k) /= emission.col(k).sum();
            const Symbols any(naive::random_chain(K, random), Categorical<>(emission));
            Eigen::MatrixXd y = any.sample(steps, random).x;
            for (const Index t : {Index{0}, Index{3}, steps - 1}) y(0, t) = 3;
            check_unobserved(any, y, {0, 3, steps - 1});
        }
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

namespace {

/// Zero counts have the log-density NaN in one state, and −∞ in the others, as no family has them.
struct Broken : Poisson<> {
    Index state;
    Broken(Index K, Index k) : Poisson<>(K, 1), state(k) {}

    void log_density(const Panel<double>& x, Panel<double>& out) const {
        Poisson<>::log_density(x, out);
        for (Index k = 0; k < size(); ++k)
            for (Index i = 0; i < x.size(); ++i)
                if (detail::doubles(x, 0)(i) == 0)
                    detail::values(out, k)(i) = k == state ? std::numeric_limits<double>::quiet_NaN()
                                                           : -std::numeric_limits<double>::infinity();
    }
};

}  // namespace

TEST_CASE("densities that are NaN leave no path, and end the search for one") {
    Eigen::MatrixXd x = Eigen::RowVectorXd::LinSpaced(700, 0, 699);
    x(0, 300) = 0;
    for (const Index K : {2, 3, 7})
        for (Index k = 0; k < K; ++k) {
            CAPTURE(K, k);
            const ViterbiPath path = HiddenMarkovModel<Broken>{Broken(K, k)}.viterbi(x);
            CHECK(!(path.log_probability(0) > -infinity));
            REQUIRE(path.states.size() == 700);
            for (const Index state : path.states) CHECK((state >= 0 && state < K));
        }
}
