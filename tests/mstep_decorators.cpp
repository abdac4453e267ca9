// M-steps around M-steps: parameters that stay fixed, and a disturbance that leaves saddles.
#include "catch.hpp"
#include "kit/coins.hpp"
#include "kit/numerics.hpp"
#include "latent/estep/annealed.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture.hpp"
#include "latent/mstep/frozen.hpp"
#include "latent/mstep/jittered.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

using namespace latent;
using kit::Coins, kit::published_rounds, kit::published_start;

namespace {

/// Both coins alike: every step of EM keeps them so.
const Coins saddle{{0.5, 0.5}, {0.66, 0.66}};
double saddle_objective() { return kit::expect(Soft{}, saddle, published_rounds).objective; }

}  // namespace

TEST_CASE("Frozen keeps what restore puts back, and the rest still climbs") {
    int calls = 0;
    auto keep_weights = [&calls](auto& next, const auto& current) {
        next.weight = current.weight;
        ++calls;
    };
    const ExpectationMaximization<Batch<>, Frozen<decltype(keep_weights)>> em{.mstep = {keep_weights},
                                                                              .convergence = {1e-15}};
    STATIC_REQUIRE(decltype(em)::monotone);
    const auto fit = em.fit(published_start, published_rounds);
    CHECK(fit.converged());
    CHECK(calls == fit.iterations);
    CHECK(fit.model.weight == published_start.weight);
    CHECK_THAT(fit.model.bias[0], WithinAbs(0.7967891, 1e-6));  // Do & Batzoglou (2008) keep them so
    CHECK_THAT(fit.model.bias[1], WithinAbs(0.5195831, 1e-6));
}

TEST_CASE("Frozen means: a mixture whose weights alone are fitted") {
    const Eigen::RowVectorXd x = Eigen::RowVectorXd::LinSpaced(50, -3, 6).array().cube() / 30;
    const Eigen::MatrixXd means = Eigen::RowVector2d(0, 4), one = Eigen::MatrixXd::Identity(1, 1);
    const GaussianMixture<> start(Eigen::Vector2d(0.5, 0.5), Gaussian<>(means, {one, one}));
    const Frozen keep{[](auto& next, const auto& current) { next.emission() = current.emission(); }};
    const ExpectationMaximization<Batch<>, std::remove_const_t<decltype(keep)>> em{.mstep = keep};
    const auto fit = em.fit(start, x);
    CHECK(fit.converged());
    CHECK(fit.model.means() == means);
    CHECK(fit.model.covariance(1) == one);
    const double share = fit.model.predict_proba(x).row(0).mean();  // at the optimum, the weight itself
    CHECK_THAT(fit.model.weights()(0), WithinAbs(share, 1e-4));
    CHECK(fit.objective > fit.trace.front());
}

TEST_CASE("the remedy of the M-step inside has the floor of the data, and tells what is wrong") {
    Eigen::MatrixXd x(1, 40);  // ten are the same
    for (Index i = 0; i < 40; ++i) x(0, i) = i < 10 ? 9 : std::sin(static_cast<double>(i));
    const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(1, 1);
    const GaussianMixture<> start(Gaussian<>(Eigen::RowVector2d(0, 9), {one, one}));
    const auto plain = latent::fit(start, x);
    REQUIRE(plain.flaws.size() == 1);
    const Frozen nothing{[](auto&, const auto&) {}, MaximumLikelihood<>{}};
    const ExpectationMaximization<Batch<>, std::remove_const_t<decltype(nothing)>> frozen{.mstep = nothing};
    const auto fit = frozen.fit(start, x);
    CHECK(fit.status == plain.status);
    CHECK(fit.trace == plain.trace);
    CHECK(fit.model.covariance(1) == plain.model.covariance(1));
    REQUIRE(fit.flaws.size() == 1);
    CHECK(fit.flaws[0].component == 1);
    const ExpectationMaximization<Batch<>, Jittered<>> jittered{.mstep = {.iterations = 0}};
    CHECK(jittered.fit(start, x).trace == plain.trace);
    CHECK(!jittered.fit(start, x).sound());
}

TEST_CASE("Frozen passes on the penalty of the M-step inside") {
    const MaximumAPosteriori<kit::CoinsPrior> map{{.rounds = 1, .heads = 2, .tails = 3}};
    const Frozen frozen{[](Coins&, const Coins&) {}, map};
    const Jittered<MaximumAPosteriori<kit::CoinsPrior>> jittered{.inner = map};
    CHECK(frozen.penalty(published_start) == map.penalty(published_start));
    CHECK(jittered.penalty(published_start) == map.penalty(published_start));
}

TEST_CASE("EM stays on a saddle, and annealing alone does too") {
    CHECK_THAT(latent::fit(saddle, published_rounds).objective, WithinRel(saddle_objective(), 1e-12));
    const auto annealed = ExpectationMaximization<Batch<Annealed>>{}.fit(saddle, published_rounds);
    CHECK_THAT(annealed.objective, WithinRel(saddle_objective(), 1e-12));
}

TEST_CASE("Jittered leaves a saddle, with annealing and without") {
    const double best = latent::fit(published_start, published_rounds).objective;
    REQUIRE(best > saddle_objective() + 0.4);
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
        const ExpectationMaximization<Batch<>, Jittered<>> plain{.mstep = {.seed = seed}};
        const ExpectationMaximization<Batch<Annealed>, Jittered<>> annealed{
            .estep = {{.beta = 0.2}}, .mstep = {.iterations = 40, .seed = seed}};
        STATIC_REQUIRE_FALSE(decltype(plain)::monotone);
        CHECK_THAT(plain.fit(saddle, published_rounds).objective, WithinRel(best, 1e-8));
        CHECK_THAT(annealed.fit(saddle, published_rounds).objective, WithinRel(best, 1e-8));
    }
}

TEST_CASE("Jittered is over after its iterations, and the same seed disturbs alike") {
    const auto fit = [&](std::uint64_t seed, int iterations) {
        const ExpectationMaximization<Batch<>, Jittered<>> em{
            .mstep = {.iterations = iterations, .seed = seed}};
        return em.fit(published_start, published_rounds);
    };
    CHECK(fit(1, 5).trace == fit(1, 5).trace);
    CHECK(fit(1, 5).trace != fit(2, 5).trace);
    CHECK(fit(1, 0).trace == latent::fit(published_start, published_rounds).trace);
}
