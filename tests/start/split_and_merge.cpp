// Moves that lead out of a poor optimum.
#include "latent/start/split_and_merge.hpp"

#include "catch.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/with_noise.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

/// Three groups of three clusters each: from most starts EM ends with one cluster shared and two others in one.
Eigen::MatrixXd nine_clusters(Index n, double far = 60) {
    Random random(4);
    Eigen::MatrixXd x(2, n);
    for (Index i = 0; i < n; ++i) {
        const double group = 2.1 * static_cast<double>(i % 3),
                     member = 2.1 * static_cast<double>(i / 3 % 3) + 0.3;
        x.col(i) << far * std::cos(group) + 6 * std::cos(member) + random.normal(),
            far * std::sin(group) + 6 * std::sin(member) + random.normal();
    }
    return x;
}

template <class M>
void check_moves(const SplitAndMergeResult<M>& result, double before) {
    for (const SplitMergeMove& move : result.moves) {
        CHECK(move.first < move.second);
        CHECK((move.split != move.first && move.split != move.second));
        if (!move.accepted) continue;
        CHECK(move.objective > before);
        before = move.objective;
    }
    CHECK(result.fit.objective == before);
}

}  // namespace

TEST_CASE("moves lead from poor optima to the best one") {
    const Eigen::MatrixXd x = nine_clusters(450);
    const GaussianMixture<> shape(9, 2);
    double best = -std::numeric_limits<double>::infinity();
    for (const auto& one : restarts(10, shape, x).all) best = std::max(best, one.objective);
    int poor = 0;
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        const auto first = fit(shape, x, RandomObservations{.seed = seed});
        const auto moved = SplitAndMerge<>{}.improve(first, x);
        poor += first.objective < best - 1 ? 1 : 0;
        CHECK(moved.fit.objective >= best - 1e-4);
        check_moves(moved, first.objective);
    }
    CHECK(poor >= 6);
}

TEST_CASE("the most promising moves come first") {
    // Components 1 and 2 share observations, as 0 and 3 do a little; 3 has the least probable observations, then 0.
    Eigen::MatrixXd r(4, 6);
    r << 1, 0, 0, 0, 0.9, 0, 0, 0.5, 0.4, 0, 0, 0, 0, 0.5, 0.6, 0, 0, 0, 0, 0, 0, 1, 0.1, 1;
    Eigen::VectorXd log_density(6);
    log_density << -3, -1, -1, -9, -4, -9;
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(6);
    const auto moves = detail::promising_moves(r, log_density, ones, 4, 100);
    REQUIRE(moves.size() == 12);  // six pairs, and two others to part
    const auto is = [&](std::size_t i, Index a, Index b, Index c) {
        CHECK((moves[i].first == a && moves[i].second == b && moves[i].split == c));
    };
    is(0, 1, 2, 3);
    is(1, 1, 2, 0);
    CHECK(detail::promising_moves(r, log_density, ones, 4, 2).size() == 2);
    CHECK(detail::promising_moves(r.topRows(2), log_density, ones, 2, 5).empty());
    Eigen::VectorXd light = ones;
    light << 1, 1e-3, 1e-3, 1, 1, 1;  // what 1 and 2 share hardly counts
    log_density << -3, -9, -9, -1, -4, -1;
    const auto weighed = detail::promising_moves(r, log_density, light, 4, 1);
    CHECK((weighed[0].first == 0 && weighed[0].second == 3 && weighed[0].split == 1));
    r.row(1).setZero();  // nothing of it could be parted
    log_density.setConstant(5);
    CHECK(detail::promising_moves(r, log_density, ones, 4, 1)[0].split == 2);
}

TEST_CASE("how badly a component fits is its divergence from the data that belong to it") {
    const Eigen::MatrixXd x = nine_clusters(180, 9);
    const auto at = fit(GaussianMixture<>(4, 2), x, KMeans{}).model;
    const Eigen::MatrixXd r = at.predict_proba(x);
    const Eigen::VectorXd log_density = at.score_samples(x);
    const Eigen::VectorXd count = r.rowwise().sum();
    double constant = 0;
    for (Index k = 0; k < 4; ++k) {
        double divergence = 0, simple = 0;
        for (Index i = 0; i < 180; ++i) {
            const double share = r(k, i) / count(k);
            if (share < 1e-30) continue;
            const double of_component = std::log(r(k, i)) + log_density(i) - std::log(at.weights()(k));
            divergence += share * (std::log(share) - of_component);
            simple -= share * log_density(i);
        }
        if (k == 0) constant = divergence - simple;
        CHECK_THAT(divergence - simple, WithinAbs(constant, 1e-4));
    }
}

TEST_CASE("moves have the same bits on any number of threads") {
    const Eigen::MatrixXd x = nine_clusters(5000, 12);
    using EM = ExpectationMaximization<Batch<>, MaximumLikelihood<>, Threads>;
    const auto start = RandomObservations{.seed = 1}(GaussianMixture<Diagonal>(5, 2), x);
    const auto on = [&](Index workers) {
        const EM em{{}, {}, {workers}, {}, {}, {.iterations = 20}, {}};
        return SplitAndMerge<EM>{.candidates = 2, .rounds = 2, .em = em}.fit(start, x);
    };
    const auto one = on(1);
    CHECK(one.moves.size() >= 2);
    for (const Index workers : {2, 3}) CHECK(naive::same_bits(on(workers).fit.model, one.fit.model));
}

TEST_CASE("moves of chains, counts, weights, missing cells, noise and few components") {
    Eigen::MatrixXd x = nine_clusters(180);
    const auto improve = [](const auto& shape, const auto& data) {
        const auto first = fit(shape, data, RandomObservations{.seed = 3}, Limits{.iterations = 100});
        const ExpectationMaximization<> em{.limits = {.iterations = 100}};
        const auto moved = SplitAndMerge<>{.candidates = 2, .rounds = 3, .em = em}.improve(first, data);
        check_moves(moved, first.objective);
        return moved.moves.size();
    };
    const Eigen::MatrixXd counts = x.cwiseAbs().array().floor();
    CHECK(improve(HMM<Poisson<>>(3, 2), counts) > 0);
    CHECK(improve(Mixture<Poisson<>>(4, 2), counts) > 0);
    Eigen::VectorXd w = Eigen::VectorXd::LinSpaced(180, 0, 2);
    CHECK(improve(GaussianMixture<Tied>(5, 2), weighted(x, w)) > 0);
    CHECK(improve(Mixture(WithNoise(Gaussian<>(4, 2), x)), x) > 0);
    for (Index i = 0; i < 180; i += 4) x(i % 2, i) = std::numeric_limits<double>::quiet_NaN();
    CHECK(improve(GaussianMixture<Diagonal>(5, 2), with_missing(x)) > 0);
    const std::vector<double> numbers(counts.row(0).begin(), counts.row(0).end());
    CHECK(improve(GaussianMixture<>(2, 1), numbers) == 0);  // no third component
}

TEST_CASE("no candidates, no move") {
    const Eigen::MatrixXd x = nine_clusters(90);
    const auto first = fit(GaussianMixture<>(4, 2), x, KMeans{});
    CHECK(SplitAndMerge<>{.candidates = 0}.improve(first, x).moves.empty());
    CHECK(SplitAndMerge<>{.rounds = 0}.improve(first, x).moves.empty());
    CHECK_THROWS_WITH(SplitAndMerge<>{.candidates = -1}.improve(first, x),
                      ContainsSubstring("candidates is -1"));
    CHECK_THROWS_WITH(SplitAndMerge<>{.rounds = -1}.improve(first, x), ContainsSubstring("rounds is -1"));
}
