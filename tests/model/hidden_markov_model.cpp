// Hidden Markov models: every query against the enumeration of all paths, and what changes a model.
#include "catch.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/poisson.hpp"
#include "naive_hidden_markov.hpp"

using namespace latent;

namespace {

using Symbols = HiddenMarkovModel<Categorical<>>;

/// Three states, four symbols; no move from 2 to 0, and no symbol 3 from state 0.
Symbols model() {
    const Eigen::Matrix3d transition{{.6, .3, .1}, {.2, .5, .3}, {0, .4, .6}};
    const Eigen::MatrixXd emission{{.5, .1, .2}, {.3, .2, .3}, {.2, .3, .1}, {0, .4, .4}};
    return {Eigen::Vector3d(.5, .2, .3), transition, Categorical<>(emission)};
}

/// Three sequences of 5, 1 and 4 symbols.
const std::vector<Index> lengths{5, 1, 4};
Eigen::MatrixXd symbols() {
    Eigen::MatrixXd x(1, 10);
    x << 0, 1, 3, 2, 0, 3, 1, 1, 2, 3;
    return x;
}

/// What all paths of one sequence sum up to.
struct Enumerated {
    double total = 0, best = 0;
    std::vector<Index> best_path;
    Eigen::MatrixXd smoothed, moves;  // times p(x)
};

double joint(const Symbols& m, const Eigen::RowVectorXd& x, const std::vector<Index>& z) {
    double p = m.initial()(z[0]);
    for (std::size_t t = 0; t < z.size(); ++t) {
        if (t > 0) p *= m.transition()(z[t - 1], z[t]);
        p *= m.emission().probabilities()(static_cast<Index>(x(static_cast<Index>(t))), z[t]);
    }
    return p;
}

template <class Visit>
void for_each_path(Index K, Index T, const Visit& visit) {
    std::vector<Index> z(static_cast<std::size_t>(T));
    Index count = 1;
    for (Index t = 0; t < T; ++t) count *= K;
    for (Index code = 0; code < count; ++code) {
        Index rest = code;
        for (Index& state : z) {
            state = rest % K;
            rest /= K;
        }
        visit(z);
    }
}

Enumerated enumerate(const Symbols& m, const Eigen::RowVectorXd& x) {
    const Index K = m.size(), T = x.size();
    Enumerated e{0, 0, {}, Eigen::MatrixXd::Zero(K, T), Eigen::MatrixXd::Zero(K, K)};
    for_each_path(K, T, [&](const std::vector<Index>& z) {
        const double p = joint(m, x, z);
        e.total += p;
        if (p > e.best) {
            e.best = p;
            e.best_path = z;
        }
        for (std::size_t t = 0; t < z.size(); ++t) {
            e.smoothed(z[t], static_cast<Index>(t)) += p;
            if (t > 0) e.moves(z[t - 1], z[t]) += p;
        }
    });
    return e;
}

void check_near(const Eigen::MatrixXd& value, const Eigen::MatrixXd& expected, double precision = 1e-13) {
    REQUIRE(value.rows() == expected.rows());
    REQUIRE(value.cols() == expected.cols());
    CHECK((value - expected).cwiseAbs().maxCoeff() <= precision);
}

}  // namespace

TEST_CASE("queries on sequences equal the sums over all paths") {
    const Symbols m = model();
    const Eigen::MatrixXd x = symbols();
    const Sequences<double> sequences(x, lengths);
    const Eigen::MatrixXd smoothed = m.predict_proba(sequences), filtered = m.filter(sequences);
    const Eigen::VectorXd each = m.score_sequences(sequences), steps = m.score_samples(sequences);
    const ViterbiPath viterbi = m.viterbi(sequences);
    const std::vector<Index> marginal = m.predict_marginal(sequences);
    Eigen::MatrixXd moves = Eigen::MatrixXd::Zero(3, 3);
    for (Index i = 0; i < 3; ++i) {
        const Index first = sequences.first(i), length = sequences.length(i);
        const Enumerated e = enumerate(m, x.middleCols(first, length));
        moves += e.moves / e.total;
        CHECK_THAT(each(i), WithinRel(std::log(e.total), 1e-13));
        CHECK_THAT(viterbi.log_probability(i), WithinRel(std::log(e.best), 1e-13));
        check_near(smoothed.middleCols(first, length), e.smoothed / e.total);
        double before = 1;
        for (Index t = 0; t < length; ++t) {
            const Enumerated so_far = enumerate(m, x.middleCols(first, t + 1));
            check_near(filtered.col(first + t), so_far.smoothed.col(t) / so_far.total);
            CHECK_THAT(steps(first + t), WithinAbs(std::log(so_far.total / before), 1e-13));
            before = so_far.total;
            CHECK(viterbi.states[static_cast<std::size_t>(first + t)] ==
                  e.best_path[static_cast<std::size_t>(t)]);
            Index likeliest = 0;
            e.smoothed.col(t).maxCoeff(&likeliest);
            CHECK(marginal[static_cast<std::size_t>(first + t)] == likeliest);
        }
    }
    check_near(m.expected_moves(sequences), moves);
    CHECK_THAT(m.score(sequences), WithinRel(each.sum(), 1e-14));
    CHECK_THAT(steps.sum(), WithinRel(each.sum(), 1e-14));
    CHECK(m.predict(sequences) == viterbi.states);
    CHECK(!m.impossible(sequences));
}

TEST_CASE("criteria count the free parameters and the observations") {
    const Symbols m = model();
    const Eigen::MatrixXd x = symbols();
    const Sequences<double> sequences(x, lengths);
    const Index chain = 2 + 2 + 2 + 1;
    CHECK(m.parameters() == chain + m.emission().parameters());
    Symbols fixed = m;
    fixed.fix_emission();
    CHECK(fixed.parameters() == chain);
    CHECK(std::ssize(fixed.to_vector()) == fixed.chain().coordinates());
    CHECK_THAT(fixed.aic(sequences), WithinRel(2.0 * chain - 2 * m.score(sequences), 1e-14));
    CHECK_THAT(fixed.bic(sequences), WithinRel(chain * std::log(10.0) - 2 * m.score(sequences), 1e-14));
}

TEST_CASE("states drawn given the observations have their posterior frequencies") {
    const Symbols m = model();
    const Eigen::MatrixXd x = symbols();
    const Sequences<double> sequences(x, lengths);
    Random random(1);
    constexpr int draws = 20'000;
    Eigen::MatrixXd count = Eigen::MatrixXd::Zero(3, 10), moves = Eigen::MatrixXd::Zero(3, 3);
    for (int n = 0; n < draws; ++n) {
        const std::vector<Index> z = m.sample_states(sequences, random);
        REQUIRE(z.size() == 10);
        for (std::size_t t = 0; t < z.size(); ++t) {
            count(z[t], static_cast<Index>(t)) += 1.0 / draws;
            if (t != 0 && t != 5 && t != 6) moves(z[t - 1], z[t]) += 1.0 / draws;
        }
    }
    check_near(count, m.predict_proba(sequences), 5 * 0.5 / std::sqrt(draws));
    check_near(moves, m.expected_moves(sequences), 5 * 2 / std::sqrt(draws));
    CHECK(moves(2, 0) == 0);
}

TEST_CASE("draws of observations follow the model") {
    const Symbols m = model();
    Random random(2);
    constexpr Index n = 200'000;
    const auto draw = m.sample(n, random);
    Eigen::MatrixXd moves = Eigen::MatrixXd::Zero(3, 3), emitted = Eigen::MatrixXd::Zero(4, 3);
    for (Index t = 0; t < n; ++t) {
        const Index state = draw.states[static_cast<std::size_t>(t)];
        emitted(static_cast<Index>(draw.x(0, t)), state) += 1;
        if (t > 0) moves(draw.states[static_cast<std::size_t>(t) - 1], state) += 1;
    }
    for (Index i = 0; i < 3; ++i) {
        check_near(moves.row(i) / moves.row(i).sum(), m.transition().row(i), 0.01);
        check_near(emitted.col(i) / emitted.col(i).sum(), m.emission().probabilities().col(i), 0.01);
    }
    Eigen::Vector3d first = Eigen::Vector3d::Zero();
    for (int t = 0; t < 10'000; ++t) first(m.sample(1, random).states[0]) += 1e-4;
    check_near(first, m.initial(), 0.025);
    CHECK(m.sample(0, random).states.empty());
}

namespace {

template <class M>
concept Forecasts = requires(const M m, const Eigen::MatrixXd x) {
    m.means();
    m.forecast(x, 1);
};
template <class M>
concept HasCovariances = requires(const M m) {
    m.covariance(0);
    m.precision(0);
};

}  // namespace

TEST_CASE("what an emission does not have its model has not either, which can be asked") {
    STATIC_REQUIRE((Forecasts<GaussianHMM<>> && HasCovariances<GaussianHMM<>>));
    STATIC_REQUIRE((Forecasts<HMM<Poisson<>>> && !HasCovariances<HMM<Poisson<>>>));
    STATIC_REQUIRE(!(Forecasts<HMM<Categorical<>>> || HasCovariances<HMM<Categorical<>>>));
}

TEST_CASE("the parts of a temporary model are values") {
    using M = GaussianHMM<>;
    static_assert(std::is_same_v<decltype(std::declval<M>().initial()), Eigen::VectorXd>);
    static_assert(std::is_same_v<decltype(std::declval<M>().transition()), Eigen::MatrixXd>);
    static_assert(std::is_same_v<decltype(std::declval<M>().chain()), MarkovChain>);
    static_assert(std::is_same_v<decltype(std::declval<M>().emission()), Gaussian<>>);
    static_assert(std::is_same_v<decltype(std::declval<M>().means()), Eigen::MatrixXd>);
    const auto& transition = M(3, 2).transition();
    CHECK(transition == M(3, 2).transition());
}

TEST_CASE("forecasts") {
    const HiddenMarkovModel<Poisson<>> m(Eigen::Vector2d(.5, .5), Eigen::Matrix2d{{.9, .1}, {.4, .6}},
                                         Poisson<>(Eigen::MatrixXd{{1, 5}, {2, 3}}));
    const Eigen::MatrixXd x{{1, 4, 2}, {2, 3, 1}};
    const Eigen::VectorXd now = m.filter(x).rightCols(1);
    const Eigen::MatrixXd states = m.forecast_states(x, 3);
    check_near(states.col(0), m.transition().transpose() * now);
    check_near(states.col(2), (m.transition() * m.transition() * m.transition()).transpose() * now);
    check_near(m.forecast(x, 3), m.means() * states);
    CHECK(m.forecast(x, 0).cols() == 0);
    const std::vector<Index> two{2, 1};  // of several sequences the last one goes on
    check_near(m.forecast_states(Sequences<double>(x, two), 1), m.forecast_states(x.rightCols(1), 1));
    CHECK_THROWS_WITH(m.forecast(x, -1), ContainsSubstring("steps is -1"));
}

TEST_CASE("states that emit the same, and states never visited") {
    Symbols m = model();
    // State 1 can neither be begun in nor be reached.
    m.set_initial(Eigen::Vector3d(.5, 0, .5));
    m.set_transition(Eigen::Matrix3d{{.9, 0, .1}, {.2, .5, .3}, {.4, 0, .6}});
    const Eigen::MatrixXd x = symbols();
    const Sequences<double> sequences(x, lengths);
    CHECK(m.predict_proba(sequences).row(1).maxCoeff() == 0);
    const auto moves = m.expected_moves(sequences);
    CHECK(moves.row(1).norm() + moves.col(1).norm() == 0);
    for (const Index state : m.predict(sequences)) CHECK(state != 1);

    const Symbols alike(MarkovChain(3), Categorical<>(Eigen::MatrixXd::Constant(4, 3, 0.25)));
    check_near(alike.predict_proba(sequences), Eigen::MatrixXd::Constant(3, 10, 1.0 / 3));
    CHECK_THAT(alike.score(sequences), WithinRel(10 * std::log(0.25), 1e-14));
}

TEST_CASE("a matrix, ragged sequences and a vector of matrices are the same data") {
    const Symbols m = model();
    const Eigen::MatrixXd x = symbols();
    const std::vector<Eigen::MatrixXd> each{x.leftCols(5), x.middleCols(5, 1), x.rightCols(4)};
    CHECK(m.score(each) == m.score(Sequences<double>(x, lengths)));
    CHECK(m.score(x) == m.score(Sequences<double>(x)));
}
