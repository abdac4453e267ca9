// Convergence by the length of the last step.
#include "latent/convergence/relative_change.hpp"

#include "catch.hpp"
#include "traces.hpp"

using latent::RelativeChange;
using namespace traces;

TEST_CASE("RelativeChange looks at the last step alone") {
    CHECK_FALSE(converged(RelativeChange{1}, {-100}));
    CHECK(converged(RelativeChange{1e-3}, {-200, -100.05, -100}));
    CHECK_FALSE(converged(RelativeChange{1e-3}, {-100.2, -100}));
    CHECK(converged(RelativeChange{1e-3}, {-100, -100.05}));  // down as well as up
}

TEST_CASE("RelativeChange: the length of a step says nothing about the distance") {
    CHECK(missed(RelativeChange{1e-6}, 0.999) > 1e-4);
}

TEST_CASE("RelativeChange: a constant added to the objective does not matter") {
    for (const double limit : {-1e5, -100.0, 0.0, 1e-9, 100.0, 1e5}) {
        CAPTURE(limit);
        CHECK(length_at_convergence(RelativeChange{1e-6}, 0.9, limit) ==
              length_at_convergence(RelativeChange{1e-6}, 0.9));
    }
}

TEST_CASE("RelativeChange: what a model cannot resolve is not waited for") {
    const Trace trace{-100.0, -99.999999, -99.999998};
    CHECK(converged_in_float(RelativeChange{}, trace));
    CHECK_FALSE(converged(RelativeChange{}, trace));
}

TEST_CASE("RelativeChange: a tolerance of zero never converges") {
    CHECK_FALSE(converged(RelativeChange{0}, Trace(10, -3.0)));
}
