// One step late: its fixed point is the mode.
#include "latent/mstep/one_step_late.hpp"

#include "catch.hpp"
#include "kit/coins.hpp"
#include "latent/fit.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

using namespace latent;

namespace {

/// CoinsPrior, which is linear in the statistics: its slope is the same everywhere.
struct LinearPrior : kit::CoinsPrior {
    double log_prior(const kit::Coins& coins) const { return coins.expected_log_joint((*this)(coins)); }
};
struct Strict {
    static void check() { throw std::invalid_argument("strict"); }
    kit::Coins::Statistics operator()(const kit::Coins&) const { return {}; }
    double log_prior(const kit::Coins&) const { return 0; }
};

}  // namespace

TEST_CASE("of a conjugate prior it is maximum a posteriori, step by step") {
    const kit::CoinsPrior prior{.rounds = 2, .heads = 3, .tails = 1};
    const auto expected = fit(kit::published_start, kit::published_rounds, MaximumAPosteriori{prior});
    const auto late = fit(kit::published_start, kit::published_rounds, OneStepLate{LinearPrior{prior}});
    CHECK(late.trace == expected.trace);
    CHECK(late.model.bias == expected.model.bias);
}

TEST_CASE("nothing is promised, and the prior is asked whether its numbers make sense") {
    static_assert(!OneStepLate<LinearPrior>::monotone);
    CHECK_THROWS_WITH(fit(kit::published_start, kit::published_rounds, OneStepLate{Strict{}}), "strict");
}
