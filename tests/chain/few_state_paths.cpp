// The most probable paths of chains with few states: equal to the bit to those of the plain recursion, ties too.
#include "latent/chain/few_state_paths.hpp"

#include "catch.hpp"
#include "latent/execution/threads.hpp"
#include "naive_hidden_markov.hpp"

using namespace latent;

namespace {

using naive::Normal, naive::random_model, naive::Symbols;

/// The recursion as it stands in the textbook: of states that are equally good the first.
template <class E>
ViterbiPath plain_paths(const HiddenMarkovModel<E>& model, const Sequences<double>& x) {
    const Index K = model.size();
    const Eigen::MatrixXd log_a = model.transition().array().log();
    ViterbiPath paths{std::vector<Index>(static_cast<std::size_t>(x.cols())), Eigen::VectorXd(x.size())};
    for (Index i = 0; i < x.size(); ++i) {
        const Eigen::MatrixXd log_b = naive::log_densities(model.emission(), x[i].matrix());
        Eigen::MatrixXd best(K, log_b.cols());
        for (Index k = 0; k < K; ++k) best(k, 0) = std::log(model.initial()(k)) + log_b(k, 0);
        for (Index t = 1; t < log_b.cols(); ++t)
            for (Index k = 0; k < K; ++k)
                best(k, t) = (best.col(t - 1) + log_a.col(k)).maxCoeff() + log_b(k, t);
        Eigen::VectorXd candidate = best.col(log_b.cols() - 1);
        paths.log_probability(i) = candidate.maxCoeff();
        for (Index t = log_b.cols() - 1; t >= 0; --t) {
            Index state = 0;
            for (Index k = 1; k < K; ++k)
                if (candidate(k) > candidate(state)) state = k;
            paths.states[static_cast<std::size_t>(x.first(i) + t)] = state;
            if (t > 0) candidate = best.col(t - 1) + log_a.col(state);
        }
    }
    return paths;
}

template <class E>
void check_paths(const HiddenMarkovModel<E>& model, const std::vector<Index>& lengths) {
    Random random(7);
    const Eigen::MatrixXd x = naive::draw(model, lengths, random);
    const Sequences<double> sequences(x, lengths);
    const ViterbiPath expected = plain_paths(model, sequences), found = model.viterbi(sequences);
    CHECK(found.states == expected.states);
    CHECK(found.log_probability == expected.log_probability);
    CHECK(model.viterbi(sequences, Threads{3}).states == expected.states);
    for (Index i = 0; i < std::min<Index>(sequences.size(), 3); ++i) {
        const ViterbiPath alone = model.viterbi(Sequences<double>(sequences[i]));
        CHECK(alone.log_probability(0) == expected.log_probability(i));
    }
}

/// Long and short sequences, in one run and in two, that end within a segment and with one.
const std::vector<std::vector<Index>> lengths{{1},   {2},        {255},           {256},         {257},
                                              {700}, {300, 300}, {1, 1, 1, 5, 9}, {1, 512, 256}, {900, 3, 2}};

/// All probabilities are powers of two, and their logarithms, up to rounding, whole numbers of the same: many ties.
HiddenMarkovModel<Symbols> tied(Index K) {
    const double k = static_cast<double>(K), share = K == 3 ? 0.25 : 1 / k;
    Eigen::MatrixXd transition = Eigen::MatrixXd::Constant(K, K, share), symbols(3, K);
    if (K == 3) transition.diagonal().setConstant(0.5);
    for (Index j = 0; j < K; ++j) {
        symbols.col(j).setConstant(0.25);
        symbols(j % 3, j) = 0.5;
    }
    return {MarkovChain(Eigen::VectorXd::Constant(K, 1 / k), transition), Symbols(symbols)};
}

}  // namespace

TEST_CASE("paths of few states are the plain recursion's, to the bit", "[chain]") {
    for (const Index K : {2, 3, 4})
        for (const auto& some : lengths) {
            CAPTURE(K, some);
            Random random(8);
            check_paths(random_model<Normal>(naive::random_chain(K, random), random), some);
            check_paths(random_model<Symbols>(naive::random_chain(K, random, 2), random), some);
            check_paths(random_model<Symbols>(naive::cyclic_chain(K, random), random), some);
            check_paths(tied(K), some);
        }
}

TEST_CASE("many sequences of few states", "[chain]") {
    Random random(9);
    std::vector<Index> many(400);
    for (Index& length : many) length = 1 + random.below(120);
    for (const Index K : {2, 3, 4}) {
        check_paths(random_model<Symbols>(naive::random_chain(K, random), random), many);
        check_paths(tied(K), many);
    }
}

TEST_CASE("a state that never differs from another loses to it where it comes behind", "[chain]") {
    for (const Index K : {2, 3, 4}) {
        const double k = static_cast<double>(K);
        const HiddenMarkovModel<Symbols> alike(
            MarkovChain(Eigen::VectorXd::Constant(K, 1 / k), Eigen::MatrixXd::Constant(K, K, 1 / k)),
            Symbols(Eigen::MatrixXd::Constant(2, K, 0.5)));
        const Eigen::MatrixXd x = Eigen::MatrixXd::Ones(1, 300);
        CHECK(alike.predict(x) == std::vector<Index>(300, 0));
    }
}
