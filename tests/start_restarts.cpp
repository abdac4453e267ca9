// Many starts, the best kept.
#include "catch.hpp"
#include "latent/execution/threads.hpp"
#include "latent/start/restarts.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

Eigen::MatrixXd clusters(Index n) {
    Random random(3);
    return naive::random_mixture<Gaussian<Full>>(4, 2, 10).sample(n, random);
}

}  // namespace

TEST_CASE("restarts report every fit, in the order of the seeds, and the best") {
    const Eigen::MatrixXd x = clusters(200);
    const GaussianMixture<> shape(4, 2);
    const auto result = Restarts<KMeansPlusPlus>{.number = 6, .start = {.seed = 3}}.fit(shape, x);
    REQUIRE(result.all.size() == 6);
    double best = -std::numeric_limits<double>::infinity();
    int agreeing = 0;
    for (std::size_t i = 0; i < 6; ++i) {
        const auto alone = fit(shape, x, KMeansPlusPlus{.seed = 3 + i});
        CHECK(naive::same_bits(result.all[i].model, alone.model));
        CHECK(result.all[i].trace == alone.trace);
        best = std::max(best, alone.objective);
    }
    for (const auto& one : result.all)
        if (std::abs(one.objective - best) <= 1e-6 * std::abs(best)) ++agreeing;
    CHECK(result.best().objective == best);
    CHECK(result.agreeing() == agreeing);
    CHECK(result.agreeing(0) >= 1);
    CHECK(result.agreeing(1e9) == 6);
}

TEST_CASE("the short form begins with k-means") {
    const Eigen::MatrixXd x = clusters(200);
    const auto result = restarts(3, GaussianMixture<>(4, 2), x, 5);
    REQUIRE(result.all.size() == 3);
    const auto second = fit(GaussianMixture<>(4, 2), x, KMeans{.seed = 6});
    CHECK(naive::same_bits(result.all[1].model, second.model));
}

TEST_CASE("restarts have the same bits on any number of threads") {
    const Eigen::MatrixXd x = clusters(6000);
    using EM = ExpectationMaximization<Batch<>, MaximumLikelihood<>, Threads>;
    const GaussianMixture<Diagonal> shape(4, 2);
    const auto on = [&](Index workers) {
        const EM em{{}, {}, {workers}, {}, {}, {.iterations = 5}, {}};
        return Restarts<KMeans, EM>{2, {.seed = 0}, em}.fit(shape, x);
    };
    const auto one = on(1);
    for (const Index workers : {2, 3}) {
        const auto many = on(workers);
        CHECK(many.best_index == one.best_index);
        for (std::size_t i = 0; i < 2; ++i) {
            CHECK(naive::same_bits(many.all[i].model, one.all[i].model));
            CHECK(many.all[i].trace == one.all[i].trace);
        }
    }
}

TEST_CASE("whole fits are shared out among threads, and the result is the same bits") {
    const Eigen::MatrixXd x = clusters(300);
    const GaussianMixture<> shape(4, 2);
    const auto alone = Restarts<KMeansPlusPlus>{.number = 9, .start = {.seed = 2}}.fit(shape, x);
    for (const Index workers : {1, 2, 3}) {
        const auto together =
            Restarts<KMeansPlusPlus, ExpectationMaximization<>, Threads>{9, {.seed = 2}, {}, {workers}}.fit(
                shape, x);
        REQUIRE(together.all.size() == 9);
        CHECK(together.best_index == alone.best_index);
        for (std::size_t i = 0; i < 9; ++i)
            CHECK(naive::same_bits(together.all[i].model, alone.all[i].model));
    }
    CHECK_THROWS_WITH((Restarts<KMeans, ExpectationMaximization<>, Threads>{3, {}, {}, {2}}.fit(
                          GaussianMixture<>(400, 2), x)),
                      EndsWith("K = 400 components, but only 300 observations"));
}

TEST_CASE("a degenerate fit is the best only where all are") {
    const Eigen::MatrixXd x = clusters(12);
    using EM = ExpectationMaximization<Batch<>, MaximumLikelihood<NoRemedy>>;
    const auto result = Restarts<KMeansPlusPlus, EM>{.number = 10}.fit(GaussianMixture<>(4, 2), x);
    bool any_sound = false;
    for (const auto& one : result.all) any_sound |= one.status != Status::degenerate;
    CHECK((result.best().status == Status::degenerate) == !any_sound);
    for (const auto& one : result.all)
        if (one.status != Status::degenerate) CHECK(one.objective <= result.best().objective);
}

TEST_CASE("no restart at all is refused") {
    const Eigen::MatrixXd x = clusters(20);
    CHECK_THROWS_WITH(restarts(0, GaussianMixture<>(2, 2), x),
                      "latent::Restarts: number is 0, expected at least 1");
}
