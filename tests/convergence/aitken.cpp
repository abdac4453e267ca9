// Convergence by the estimated distance to the limit.
#include "latent/convergence/aitken.hpp"

#include "catch.hpp"
#include "traces.hpp"

using latent::Aitken;
using namespace traces;

TEST_CASE("Aitken stops where the limit is near, however slow the way") {
    for (const double rate : {0.1, 0.5, 0.9, 0.99, 0.999}) {
        CAPTURE(rate);
        CHECK(missed(Aitken{1e-6}, rate) < 1.001e-6);
        CHECK(missed(Aitken{1e-6}, rate) > 0.999e-6 * rate);  // and no iteration later
    }
}

TEST_CASE("Aitken waits while steps grow, and stops where they are rounding") {
    CHECK_FALSE(converged(Aitken{}, {-100}));
    CHECK_FALSE(converged(Aitken{}, {-100, -100}));
    CHECK(converged(Aitken{}, {-100, -100, -100}));
    CHECK_FALSE(converged(Aitken{1}, {-100, -99, -97}));  // rate 2: gathering speed
    CHECK(converged(Aitken{1e-3}, {-100, -99, -99}));
    CHECK(converged(Aitken{1e-15}, {-100, -100 + 2e-14, -100 + 1e-14}));
}

TEST_CASE("an estimate that comes with the progress is taken instead") {
    CHECK(converged(Aitken{1e-6}, {-100, -90, -80}, 0.7e-4));
    CHECK_FALSE(converged(Aitken{1e-6}, {-100, -99.9999, -99.99989999}, 1.1e-4));
}

TEST_CASE("Aitken: a constant added to the objective, as by other units of the data, does not matter") {
    for (const double limit : {-1e5, -100.0, 0.0, 1e-9, 100.0, 1e5}) {
        CAPTURE(limit);
        CHECK(length_at_convergence(Aitken{1e-6}, 0.9, limit) == length_at_convergence(Aitken{1e-6}, 0.9));
    }
}

TEST_CASE("Aitken: what a model cannot resolve is not waited for") {
    const Trace trace{-100.0, -99.999999, -99.999998};
    CHECK(converged_in_float(Aitken{}, trace));
    CHECK_FALSE(converged(Aitken{}, trace));
}

TEST_CASE("Aitken: a tolerance of zero never converges") {
    const Trace still(10, -3.0);
    CHECK_FALSE(converged(Aitken{0}, still));
    CHECK_FALSE(converged(Aitken{0}, still, 0.0));
}

TEST_CASE("the first step, from wherever the start was, tells Aitken no rate") {
    CHECK_FALSE(converged(Aitken{}, {-9000, -2216.37, -2216.3687}));  // a saddle, from which steps grow
    CHECK(converged(Aitken{}, {-9000, -2216.37, -2216.37}));
}
