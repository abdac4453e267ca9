// Random explanations, alone and averaged.
#include "latent/estep/stochastic.hpp"

#include "catch.hpp"
#include "kit/coins.hpp"
#include "kit/numerics.hpp"
#include "latent/estep/stepwise.hpp"
#include "normal_units.hpp"

using namespace latent;
using namespace normal_units;

TEST_CASE("a stochastic chain stays near the maximum, its stepwise average is nearer") {
    const auto chain = after(Batch<Stochastic>{{.seed = 3}}, 60);
    const auto average = after(Stepwise<Stochastic>{.rule = {3}, .batch = 0, .burn_in = 20}, 60);  // SAEM
    CHECK(chain.status == Status::iteration_limit);
    CHECK(chain.objective > maximum() - 50);
    CHECK(average.objective > maximum() - 2);
    CHECK(average.objective > chain.objective);
    CHECK(average.objective <= maximum() + 1e-4);
}

TEST_CASE("draws are keyed by the seed, the iteration and the unit") {
    // a hundred rounds alike: of draws that did not depend on the unit, all or none would be the first coin's
    const std::vector<int> alike(100, 5);
    const auto first_coins = [&](std::uint64_t seed, int iteration) {
        return kit::expect(Stochastic{seed}, kit::published_start, alike, iteration).statistics.rounds[0];
    };
    const double share = [] {
        kit::Coins::Posterior q;
        kit::published_start.infer(5, q);
        return q[0];
    }();
    const double deviation = std::sqrt(100 * share * (1 - share));
    CHECK(std::abs(first_coins(1, 0) - 100 * share) < 4 * deviation);
    CHECK(first_coins(1, 0) == first_coins(1, 0));
    std::vector<double> seeds, iterations;
    for (int i = 0; i < 10; ++i) {
        seeds.push_back(first_coins(static_cast<std::uint64_t>(i), 0));
        iterations.push_back(first_coins(1, i));
    }
    for (auto* some : {&seeds, &iterations})
        CHECK_FALSE(std::all_of(some->begin(), some->end(), [&](double n) { return n == some->front(); }));
}

TEST_CASE("the objective of a random explanation is the exact log-likelihood") {
    CHECK(kit::expect(Stochastic{3}, kit::published_start, kit::published_rounds).objective ==
          kit::expect(Soft{}, kit::published_start, kit::published_rounds).objective);
}
