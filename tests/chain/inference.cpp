// The schemes behind ChainInference: each answers what it can carry and no more, and where several do, they agree.
#include "latent/chain/inference.hpp"

#include "catch.hpp"
#include "naive_hidden_markov.hpp"

using namespace latent;
using Catch::Matchers::WithinAbs, Catch::Matchers::WithinRel;

namespace {

using namespace latent::detail;
using naive::cyclic_chain, naive::flat, naive::Normal, naive::random_chain, naive::random_model;

/// A scheme's answer about sequences that a model draws, and what came with it.
struct Answer {
    std::optional<double> log_p;
    MarkovChainStatistics counts;
    Eigen::MatrixXd posterior;  // by the steps' order, of schemes that go over them in order
    Eigen::VectorXd total;      // Σ of the posteriors, K
};

struct Drawn {
    HiddenMarkovModel<Normal> model;
    Eigen::MatrixXd x;
    std::vector<Index> ends;
    std::vector<double> weights;

    Drawn(const MarkovChain& chain, const std::vector<Index>& lengths) : model(with(chain)), ends{0} {
        Random random(2);
        x = naive::draw(model, lengths, random);
        for (const Index length : lengths) ends.push_back(ends.back() + length);
    }
    static HiddenMarkovModel<Normal> with(const MarkovChain& chain) {
        Random random(1);
        return random_model<Normal>(chain, random);
    }
    SequenceBounds bounds() const { return {ends, weights.empty() ? nullptr : weights.data()}; }

    /// ask(block) with an emission that notes what it collects.
    template <class Ask>
    Answer ask(const Ask& question) const {
        const Index K = model.size();
        Answer answer{{}, model.chain().zero_statistics(), {}, {}};
        std::vector<EmissionWorker<Gaussian<Diagonal>>> workers;
        const auto prepare = [&](Index) {
            answer.posterior.setZero(K, x.cols());
            answer.total.setZero(K);
        };
        const auto collect = [&](Index, Index first, const Panel<double>&, const Panel<double>& r, auto&) {
            for (Index t = 0; t < r.size(); ++t)
                for (Index k = 0; k < K; ++k) {
                    if (first + t < x.cols()) answer.posterior(k, first + t) = r(t, k);
                    answer.total(k) += r(t, k);
                }
        };
        const Observations<double> view(x);
        BlockEmissionOf emission(model.emission(), view, workers, prepare, collect);
        const SequenceBounds bounds = this->bounds();
        answer.log_p = question(ChainBlock{emission, bounds}, answer.counts);
        return answer;
    }
};

template <class Scheme>
Answer expectation(const Drawn& s, double beta = 1, bool in_order = false) {
    Scheme scheme;
    scheme.prepare(s.model.chain(), beta);
    return s.ask([&](ChainBlock block, MarkovChainStatistics& counts) {
        block.in_order = in_order;
        const bool likely = scheme.log_likelihood(block).has_value();
        const std::optional<double> log_p = scheme.expectation(block, counts);
        CHECK(log_p.has_value() == likely);
        return log_p;
    });
}

void check_close(const Answer& a, const Answer& b) {
    REQUIRE((a.log_p && b.log_p));
    CHECK_THAT(*a.log_p, WithinRel(*b.log_p, 1e-12));
    const auto x = flat(a.counts), y = flat(b.counts);
    for (std::size_t i = 0; i < x.size(); ++i) CHECK_THAT(x[i], WithinAbs(y[i], 1e-8));
    CHECK((a.total - b.total).cwiseAbs().maxCoeff() < 1e-8);
}

using Scans = Scan<MarkovChain>;
using Sweeps = TwoSweeps<MarkovChain>;
using Logs = Logarithms<MarkovChain>;

}  // namespace

TEST_CASE("schemes that carry a block agree", "[chain]") {
    for (const Index K : {2, 3, 4, 5}) {
        Random random(3);
        const Drawn s(random_chain(K, random, 1), {400, 1, 37, 512, 300});
        for (const double beta : {1.0, 0.5}) {
            CAPTURE(K, beta);
            const Answer swept = expectation<Sweeps>(s, beta), exact = expectation<Logs>(s, beta);
            check_close(swept, exact);
            CHECK((swept.posterior - exact.posterior).cwiseAbs().maxCoeff() < 1e-9);
            if (K <= 4) check_close(expectation<Scans>(s, beta), exact);
        }
    }
}

TEST_CASE("a scan declines what is not its kind", "[chain]") {
    Random random(4);
    const auto answers = [](const Drawn& s) { return expectation<Scans>(s).log_p.has_value(); };
    CHECK(answers(Drawn(random_chain(4, random), {200, 56})));
    CHECK_FALSE(answers(Drawn(random_chain(4, random), {200, 55})));
    CHECK_FALSE(answers(Drawn(random_chain(5, random), {300})));
    CHECK_FALSE(answers(Drawn(random_chain(1, random), {300})));
    CHECK_FALSE(answers(Drawn(cyclic_chain(3, random), {300})));
    Drawn weighted(random_chain(4, random), {300});
    CHECK_FALSE(expectation<Scans>(weighted, 1, true).log_p.has_value());
    weighted.weights.assign(300, 1.0);
    CHECK_FALSE(answers(weighted));
}

TEST_CASE("scaled schemes decline what is impossible, and logarithms answer", "[chain]") {
    for (const Index K : {3, 6}) {
        CAPTURE(K);
        Random random(5);
        Drawn s(random_chain(K, random), {300});
        s.x.col(150).setConstant(1e200);  // of density 0 in every state
        CHECK_FALSE(expectation<Scans>(s).log_p.has_value());
        CHECK_FALSE(expectation<Sweeps>(s).log_p.has_value());
        CHECK(expectation<Logs>(s).log_p.has_value());
        ChainInference all;
        all.prepare(s.model.chain());
        const Answer any = s.ask([&](const ChainBlock& block, MarkovChainStatistics& counts) {
            const double log_p = all.log_likelihood(block);
            CHECK(all.expectation(block, counts) == log_p);
            return std::optional<double>(log_p);
        });
        const Answer exact = expectation<Logs>(s);
        CHECK(any.log_p == -std::numeric_limits<double>::infinity());
        CHECK(any.log_p == exact.log_p);
        CHECK(flat(any.counts) == flat(exact.counts));
        CHECK(any.posterior == exact.posterior);
    }
}

TEST_CASE("the first scheme that carries a block answers, with its bits", "[chain]") {
    Random random(6);
    for (const Index K : {4, 5}) {
        CAPTURE(K);
        const Drawn s(random_chain(K, random), {300, 200});
        for (const bool in_order : {false, true}) {
            ChainInference all;
            all.prepare(s.model.chain());
            std::vector<Index> path;
            const Answer any = s.ask([&](ChainBlock block, MarkovChainStatistics& counts) {
                block.in_order = in_order;
                Random own(1);
                const double log_p = all.sample_paths(block, own, path);
                CHECK(all.expectation(block, counts) == log_p);
                return std::optional<double>(log_p);
            });
            const Answer first =
                K == 4 && !in_order ? expectation<Scans>(s) : expectation<Sweeps>(s, 1, in_order);
            CHECK(any.log_p == first.log_p);
            CHECK(flat(any.counts) == flat(first.counts));
        }
    }
}

TEST_CASE("steps are the same by scaled numbers and by logarithms, and the textbook's", "[chain]") {
    for (const Index K : {1, 3, 7}) {
        CAPTURE(K);
        Random random(7);
        const std::vector<Index> lengths{300, 1, 20};
        const Drawn s(random_chain(K, random), lengths);
        const auto steps_of = [&](auto scheme, bool in_order = true) {
            scheme.prepare(s.model.chain(), 1);
            Eigen::MatrixXd steps = Eigen::MatrixXd::Constant(K + 1, s.x.cols(), -1);
            Index next = 0;
            const Answer answer = s.ask([&](const ChainBlock& block, MarkovChainStatistics&) {
                return scheme.for_each_step(block, [&](Index t, const auto& step) {
                    if (in_order) CHECK(t == next++);
                    CHECK_FALSE(step.impossible());
                    step.probabilities(steps.col(t).head(K));
                    steps(K, t) = std::log(step.relative()) + step.shift();
                });
            });
            REQUIRE(answer.log_p);
            CHECK_THAT(steps.row(K).sum(), WithinRel(*answer.log_p, 1e-12));
            return steps;
        };
        const Eigen::MatrixXd scaled = steps_of(Sweeps()), exact = steps_of(Logs());
        CHECK((scaled - exact).cwiseAbs().maxCoeff() < 1e-10);
        if (K == 3) CHECK((steps_of(Scans(), false) - exact).cwiseAbs().maxCoeff() < 1e-10);
        for (std::size_t i = 0; i < lengths.size(); ++i) {
            const auto x = s.x.middleCols(s.ends[i], lengths[i]);
            const auto naive = naive::infer(s.model.chain(), naive::log_densities(s.model.emission(), x));
            const auto own = scaled.middleCols(s.ends[i], lengths[i]);
            CHECK((own.topRows(K) - naive.filtered).cwiseAbs().maxCoeff() < 1e-10);
            CHECK((own.row(K).transpose() - naive.log_predictive).cwiseAbs().maxCoeff() < 1e-10);
        }
    }
}
