// Scaling by powers of two.
#include "latent/kernel/power_of_two.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"

using namespace latent::detail;

TEST_CASE("a unit scale brings numbers between 1 and 2 and rounds nothing", "[kernel]") {
    for (const double x : {1.0, 1.999, 0.3, 1e-150, 0x1p-1022, 1e200, 0x1.fffffffffffffp1000}) {
        CAPTURE(x);
        const double scaled = x * unit_scale(x);
        CHECK(scaled >= 1);
        CHECK(scaled < 2);
        CHECK(std::ldexp(scaled, exponent_of(x)) == x);
        auto lane = broadcast(x);
        unit_scale(broadcast(x), lane);
        CHECK(lane[0] == unit_scale(x));
    }
}

TEST_CASE("what is too small to multiply becomes zero, but NaN and infinity are noticed", "[kernel]") {
    const auto value = [](double x) {
        auto lane = broadcast(x);
        flush(lane);
        return lane[latent::detail::lanes<double> - 1];
    };
    CHECK(value(0.25) == 0.25);
    CHECK(value(least_number) == least_number);
    CHECK(value(least_number / 2) == 0);
    CHECK(value(std::numeric_limits<double>::denorm_min()) == 0);
    CHECK(value(0) == 0);
    CHECK(std::isinf(value(std::numeric_limits<double>::infinity())));
    CHECK(std::isnan(value(std::numeric_limits<double>::quiet_NaN())));
}
