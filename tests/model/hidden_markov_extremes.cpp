// Hidden Markov models where scaled numbers underflow: the same answers from the log domain.
#include <numbers>

#include "catch.hpp"
#include "latent/fit.hpp"
#include "naive_hidden_markov.hpp"

using namespace latent;

namespace {

using Normals = GaussianHMM<Spherical>;

/// One-dimensional states of deviation 1.
Normals normals(const MarkovChain& chain, const Eigen::RowVectorXd& means) {
    return {chain,
            Gaussian<Spherical>(means, std::vector<Eigen::MatrixXd>(static_cast<std::size_t>(means.size()),
                                                                    Eigen::MatrixXd::Identity(1, 1)))};
}

/// From each state surely to the next one, beginning in the first.
MarkovChain clock(Index K) {
    Eigen::MatrixXd transition = Eigen::MatrixXd::Zero(K, K);
    for (Index i = 0; i < K; ++i) transition(i, (i + 1) % K) = 1;
    return {Eigen::VectorXd::Unit(K, 0), transition};
}

void check_near(const Eigen::MatrixXd& value, const Eigen::MatrixXd& expected, double precision) {
    REQUIRE(value.rows() == expected.rows());
    REQUIRE(value.cols() == expected.cols());
    CHECK((value - expected).cwiseAbs().maxCoeff() <= precision);
}

/// Answers that take both directions, of one possible sequence, alone and as two of three.
template <class M>
void check_smoothing(const M& model, const Eigen::MatrixXd& x) {
    const auto expected = naive::infer(model.chain(), naive::log_densities(model.emission(), x));
    const auto log_p = static_cast<double>(expected.log_likelihood);
    REQUIRE(std::isfinite(log_p));
    check_near(model.predict_proba(x), expected.smoothed, 1e-9);
    check_near(model.expected_moves(x), expected.moves, 1e-9 * static_cast<double>(x.cols()));
    CHECK_THAT(model.viterbi(x).log_probability(0), WithinRel(static_cast<double>(expected.log_best), 1e-12));

    Eigen::MatrixXd three(x.rows(), 2 * x.cols() + 1);
    three << x, x.col(0), x;
    const std::vector<Index> lengths{x.cols(), 1, x.cols()};
    const Sequences<double> sequences(three, lengths);
    typename M::Posterior q;
    const double first = model.score(x.leftCols(1));
    CHECK_THAT(model.infer({sequences.all(), sequences.ends()}, q), WithinRel(2 * log_p + first, 1e-12));
    check_near(q.statistics.chain.transition, 2 * expected.moves, 1e-9 * static_cast<double>(x.cols()));
    check_near(q.statistics.chain.initial, 2 * expected.smoothed.col(0) + model.filter(x.leftCols(1)), 1e-9);
}

/// Answers of the forward pass.
template <class M>
void check_filtering(const M& model, const Eigen::MatrixXd& x) {
    const auto expected = naive::infer(model.chain(), naive::log_densities(model.emission(), x));
    const auto log_p = static_cast<double>(expected.log_likelihood);
    CHECK_THAT(model.score(x), WithinRel(log_p, 1e-12));
    CHECK_THAT(model.score_sequences(x)(0), WithinRel(log_p, 1e-12));
    check_near(model.score_samples(x), expected.log_predictive, 1e-12 * std::abs(log_p));
    check_near(model.filter(x), expected.filtered, 1e-9);
    CHECK(!model.impossible(x));
    Random random(1);
    const auto path = model.sample_states(x, random);
    bool possible = true;
    for (Index t = 0; t < x.cols(); ++t)
        possible = possible && expected.smoothed(path[static_cast<std::size_t>(t)], t) > 0;
    CHECK(possible);
}

template <class M>
void check_against_textbook(const M& model, const Eigen::MatrixXd& x) {
    check_smoothing(model, x);
    check_filtering(model, x);
}

}  // namespace

TEST_CASE("a step at which every state has a log-density of less than −10 000") {
    for (const Index K : {2, 3, 6, 17}) {
        CAPTURE(K);
        Random random(2);
        const auto model = normals(naive::random_chain(K, random), Eigen::RowVectorXd::LinSpaced(K, -2, 2));
        Eigen::MatrixXd x = model.sample(400, random).x;
        x(0, 0) = 200;
        x(0, 150) = -150;
        x(0, 399) = 1e4;
        check_against_textbook(model, x);
    }
}

// What the chain does for sure, the observations contradict by e^−5000 at every second step.
TEST_CASE("a likelihood that is finite, though scaled numbers underflow") {
    for (const Index K : {2, 3, 4, 6, 17})
        for (const Index steps : {5, 300, 700}) {
            CAPTURE(K, steps);
            const auto model =
                normals(clock(K), 100 * Eigen::RowVectorXd::LinSpaced(K, 0, static_cast<double>(K - 1)));
            Eigen::MatrixXd x(1, steps);
            for (Index t = 0; t < steps; ++t) x(0, t) = 100 * static_cast<double>((t + t / 3 % 2) % K);
            check_against_textbook(model, x);
        }
}

TEST_CASE("left-right chains that were left too late") {
    const Eigen::Matrix3d transition{{.5, .5, 0}, {0, .5, .5}, {0, 0, 1}};
    const auto model = normals({Eigen::Vector3d(1, 0, 0), transition}, Eigen::RowVector3d(0, 60, 120));
    Eigen::MatrixXd x = Eigen::MatrixXd::Constant(1, 400, 120.0);
    x.leftCols(3) << 120, 120, 0;  // the first state must emit the first
    check_against_textbook(model, x);
    x.rightCols(200).setZero();  // and the last cannot be left any more
    check_against_textbook(model, x);
}

namespace {

/// States that are never left, with means from 0 to 10.
Normals islands(Index K) {
    const Eigen::VectorXd alike = Eigen::VectorXd::Constant(K, 1 / static_cast<double>(K));
    return normals({alike, Eigen::MatrixXd::Identity(K, K)}, Eigen::RowVectorXd::LinSpaced(K, 0, 10));
}

/// As many observations as told near 0, then near 10, near 0, …
Eigen::MatrixXd alternating(const std::vector<Index>& lengths) {
    Index total = 0;
    for (const Index length : lengths) total += length;
    Eigen::MatrixXd x(1, total);
    Random random(6);
    Index t = 0;
    for (std::size_t i = 0; i < lengths.size(); ++i)
        for (Index s = 0; s < lengths[i]; ++s) x(0, t++) = (i % 2 == 0 ? 0 : 10) + random.normal();
    return x;
}

}  // namespace

// No single step is extreme, but a state that has fallen behind by more than a double can tell is right after all.
TEST_CASE("states that fall behind for long and cannot be reached from the others: smoothing") {
    for (const Index K : {2, 3, 6, 17})
        for (const Index n : {20, 130}) {
            CAPTURE(K, n);
            check_smoothing(islands(K), alternating({n, 2 * n}));
            check_smoothing(islands(K), alternating({2 * n, n}));
        }
}

// A forward pass alone notices that it has lost such a state, …
TEST_CASE("states that fall behind for long and cannot be reached from the others: filtering") {
    check_filtering(islands(2), alternating({20, 40}));
}
// … be it only by the last step, …
TEST_CASE("a state that is given up, and is the most probable one after the last step") {
    for (const Index K : {2, 3, 6, 17}) {
        CAPTURE(K);
        check_against_textbook(islands(K), Eigen::RowVector3d(-31, 32, 32));
        check_against_textbook(islands(K), Eigen::RowVector3d(-40, 30, 25));
    }
}
// … and both passes together where each has lost it.
TEST_CASE("states that fall behind twice and cannot be reached from the others") {
    check_smoothing(islands(2), alternating({20, 50, 20}));
}

// As improbable as what becomes zero in scaled numbers, and a little more or less.
TEST_CASE("states about where they are given up") {
    for (const Index K : {2, 3, 5, 17})
        for (const double nats : {-1.0, 0.0, 0.6, 0.8, 1.5, 40.0, 45.0}) {
            CAPTURE(K, nats);
            Eigen::VectorXd initial = Eigen::VectorXd::Zero(K);
            initial.head<2>() << 0.6, 0.4;
            Eigen::RowVectorXd means = Eigen::RowVectorXd::Zero(K);
            means.head<2>().setConstant(std::sqrt(2 * (500 * std::numbers::ln2 - nats)));
            const auto transition = Eigen::MatrixXd::Constant(K, K, 1 / static_cast<double>(K));
            const auto model = normals({initial, transition}, means);
            check_filtering(model, Eigen::MatrixXd::Zero(1, 1));
            check_against_textbook(model, Eigen::RowVector3d(0, means(0) / 2, means(0)));
        }
}

// Their densities are e^−10¹⁴ and less.
TEST_CASE("an outlier in a chain that cannot come back: posteriors sum to one") {
    for (const double outlier : {1e7, 1e9, -1e12}) {
        CAPTURE(outlier);
        const auto model =
            normals({Eigen::Vector2d(1, 0), Eigen::Matrix2d{{.9, .1}, {0, 1}}}, Eigen::RowVector2d(0, 3));
        Eigen::MatrixXd x(1, 40);
        for (Index t = 0; t < 40; ++t) x(0, t) = (t < 20 ? 0 : 3) + std::sin(static_cast<double>(t));
        x(0, 25) = outlier;
        const auto sums_to_one = [](const Eigen::MatrixXd& p) {
            return p.minCoeff() >= 0 && (p.colwise().sum().array() - 1).abs().maxCoeff() < 1e-13;
        };
        CHECK(sums_to_one(model.filter(x)));
        CHECK(sums_to_one(model.predict_proba(x)));
        CHECK_THAT(model.expected_moves(x).sum(), WithinRel(39, 1e-13));
        CHECK(model.expected_moves(x)(1, 0) == 0);
        typename Normals::Posterior q;
        const Sequences<double> sequences(x);
        model.infer({sequences.all(), sequences.ends()}, q);
        CHECK_THAT(q.statistics.chain.transition.sum(), WithinRel(39, 1e-13));
    }
}

TEST_CASE("states that cannot be, or are less likely than any normal number, have the probability 0") {
    const auto model = normals(clock(3), Eigen::RowVector3d(0, 100, 200));
    const Eigen::RowVectorXd x = Eigen::RowVectorXd::LinSpaced(7, 0, 600);
    for (const Eigen::MatrixXd& p : {model.filter(x), model.predict_proba(x)})
        for (Index t = 0; t < 7; ++t)
            for (Index k = 0; k < 3; ++k) CHECK(p(k, t) == (k == t % 3 ? 1 : 0));
}

// The probabilities of the states then sum to one only but for rounding, from above or below.
TEST_CASE("steps add up to the log-likelihood whatever the order in which a step's states are summed") {
    for (const Index K : {4, 7, 17}) {
        CAPTURE(K);
        Random random(5);
        for (int again = 0; again < 20; ++again) {
            const auto model = normals(naive::random_chain(K, random), Eigen::RowVectorXd::Zero(K));
            const Eigen::MatrixXd x = model.sample(6, random).x;
            CHECK_THAT(model.score_samples(x).sum(), WithinAbs(model.score(x), 1e-12));
        }
    }
}

TEST_CASE("probabilities near the smallest there are") {
    const double tiny = 1e-300;
    const Eigen::Matrix3d transition{{1 - tiny, tiny, 0}, {0, 1 - tiny, tiny}, {tiny, 0, 1 - tiny}};
    const auto model = normals({Eigen::Vector3d(1, 0, 0), transition}, Eigen::RowVector3d(0, 60, 120));
    Eigen::MatrixXd x(1, 600);
    for (Index t = 0; t < 600; ++t) x(0, t) = 60 * static_cast<double>(t / 7 % 3);
    check_against_textbook(model, x);
}

TEST_CASE("fits where scaled numbers underflow rise and stay finite") {
    Eigen::MatrixXd x(1, 300);
    Random random(3);
    for (Index t = 0; t < 300; ++t) x(0, t) = 100 * static_cast<double>(t / 50 % 3) + random.normal();
    const Eigen::Matrix3d transition{{.5, .5, 0}, {0, .5, .5}, {0, 0, 1}};
    const auto start = normals({Eigen::Vector3d(1, 0, 0), transition}, Eigen::RowVector3d(0, 60, 120));
    const auto result = fit(start, x);
    CHECK(result.converged());
    for (std::size_t t = 1; t < result.trace.size(); ++t)
        CHECK(result.trace[t] >= result.trace[t - 1] - 1e-9 * std::abs(result.trace[t]));
    CHECK(result.model.means().allFinite());
    CHECK(result.model.transition().allFinite());
}
