// Topics on sparse counts are the mixture of multinomials on dense ones, step by step; and what every model promises.
#include "latent/model/mixture_of_unigrams.hpp"

#include "catch.hpp"
#include "latent/check/check_model.hpp"
#include "latent/emission/multinomial.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"
#include "latent/model/mixture_prior.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

using namespace latent;

namespace {

constexpr Index vocabulary = 40, topics = 3;

/// Probabilities in which topic k has the words k, k + 3, … ten times as often.
Eigen::MatrixXd topic_words() {
    Eigen::MatrixXd p(vocabulary, topics);
    for (Index k = 0; k < topics; ++k)
        for (Index j = 0; j < vocabulary; ++j) p(j, k) = j % topics == k ? 10 : 1;
    return p * p.colwise().sum().cwiseInverse().asDiagonal();
}
/// n documents of so many words, document i of topic i % 3.
Eigen::MatrixXd drawn_counts(Index n, Index words = 15) {
    Random random(9);
    Eigen::MatrixXd x(vocabulary, n);
    const Multinomial<> truth(topic_words(), words);
    for (Index i = 0; i < n; ++i) truth.sample(i % topics, random, x.col(i).data());
    return x;
}
Documents sparse(const Eigen::MatrixXd& counts) {
    return Documents(Eigen::SparseMatrix<double>(counts.sparseView()));
}
MixtureOfUnigrams near_topics() {
    const Eigen::MatrixXd p = 0.5 * topic_words().array() + 0.5 / vocabulary;
    return {Eigen::Vector3d(0.5, 0.2, 0.3), p};
}
/// That a fit on sparse counts and one on dense ones have the same trace and end alike.
template <class Sparse, class Dense>
void check_same(const Sparse& a, const Dense& b) {
    REQUIRE(a.trace.size() == b.trace.size());
    for (std::size_t t = 0; t < a.trace.size(); ++t) CHECK_THAT(a.trace[t], WithinRel(b.trace[t], 1e-12));
    CHECK(a.model.probabilities().isApprox(b.model.emission().probabilities(), 1e-10));
    CHECK(a.model.weights().isApprox(b.model.weights(), 1e-10));
}

}  // namespace

TEST_CASE("topics on sparse counts are a mixture of multinomials on dense ones, with a prior and without") {
    const Eigen::MatrixXd x = drawn_counts(300);
    const Mixture dense(near_topics().weights(), Multinomial<>(near_topics().probabilities()));
    const Limits limits{.iterations = 25};
    check_same(fit(near_topics(), sparse(x), limits), fit(dense, x, limits));
    check_same(fit(near_topics(), sparse(x), limits, MaximumAPosteriori{UnigramPrior{1.5, 1.1}}),
               fit(dense, x, limits, MaximumAPosteriori{MixturePrior{1.5, DirichletPrior{1.1}}}));
    CHECK(near_topics().predict_proba(sparse(x)).isApprox(dense.predict_proba(x), 1e-10));
    CHECK_THAT(near_topics().score(sparse(x)), WithinRel(dense.score(x), 1e-12));
    CHECK(near_topics().parameters() == dense.parameters());
}

TEST_CASE("a mixture of unigrams keeps all that a model promises") {
    const CheckReport report = check_model(near_topics(), sparse(drawn_counts(120, 2)));
    INFO(report);
    CHECK(report.ok());
}

TEST_CASE("topics are found, with the same bits by any number of workers") {
    const Documents x = sparse(drawn_counts(900));
    const auto one = fit(near_topics(), x);
    CHECK(one.converged());
    const auto found = one.model.predict(x);
    Index right = 0;
    for (Index i = 0; i < 900; ++i) right += found[static_cast<std::size_t>(i)] == i % topics;
    CHECK(right > 850);
    for (const Index top : one.model.top_words(1, 13)) CHECK(top % topics == 1);
    for (const Index workers : {2, 3}) {
        const auto other = fit(near_topics(), x, Threads{workers});
        CHECK(other.trace == one.trace);
        CHECK(other.model.to_vector() == one.model.to_vector());
    }
}

TEST_CASE("a word that no topic has makes a document impossible, and smoothing makes it possible") {
    const Documents seen({"a b", "a a b"}), unseen({"c a"});
    const Documents all({"a b", "a a b", "c c"});
    const auto unsmoothed = fit(MixtureOfUnigrams(1, all), Documents({"a b", "a a b"}, all)).model;
    Eigen::VectorXd q;
    CHECK(unsmoothed.infer(all[2], q) == -std::numeric_limits<double>::infinity());
    CHECK(q == Eigen::VectorXd::Zero(1));
    const auto smoothed =
        fit(MixtureOfUnigrams(1, all), Documents({"a b", "a a b"}, all), MaximumAPosteriori{UnigramPrior{}})
            .model;
    CHECK_THAT(smoothed.probabilities()(2, 0), WithinRel(1.0 / 8, 1e-12));
    CHECK(smoothed.words() == all.words());
    CHECK_THROWS_WITH(smoothed.score(seen),
                      "latent::MixtureOfUnigrams: the documents are of 2 words, expected "
                      "the V = 3 words of the model");
    CHECK_THROWS_WITH(MixtureOfUnigrams(Eigen::Vector2d(0.5, 0.5), Eigen::MatrixXd::Ones(1, 1)),
                      ContainsSubstring("probabilities is 1 × 1, expected V × K, K = 2"));
    CHECK_THROWS_WITH(UnigramPrior({0.5, 1})(smoothed),
                      "latent::UnigramPrior: a concentration is 0.5, expected at least 1, and finite");
}
