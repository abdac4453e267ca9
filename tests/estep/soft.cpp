// The posterior as it is.
#include "latent/estep/soft.hpp"

#include "catch.hpp"
#include "kit/coins.hpp"

using namespace latent;

TEST_CASE("a soft E-step is the model's own inference, whatever the iteration and the unit") {
    kit::Coins::Posterior q, expected;
    const double log_p = kit::published_start.infer(8, expected);
    CHECK(Soft{}(kit::published_start, 8, q, Key{}) == log_p);
    CHECK(Soft{}(kit::published_start, 8, q, Key{3, 14}) == log_p);
    CHECK(q == expected);
    STATIC_REQUIRE(Soft::monotone);
    STATIC_REQUIRE(Soft::exact);
    STATIC_REQUIRE(Soft::settled(0));
}
