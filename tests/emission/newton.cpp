// Equations in one positive unknown.
#include "latent/emission/newton.hpp"

#include <cmath>

#include "catch.hpp"

using namespace latent::detail;

TEST_CASE("a root is found from any start, outside of the interval, its nearer end") {
    int calls = 0;
    const auto cube = [&](double x) { return ++calls, Slope{x * x * x - 8, 3 * x * x}; };
    for (const double start : {1e-9, 1.9, 2.0, 70.0, 1e9, std::nan("")}) {
        calls = 0;
        CHECK_THAT(positive_root(cube, 1e-6, 1e6, start), WithinRel(2, 1e-15));
        CHECK(calls < 30);
    }
    CHECK(positive_root(cube, 3, 1e6, 5) == 3);
    CHECK(positive_root(cube, 1e-6, 1, 0.5) == 1);
    const auto flat = [](double x) {
        return Slope{std::atan(1e3 * (x - 2)), 1e3 / (1 + 1e6 * (x - 2) * (x - 2))};
    };
    CHECK_THAT(positive_root(flat, 1e-3, 1e3, 900), WithinRel(2, 1e-12));  // where Newton alone diverges
}
