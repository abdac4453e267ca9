// What hidden Markov models infer is what the textbook's recursions say, however many states and steps there are,
// whichever kernel does it.
#include "catch.hpp"
#include "naive_hidden_markov.hpp"

using namespace latent;

namespace {

using naive::Normal, naive::random_model, naive::Symbols;

void check_near(const Eigen::MatrixXd& value, const Eigen::MatrixXd& expected, double precision) {
    REQUIRE(value.rows() == expected.rows());
    REQUIRE(value.cols() == expected.cols());
    CHECK((value - expected).cwiseAbs().maxCoeff() <= precision);
}

/// Every query, and the E-step over one block, against the textbook.
template <class E>
void check_inference(const HiddenMarkovModel<E>& model, const Eigen::MatrixXd& x,
                     const std::vector<Index>& lengths) {
    const Sequences<double> sequences(x, lengths);
    const Index K = model.size(), n = x.cols();
    Eigen::MatrixXd filtered(K, n), smoothed(K, n), moves = Eigen::MatrixXd::Zero(K, K);
    Eigen::VectorXd predictive(n), each(sequences.size()), best(sequences.size()), found(sequences.size());
    Eigen::VectorXd initial = Eigen::VectorXd::Zero(K);
    const ViterbiPath viterbi = model.viterbi(sequences);
    for (Index i = 0; i < sequences.size(); ++i) {
        const Index first = sequences.first(i), length = sequences.length(i);
        const Eigen::MatrixXd one = x.middleCols(first, length);
        const Eigen::MatrixXd log_b = naive::log_densities(model.emission(), one);
        const auto r = naive::infer(model.chain(), log_b);
        filtered.middleCols(first, length) = r.filtered;
        smoothed.middleCols(first, length) = r.smoothed;
        predictive.segment(first, length) = r.log_predictive;
        each(i) = static_cast<double>(r.log_likelihood);
        best(i) = static_cast<double>(r.log_best);
        initial += r.smoothed.col(0);
        moves += r.moves;
        const auto begin = viterbi.states.begin() + first;
        found(i) = static_cast<double>(naive::log_joint(model.chain(), log_b, {begin, begin + length}));
    }
    const double count = static_cast<double>(n);
    const double rounding = (1e-13 + 1e-17 * count) * std::abs(each.sum());
    CHECK_THAT(model.score(sequences), WithinAbs(each.sum(), rounding));
    check_near(model.score_sequences(sequences), each, rounding);
    check_near(model.score_samples(sequences), predictive, 1e-10);
    check_near(model.filter(sequences), filtered, 1e-11);
    check_near(model.predict_proba(sequences), smoothed, 1e-11);
    check_near(model.expected_moves(sequences), moves, 1e-12 * count);
    check_near(viterbi.log_probability, best, rounding);
    check_near(found, best, rounding);  // several paths may be the best

    typename HiddenMarkovModel<E>::Posterior q;
    const SequenceBlock<double> all(sequences.all(), sequences.ends());
    CHECK_THAT(model.infer(all, q), WithinAbs(each.sum(), rounding));
    check_near(q.statistics.chain.initial, initial, 1e-12 * count);
    check_near(q.statistics.chain.transition, moves, 1e-12 * count);
    auto expected = model.emission().zero_statistics();
    model.emission().accumulate(naive::packed<double>(x), naive::table<double>(smoothed.transpose(), 0.0),
                                expected);
    const auto value = naive::flat(q.statistics.emission), reference = naive::flat(expected);
    REQUIRE(value.size() == reference.size());
    for (std::size_t i = 0; i < value.size(); ++i)
        CHECK_THAT(value[i], WithinAbs(reference[i], 1e-10 * count));
}

const std::vector<Index> ragged{1, 300, 2, 257, 1, 1, 40, 256, 3};

}  // namespace

TEMPLATE_TEST_CASE("inference with any number of states is the textbook's", "", Normal, Symbols) {
    for (const Index K : {1, 2, 3, 4, 5, 8, 9, 12, 16, 17, 20, 25, 33}) {
        CAPTURE(K);
        Random random(static_cast<std::uint64_t>(K));
        const auto model = random_model<TestType>(naive::random_chain(K, random), random);
        check_inference(model, naive::draw(model, ragged, random), ragged);
    }
}

TEMPLATE_TEST_CASE("inference over sparse transitions is the textbook's", "", Normal, Symbols) {
    for (const Index K : {2, 4, 5, 12, 20, 37}) {
        CAPTURE(K);
        Random random(static_cast<std::uint64_t>(K));
        const auto model = random_model<TestType>(naive::cyclic_chain(K, random), random);
        check_inference(model, naive::draw(model, ragged, random), ragged);
    }
}

TEST_CASE("a sparse chain infers what a dense one does") {
    Random random(1);
    const auto sparse = random_model<Normal>(naive::cyclic_chain(16, random), random);
    Eigen::MatrixXd filled = sparse.transition().array() + 1e-13;  // dense, and all but the same
    for (Index i = 0; i < 16; ++i) filled.row(i) /= filled.row(i).sum();
    const HiddenMarkovModel<Normal> dense(sparse.initial(), filled, sparse.emission());
    const Eigen::MatrixXd x = sparse.sample(700, random).x;
    CHECK_THAT(sparse.score(x), WithinAbs(dense.score(x), 1e-7));
    check_near(sparse.predict_proba(x), dense.predict_proba(x), 1e-8);
    check_near(sparse.expected_moves(x), dense.expected_moves(x), 1e-6);
    CHECK(sparse.predict(x) == dense.predict(x));
}

TEST_CASE("many short sequences") {
    for (const Index K : {2, 3, 4, 6}) {
        CAPTURE(K);
        Random random(2);
        std::vector<Index> lengths;
        for (int i = 0; i < 900; ++i) lengths.push_back(1 + random.below(3));
        const auto model = random_model<Normal>(naive::random_chain(K, random), random);
        const Eigen::MatrixXd x = naive::draw(model, lengths, random);
        check_inference(model, x, lengths);
        check_inference(model, x.leftCols(900), std::vector<Index>(900, 1));
    }
}

// The eight chains of a bundle, and bundles of 65 536 steps, are cut wherever that falls in a sequence.
TEST_CASE("few states, wherever the steps are cut") {
    for (const Index K : {1, 2, 3, 4}) {
        CAPTURE(K);
        Random random(3);
        const auto model = random_model<Normal>(naive::random_chain(K, random), random);
        for (const Index steps : {256, 257, 300, 511, 513, 1000}) {
            CAPTURE(steps);
            for (const auto& lengths : {std::vector<Index>{steps},
                                        {steps - 1, 1},
                                        {1, steps - 1},
                                        {steps / 8 + 3, steps - steps / 8 - 3},
                                        {30, 30, 30, steps - 90}})
                check_inference(model, naive::draw(model, lengths, random), lengths);
        }
    }
    Random random(4);
    const auto model = random_model<Symbols>(naive::random_chain(2, random), random);
    const std::vector<Index> lengths{140'000, 1, 20'000};
    check_inference(model, naive::draw(model, lengths, random), lengths);
}

TEST_CASE("a sequence of weight w counts as w of them, one of weight zero as none") {
    for (const Index K : {2, 6}) {
        Random random(9);
        const std::vector<Index> lengths{200, 1, 300, 7}, copied{200, 200, 300, 7, 7, 7};
        const auto model = random_model<Normal>(naive::random_chain(K, random), random);
        const Eigen::MatrixXd x = naive::draw(model, lengths, random);
        Eigen::MatrixXd copies(2, 200 + 200 + 300 + 21);
        copies << x.leftCols(200), x.leftCols(200), x.middleCols(201, 300), x.rightCols(7), x.rightCols(7),
            x.rightCols(7);
        Eigen::VectorXd w(508);
        w << Eigen::VectorXd::Constant(200, 2), 0, Eigen::VectorXd::Ones(300),
            Eigen::VectorXd::Constant(7, 3);
        const Sequences<double> one(weighted(x, w), lengths), other(copies, copied);
        CHECK_THAT(model.score(one), WithinRel(model.score(other), 1e-13));
        check_near(model.expected_moves(one), model.expected_moves(other), 1e-10);
        CHECK_THAT(model.bic(one), WithinRel(model.bic(other), 1e-13));
    }
}
