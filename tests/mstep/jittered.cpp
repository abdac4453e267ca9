// A disturbance that leaves saddles.
#include "latent/mstep/jittered.hpp"

#include "catch.hpp"
#include "kit/coins.hpp"
#include "kit/numerics.hpp"
#include "latent/estep/annealed.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

using namespace latent;
using kit::Coins, kit::published_rounds, kit::published_start;

namespace {

/// Both coins alike: every step of EM keeps them so.
const Coins saddle{{0.5, 0.5}, {0.66, 0.66}};
double saddle_objective() { return kit::expect(Soft{}, saddle, published_rounds).objective; }

}  // namespace

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

TEST_CASE("Jittered disturbs so many M-steps, each in another way, and no more") {
    const auto s = kit::expect(Soft{}, published_start, published_rounds).statistics;
    const auto after = [&](const auto& mstep, int iteration) {
        Coins coins = published_start;
        Journal journal;
        journal.iteration = iteration;  // the first M-step's is 1
        mstep(coins, s, journal);
        return coins.to_vector();
    };
    const Jittered<> jittered{.scale = 0.01, .iterations = 3};
    const auto plain = after(MaximumLikelihood<>{}, 1);
    for (const int iteration : {1, 2, 3}) {
        const double moved = kit::distance(after(jittered, iteration), plain);
        CHECK(moved > 0);
        CHECK(moved < 0.05);
        CHECK(after(jittered, iteration) == after(jittered, iteration));
        CHECK((iteration == 1 || after(jittered, iteration) != after(jittered, 1)));
    }
    CHECK(after(jittered, 4) == plain);
}

TEST_CASE("Jittered passes on the penalty of the M-step inside") {
    const MaximumAPosteriori<kit::CoinsPrior> map{{.rounds = 1, .heads = 2, .tails = 3}};
    const Jittered<MaximumAPosteriori<kit::CoinsPrior>> jittered{.inner = map};
    CHECK(jittered.penalty(published_start) == map.penalty(published_start));
}
