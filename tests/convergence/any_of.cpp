// Criteria of which one is enough.
#include "latent/convergence/any_of.hpp"

#include "catch.hpp"
#include "latent/convergence/aitken.hpp"
#include "latent/convergence/relative_change.hpp"
#include "traces.hpp"

using latent::Aitken, latent::AnyOf, latent::Progress, latent::RelativeChange;
using namespace traces;

TEST_CASE("AnyOf is met as soon as one criterion is") {
    const auto always = [](const Progress&) { return true; };
    const auto never = [](const Progress&) { return false; };
    CHECK(converged(AnyOf(never, always), {0}));
    CHECK_FALSE(converged(AnyOf(never, never), {0}));
    const AnyOf both(Aitken{1e-6}, RelativeChange{1e-6});
    CHECK(length_at_convergence(both, 0.999) == length_at_convergence(RelativeChange{1e-6}, 0.999));
    CHECK(length_at_convergence(both, 0.1) == length_at_convergence(Aitken{1e-6}, 0.1));
}
