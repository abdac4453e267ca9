// The best of short fits as a start.
#include "latent/start/short_runs.hpp"

#include "catch.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

/// Eight clusters that touch: one start rarely finds them all.
Eigen::MatrixXd eight_clusters() {
    Random random(21);
    Eigen::MatrixXd x(2, 320);
    for (Index i = 0; i < x.cols(); ++i) {
        const Index k = i % 8;
        const double wide = k % 2 == 0 ? 0.3 : 1.0;
        x(0, i) = 3.0 * static_cast<double>(k % 4) + wide * random.normal();
        x(1, i) = 2.5 * static_cast<double>(k / 4) + (1.3 - wide) * random.normal();
    }
    return x;
}

}  // namespace

TEST_CASE("the best of short fits leads to a better optimum than most starts do") {
    const Eigen::MatrixXd x = eight_clusters();
    const GaussianMixture<> shape(8, 2);
    const auto plain = restarts(12, shape, x);
    std::vector<double> of_starts;
    for (const auto& one : plain.all) of_starts.push_back(one.objective);
    std::sort(of_starts.begin(), of_starts.end());
    for (std::uint64_t seed = 0; seed < 3; ++seed)
        CHECK(fit(shape, x, ShortRuns{.seed = seed}).objective >= of_starts[6]);
}

TEST_CASE("short runs are the first iterations of fits from starts of several kinds") {
    const Eigen::MatrixXd x = eight_clusters();
    const GaussianMixture<> shape(8, 2);
    const auto begun = ShortRuns{.seed = 3, .number = 1, .iterations = 0}(shape, x);
    // Seed 3 is of the fourth kind.
    CHECK(naive::same_bits(begun, RandomObservations{.seed = 0}(shape, x)));
    const auto best = ShortRuns{.seed = 0, .number = 4, .iterations = 5}(shape, x);
    double largest = -std::numeric_limits<double>::infinity();
    const auto consider = [&](const GaussianMixture<>& start) {
        const auto run = fit(start, x, Limits{.iterations = 5});
        if (run.sound()) largest = std::max(largest, run.objective);
    };
    consider(KMeans{}(shape, x));
    consider(KMeans{.scaled = false}(shape, x));
    consider(KMeansPlusPlus{}(shape, x));
    consider(RandomObservations{}(shape, x));
    CHECK_THAT(best.score(x), WithinRel(largest, 1e-12));
}

TEST_CASE("short runs do not depend on threads, and start hidden Markov models") {
    const Eigen::MatrixXd x = eight_clusters();
    const GaussianMixture<> shape(3, 2);
    const ShortRuns runs{.seed = 1, .number = 4, .iterations = 3};
    CHECK(naive::same_bits(runs(shape, x, Threads{3}), runs(shape, x)));
    const Eigen::MatrixXd counts = x.cwiseAbs().array().floor();
    const auto chain = runs(HMM<Poisson<>>(2, 2), counts);
    CHECK(std::isfinite(chain.score(counts)));
}

TEST_CASE("short runs refuse numbers that make no sense") {
    const Eigen::MatrixXd x = eight_clusters();
    const GaussianMixture<> shape(3, 2);
    CHECK_THROWS_WITH((ShortRuns{.number = 0}(shape, x)),
                      ContainsSubstring("latent::ShortRuns: number is 0"));
    CHECK_THROWS_WITH((ShortRuns{.iterations = -1}(shape, x)), ContainsSubstring("iterations is -1"));
}
