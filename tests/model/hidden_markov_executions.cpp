// What hidden Markov models answer has the same bits from memory and from a file, on any number of workers.
#include "catch.hpp"
#include "latent/data/npy.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/execution/threads.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "temporary_file.hpp"

using namespace latent;

namespace {

/// Counts of K rates, far enough apart for a prior state to matter.
HMM<Poisson<>> counts(Index K) {
    const Eigen::MatrixXd stay = 0.9 * Eigen::MatrixXd::Identity(K, K);
    const double each = 1 / static_cast<double>(K);
    return {Eigen::VectorXd::Constant(K, each), (stay.array() + 0.1 * each).matrix(),
            Poisson<>(Eigen::RowVectorXd::LinSpaced(K, 1, 12))};
}
GaussianHMM<Diagonal, float> normals() {
    return {Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.9, 0.1}, {0.2, 0.8}},
            Gaussian<Diagonal, float>(Eigen::Matrix2d{{0, 2}, {1, 0}},
                                      std::vector<Eigen::MatrixXd>(2, Eigen::Matrix2d::Identity()))};
}

/// Short sequences, of which a block holds many, and longer ones than a block.
const std::vector<Index> ragged{1000, 1, 3000, 500, 9000, 700, 800, 5000, 2, 4000};

template <class M>
auto drawn(const M& m) {
    Random random(5);
    return m.sample(24'003, random).x;
}

/// All that is asked about x.
template <class M, class D, class X = Sequential>
auto answers(const M& m, const D& x, const X& execution = {}) {
    Random random(3);
    const auto path = m.viterbi(x, execution);
    const auto impossible = m.impossible(x, execution).value_or(Impossible{-1, -1});
    return std::tuple{path.states,
                      path.log_probability,
                      m.predict(x, execution),
                      m.predict_marginal(x, execution),
                      m.predict_proba(x, execution),
                      m.filter(x, execution),
                      m.score(x, execution),
                      m.score_sequences(x, execution),
                      m.score_samples(x, execution),
                      m.expected_moves(x, execution),
                      m.forecast_states(x, 3, execution),
                      m.aic(x, execution),
                      m.bic(x, execution),
                      m.sample_states(x, random),
                      impossible.sequence,
                      impossible.step};
}

/// Of x in memory, cut into sequences of these lengths, and of a file of it.
template <class M, class X>
void check_same_answers(const M& m, const X& x, const std::vector<Index>& lengths) {
    const Sequences in_memory(x, lengths);
    const TemporaryFile file;
    write_npy(file.path, x);
    const NpyFile<typename M::Scalar> source(file.path);
    const Sequences in_file(source, lengths);
    const auto expected = answers(m, in_memory);
    CHECK(answers(m, in_file) == expected);
    CHECK(answers(m, m.units(in_file)) == expected);
    for (const Index workers : {1, 2, 3}) {
        CHECK(answers(m, in_memory, Threads{workers}) == expected);
        CHECK(answers(m, in_file, Threads{workers}) == expected);
    }
}

}  // namespace

TEST_CASE("answers about many sequences") {
    check_same_answers(counts(2), drawn(counts(2)), ragged);
    check_same_answers(counts(5), drawn(counts(5)), ragged);
    check_same_answers(normals(), drawn(normals()), ragged);
}

TEST_CASE("answers about one long sequence") {
    check_same_answers(counts(2), drawn(counts(2)), {24'003});
    check_same_answers(counts(5), drawn(counts(5)), {24'003});
}

TEST_CASE("answers about sequences some of which are impossible") {
    auto m = counts(2);
    m.set_initial(Eigen::Vector2d(1, 0));
    m.set_transition(Eigen::Matrix2d{{0, 1}, {1, 0}});
    m.emission() =
        Poisson<>(Eigen::RowVector2d(0, 4));  // states take turns, and the first emits nothing but 0
    Eigen::MatrixXd x = Eigen::MatrixXd::Ones(1, 24'003);
    for (Index i = 0, begin = 0; i < std::ssize(ragged); begin += ragged[static_cast<std::size_t>(i++)])
        for (Index t = 0; t < ragged[static_cast<std::size_t>(i)]; t += 2) x(0, begin + t) = 0;
    x(0, 4301) = x(0, 14'001) = 2;
    x(0, 5501) = x(0, 20'005) = 1;
    check_same_answers(m, x, ragged);
    const auto found = m.impossible(Sequences(x, ragged), Threads{3});
    REQUIRE(found);
    CHECK(found->sequence == 3);
    CHECK(found->step == 300);
}

TEST_CASE("weighted sequences have the same likelihood and moves on any number of workers") {
    const auto m = counts(3);
    const Eigen::MatrixXd x = drawn(m);
    Eigen::VectorXd w(x.cols());
    for (Index i = 0, begin = 0; i < std::ssize(ragged); begin += ragged[static_cast<std::size_t>(i++)])
        w.segment(begin, ragged[static_cast<std::size_t>(i)]).setConstant(static_cast<double>(i % 3));
    const Sequences<double> sequences(weighted(x, w), ragged);
    for (const Index workers : {2, 3}) {
        CHECK(m.score(sequences, Threads{workers}) == m.score(sequences));
        CHECK(m.expected_moves(sequences, Threads{workers}) == m.expected_moves(sequences));
        CHECK(m.bic(sequences, Threads{workers}) == m.bic(sequences));
    }
}

TEST_CASE("what is wrong is named by its number, whoever finds it") {
    const auto m = counts(2);
    Eigen::MatrixXd x = drawn(m);
    x(0, 4600) = x(0, 20'000) = -1;
    const TemporaryFile file;
    write_npy(file.path, x);
    const NpyFile<> source(file.path);
    const auto check_refused = [&](const auto& sequences, const auto& execution) {
        const auto* said =
            "latent::Poisson: observation 4600, dimension 0 is -1, expected a count 0, 1, 2, …";
        CHECK_THROWS_WITH(m.viterbi(sequences, execution), said);
        CHECK_THROWS_WITH(m.filter(sequences, execution), said);
        CHECK_THROWS_WITH(m.score(sequences, execution), said);
        CHECK_THROWS_WITH(m.forecast_states(sequences, 1, execution), said);
    };
    check_refused(Sequences(x, ragged), Threads{3});
    check_refused(Sequences(source, ragged), Sequential{});
    check_refused(Sequences(source, ragged), Threads{3});
}
