// EM as it is.
#include "latent/acceleration/plain.hpp"

#include "catch.hpp"
#include "kit/coins.hpp"
#include "latent/expectation_maximization.hpp"

using namespace latent;

TEST_CASE("a plain iteration is one M-step and one E-step, and tells nothing of the way left") {
    const ExpectationMaximization<> em{.limits = {.iterations = 1}};
    kit::Coins expected = kit::published_start;
    kit::Coins::Statistics s;
    kit::Coins::Posterior q;
    for (const int heads : kit::published_rounds) {
        expected.infer(heads, q);
        expected.accumulate(heads, q, s);
    }
    expected.maximize(s);
    const auto fit = em.fit(kit::published_start, kit::published_rounds);
    CHECK(fit.evaluations == 2);
    CHECK(fit.model.bias == expected.bias);
    CHECK(fit.model.weight == expected.weight);
    State<kit::Coins> state{kit::published_start, {}, 0}, next = state;
    const auto nothing = [](auto&&...) { return true; };
    CHECK(std::isnan(Plain{}(state, next, nothing, nothing, 0)));
}
