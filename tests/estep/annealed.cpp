// From a flattened posterior to the exact one.
#include "latent/estep/annealed.hpp"

#include "catch.hpp"
#include "kit/coins.hpp"
#include "kit/numerics.hpp"
#include "latent/expectation_maximization.hpp"

using namespace latent;

TEST_CASE("annealing rises to the exact posterior and is judged only there") {
    const Annealed rule{.beta = 0.5, .rate = 1.2};
    CHECK(rule.inverse_temperature(0) == 0.5);
    CHECK_THAT(rule.inverse_temperature(2), WithinRel(0.72, 1e-15));
    CHECK(rule.inverse_temperature(4) == 1);
    CHECK_FALSE(rule.settled(0));
    CHECK_FALSE(rule.settled(5));
    CHECK(rule.settled(6));
    const ExpectationMaximization<Batch<Annealed>> em{.estep = {rule}};
    const auto fit = em.fit(kit::published_start, kit::published_rounds);
    const auto plain = latent::fit(kit::published_start, kit::published_rounds);
    CHECK(fit.converged());
    CHECK(fit.iterations >= 6);
    CHECK_THAT(fit.objective, WithinRel(plain.objective, 1e-9));
}

TEST_CASE("an annealed E-step is the model's at the iteration's temperature") {
    const Annealed rule{.beta = 0.5, .rate = 1.2};
    kit::Coins::Posterior q, expected;
    for (const int iteration : {0, 1, 3, 9}) {
        const double objective =
            rule(kit::published_start, 7, q, Key{static_cast<std::uint64_t>(iteration), 0});
        CHECK(objective ==
              kit::published_start.infer(7, expected, std::min(1.0, 0.5 * std::pow(1.2, iteration))));
        CHECK(q == expected);
    }
}
