// Wrong input to hidden Markov models is refused with a message that names it; hard input ends in a status.
#include "catch.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/hidden_markov_prior.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "latent/start/k_means.hpp"

using namespace latent;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN(),
                 infinity = std::numeric_limits<double>::infinity();

using Symbols = HiddenMarkovModel<Categorical<>>;
using Counts = HiddenMarkovModel<Poisson<>>;

const Eigen::Vector2d half(0.5, 0.5);
const Eigen::Matrix2d moves{{0.9, 0.1}, {0.2, 0.8}};

Symbols symbols() { return {half, moves, Categorical<>(Eigen::MatrixXd{{.7, .1}, {.2, .2}, {.1, .7}})}; }
Counts counts() { return {half, moves, Poisson<>(Eigen::RowVector2d(2, 5))}; }
GaussianHMM<> normals() {
    const std::vector<Eigen::MatrixXd> unit(2, Eigen::MatrixXd::Identity(2, 2));
    return {half, moves, Gaussian<>(Eigen::Matrix2d{{0, 4}, {0, 4}}, unit)};
}

/// The same refusal by a fit and by every query that takes data.
template <class M, class Matcher>
void check_refused(const M& model, const Sequences<double>& x, const Matcher& says) {
    Random random(1);
    CHECK_THROWS_MATCHES(fit(model, x), std::invalid_argument, says);
    CHECK_THROWS_MATCHES(model.score(x), std::invalid_argument, says);
    CHECK_THROWS_MATCHES(model.score_sequences(x), std::invalid_argument, says);
    CHECK_THROWS_MATCHES(model.score_samples(x), std::invalid_argument, says);
    CHECK_THROWS_MATCHES(model.filter(x), std::invalid_argument, says);
    CHECK_THROWS_MATCHES(model.predict_proba(x), std::invalid_argument, says);
    CHECK_THROWS_MATCHES(model.expected_moves(x), std::invalid_argument, says);
    CHECK_THROWS_MATCHES(model.predict(x), std::invalid_argument, says);
    CHECK_THROWS_MATCHES(model.predict_marginal(x), std::invalid_argument, says);
    CHECK_THROWS_MATCHES(model.sample_states(x, random), std::invalid_argument, says);
    CHECK_THROWS_MATCHES(model.forecast_states(x, 1), std::invalid_argument, says);
    CHECK_THROWS_MATCHES(model.impossible(x), std::invalid_argument, says);
}
}  // namespace

// ----------------------------------------------------------------------------------------------- parameters

TEST_CASE("chains that are none are refused") {
    const auto with = [](const Eigen::VectorXd& initial, const Eigen::MatrixXd& transition) {
        MarkovChain(initial, transition);
    };
    CHECK_NOTHROW(with(half, moves));
    CHECK_THROWS_WITH(with(Eigen::VectorXd(), Eigen::MatrixXd()), ContainsSubstring("initial is empty"));
    CHECK_THROWS_WITH(with(half, Eigen::MatrixXd::Identity(3, 2)),
                      "latent::MarkovChain: transition is 3 × 2, expected 2 × 2 as initial has 2 values");
    CHECK_THROWS_WITH(with(Eigen::Vector2d(0.5, 0.6), moves),
                      "latent::MarkovChain: initial sums to 1.1, expected 1");
    CHECK_THROWS_WITH(with(Eigen::Vector2d(-0.5, 1.5), moves),
                      ContainsSubstring("entry 0 of initial is -0.5"));
    CHECK_THROWS_WITH(with(Eigen::Vector2d(0.5, not_a_number), moves),
                      ContainsSubstring("entry 1 of initial is nan"));
    Eigen::MatrixXd bad = moves;
    bad(1, 0) = 0.3;
    CHECK_THROWS_WITH(with(half, bad), "latent::MarkovChain: row 1 of transition sums to 1.1, expected 1");
    bad(1, 0) = infinity;
    CHECK_THROWS_WITH(with(half, bad), ContainsSubstring("entry 0 of row 1 of transition is inf"));
    CHECK_THROWS_WITH(MarkovChain(0), ContainsSubstring("K = 0 states"));
    CHECK_THROWS_WITH(with(half, Eigen::Matrix2d{{1 + 2e-6, 0}, {0, 1}}), ContainsSubstring("row 0"));
    CHECK_NOTHROW(with(half, Eigen::Matrix2d{{1 + 5e-7, 0}, {0, 1}}));
}

TEST_CASE("changes of a chain that do not fit are refused and change nothing") {
    Symbols m = symbols();
    CHECK_THROWS_WITH(m.set_initial(Eigen::Vector3d(1, 0, 0)),
                      ContainsSubstring("initial has 3 values, expected 2"));
    CHECK_THROWS_WITH(m.set_transition(Eigen::Matrix3d::Identity()),
                      ContainsSubstring("transition is 3 × 3, expected 2 × 2"));
    CHECK_THROWS_WITH(m.set_transition(Eigen::Matrix2d::Ones()),
                      ContainsSubstring("row 0 of transition sums to 2"));
    CHECK_THROWS_WITH(m.chain().tie_rows({0}), ContainsSubstring("1 labels given for 2 rows"));
    CHECK(m.initial() == half);
    CHECK(m.transition() == symbols().transition());
}

TEST_CASE("a chain and an emission of different sizes are refused") {
    CHECK_THROWS_WITH(Symbols(MarkovChain(3), symbols().emission()),
                      "latent::HiddenMarkovModel: the chain has 3 states, but the emission has 2");
}

TEST_CASE("priors whose mode lies on the boundary are refused") {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Zero(1, 5);
    const auto fit_with = [&](const HiddenMarkovPrior<>& prior) {
        ExpectationMaximization<Batch<>, MaximumAPosteriori<HiddenMarkovPrior<>>>{.mstep = {prior}}.fit(
            symbols(), x);
    };
    CHECK_NOTHROW(fit_with({.initial_concentration = 1, .transition_concentration = 1}));
    CHECK_THROWS_WITH(fit_with({.initial_concentration = 0.5}),
                      ContainsSubstring("initial_concentration is 0.5"));
    CHECK_THROWS_WITH(fit_with({.transition_concentration = 0}),
                      ContainsSubstring("transition_concentration is 0"));
    CHECK_THROWS_WITH(fit_with({.stay = -1}), ContainsSubstring("stay is -1"));
}

// ------------------------------------------------------------------------------------------------------ data

TEST_CASE("lengths that do not fit the observations") {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Zero(1, 10);
    const auto cut = [&](const std::vector<Index>& lengths) { Sequences<double>(x, lengths); };
    CHECK_NOTHROW(cut({4, 6}));
    CHECK_THROWS_WITH(cut({4, 5}), "latent::Sequences: lengths add up to 9, but there are 10 observations");
    CHECK_THROWS_WITH(cut({4, 7}), ContainsSubstring("lengths add up to 11"));
    CHECK_THROWS_WITH(cut({4, 0, 6}), "latent::Sequences: lengths[1] is 0, expected at least 1");
    CHECK_THROWS_WITH(cut({12, -2}), ContainsSubstring("lengths[1] is -2"));
    CHECK_THROWS_WITH(cut({}), ContainsSubstring("lengths add up to 0"));
    using Matrices = std::vector<Eigen::MatrixXd>;
    CHECK_THROWS_WITH(Sequences<double>(Matrices{x, Eigen::MatrixXd::Zero(2, 3)}),
                      "latent::Sequences: sequence 1 has 2 rows, but sequence 0 has 1");
    CHECK_THROWS_WITH(Sequences<double>(Matrices{x, Eigen::MatrixXd::Zero(1, 0)}),
                      ContainsSubstring("lengths[1] is 0"));
}

TEST_CASE("sequences of whole numbers, and sequences in vectors, are data") {
    const std::vector<std::vector<int>> each{{1, 2, 9, 8}, {1, 9, 7}};
    const Eigen::RowVectorXd all{{1, 2, 9, 8, 1, 9, 7}};
    const std::vector<Index> lengths{4, 3};
    const Sequences<double> x(all, lengths);
    CHECK(fit(counts(), each).trace == fit(counts(), x).trace);
    CHECK(KMeans{}(counts(), each).emission().rates() == KMeans{}(counts(), x).emission().rates());
    CHECK(counts().viterbi(each).states == counts().viterbi(x).states);
    CHECK(counts().viterbi(std::vector<int>{1, 2, 9}).states.size() == 3);
    CHECK_THROWS_WITH(fit(counts(), std::vector<std::vector<double>>{{1, 2}, {3, not_a_number}}),
                      ContainsSubstring("observation 3, dimension 0 is nan"));
    CHECK_THROWS_WITH(fit(counts(), std::vector<std::vector<double>>()),
                      ContainsSubstring("no observations"));
}

TEST_CASE("a negative number of draws or steps") {
    Random random(1);
    const std::vector<double> x{1, 2, 3};
    CHECK_THROWS_WITH(counts().sample(-1, random),
                      "latent::HiddenMarkovModel::sample: n is -1, expected at least 0");
    CHECK(counts().sample(0, random).states.empty());
    CHECK_THROWS_WITH(counts().forecast(x, -1), ContainsSubstring("steps is -1"));
    CHECK_THROWS_WITH(counts().chain().after(half, -1), ContainsSubstring("steps is -1"));
}

TEST_CASE("no observations, or those of another dimension") {
    const Eigen::MatrixXd none(1, 0), three = Eigen::MatrixXd::Zero(3, 10);
    check_refused(symbols(), none, Message("latent::HiddenMarkovModel: there are no observations"));
    check_refused(symbols(), three,
                  Message("latent::HiddenMarkovModel: observations have 3 rows (and 10 columns), "
                          "expected d = 1 rows: one observation a column"));
}

TEST_CASE("observations that the emission cannot take, by their place") {
    Eigen::MatrixXd x = Eigen::MatrixXd::Ones(1, 30);
    const auto check = [](const auto& model, const Eigen::MatrixXd& data, const char* what) {
        CHECK_THROWS_WITH(fit(model, data), ContainsSubstring("observation 17") && ContainsSubstring(what));
        CHECK_THROWS_WITH(model.predict(data),
                          ContainsSubstring("observation 17") && ContainsSubstring(what));
    };
    for (const double symbol : {3.0, -1.0, 0.5, not_a_number, infinity}) {
        CAPTURE(symbol);
        x(0, 17) = symbol;
        check(symbols(), x, "symbol");
    }
    for (const double count : {-1.0, 0.5, not_a_number, infinity}) {
        CAPTURE(count);
        x(0, 17) = count;
        check(counts(), x, "count");
    }
    for (const double value : {not_a_number, infinity, -infinity, 1e300}) {
        CAPTURE(value);
        Eigen::MatrixXd y = Eigen::MatrixXd::Ones(2, 30);
        y(1, 17) = value;
        check(normals(), y, "dimension 1");
    }
}

TEST_CASE("weights of a sequence's observations must be one and the same, finite and not negative") {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Ones(1, 10);
    const std::vector<Index> lengths{4, 6};
    Eigen::VectorXd w = Eigen::VectorXd::Ones(10);
    const Sequences<double> sequences(weighted(x, w), lengths);
    w.tail(6).setConstant(2.5);
    CHECK_NOTHROW(counts().score(sequences));
    w(7) = 2;
    check_refused(counts(), sequences,
                  Message("latent::HiddenMarkovModel: the weight of observation 7 is 2, expected a finite "
                          "number ≥ 0, the same for all of sequence 1"));
    for (const double bad : {-1.0, not_a_number, infinity}) {
        CAPTURE(bad);
        w.head(4).setConstant(bad);
        CHECK_THROWS_WITH(fit(counts(), sequences), ContainsSubstring("the weight of observation 0 is "));
    }
    const Eigen::VectorXd three = w.head(3);
    CHECK_THROWS_WITH(weighted(x, three), ContainsSubstring("3 weights given for 10"));
}

TEST_CASE("weights that are all zero are refused") {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Ones(1, 10);
    const Eigen::VectorXd w = Eigen::VectorXd::Zero(10);
    CHECK_THROWS_WITH(fit(counts(), weighted(x, w)), ContainsSubstring("all weights are zero"));
}

TEST_CASE("states that are all alike cannot be parted") {
    const Eigen::MatrixXd x = Eigen::RowVectorXd::LinSpaced(20, 0, 19);
    CHECK_THROWS_WITH(fit(GaussianHMM<>(2, 1), x),
                      ContainsSubstring("all 2") && ContainsSubstring("identical"));
    CHECK(fit(GaussianHMM<>(1, 1), x).converged());
}

// ------------------------------------------------------------------------------------------------ hard data

TEST_CASE("hard data end in a status and finite parameters") {
    const auto check = [](const auto& result) {
        CHECK(result.status != Status::running);
        CHECK(std::isfinite(result.objective));
        for (const double objective : result.trace) CHECK(std::isfinite(objective));
        CHECK(result.model.initial().allFinite());
        CHECK(result.model.transition().allFinite());
        CHECK(result.model.means().allFinite());
    };
    const Eigen::MatrixXd one = Eigen::Vector2d(3, 4), same = Eigen::MatrixXd::Constant(2, 50, 3.0);
    check(fit(normals(), one));
    check(fit(normals(), same));
    Eigen::MatrixXd far(2, 40);
    Random random(2);
    for (double& value : far.reshaped()) value = random.normal();
    for (const double outlier : {1e6, 1e100, -1e150}) {
        far(1, 13) = outlier;
        check(fit(normals(), far));
    }
    Eigen::MatrixXd zeros = Eigen::MatrixXd::Zero(1, 30);
    check(fit(counts(), zeros));
    zeros(0, 3) = 1e9;
    check(fit(counts(), zeros));
}
