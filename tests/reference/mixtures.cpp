// Fits that other software made, iteration by iteration.
#include "case.hpp"
#include "catch.hpp"
#include "latent/data/blocks.hpp"
#include "latent/execution/threads.hpp"
#include "naive_mixture.hpp"

using namespace latent;
using namespace reference;

namespace {

using Floor = MaximumLikelihood<VarianceFloor>;

template <class Covariance>
void reproduce(const char* name) {
    const Case c(name);
    const auto start = mixture<Gaussian<Covariance>>(c, "0");
    check_near(c.fit(start, c.x).model, c);
    check_near(c.fit<Floor>(start, c.x).model, c);

    // These data are one unit for a mixture; cut into short ones they are shared out among the threads.
    const Blocks<double> units(c.x, 7);
    const auto alone = c.fit<Floor>(start, units);
    check_near(alone.model, c);
    for (const Index workers : {1, 2, 3}) {
        CAPTURE(workers);
        const auto together = c.fit<Floor>(start, units, Threads{workers});
        CHECK(together.trace == alone.trace);
        CHECK(naive::same_bits(together.model, alone.model));
    }
}

}  // namespace

TEST_CASE("acidity of lakes, two components of one dimension") { reproduce<Full>("mixtures/acidity-full-2"); }
TEST_CASE("Old Faithful, two full components") { reproduce<Full>("mixtures/faithful-full-2"); }
TEST_CASE("iris, three full components") { reproduce<Full>("mixtures/iris-full-3"); }
TEST_CASE("iris, three components that share a covariance") { reproduce<Tied>("mixtures/iris-tied-3"); }
TEST_CASE("iris, three diagonal components") { reproduce<Diagonal>("mixtures/iris-diagonal-3"); }
TEST_CASE("iris, three spherical components") { reproduce<Spherical>("mixtures/iris-spherical-3"); }
