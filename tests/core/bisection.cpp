// Where a condition on a number begins to hold.
#include "latent/core/bisection.hpp"

#include <cmath>

#include "catch.hpp"

using latent::detail::least_double;

TEST_CASE("the least double is found exactly, on any scale") {
    for (const double value : {-1e300, -3.5, -1e-310, 0.0, 5e-324, 1e-12, 0.1, 1.0, 1e9, 1.7e308}) {
        CAPTURE(value);
        int calls = 0;
        const double found = least_double([&](double x) {
            ++calls;
            return x >= value;
        });
        CHECK(found == value);
        CHECK(calls <= 65);
        const double above = least_double([&](double x) { return x > value; });
        CHECK(above == std::nextafter(value, std::numeric_limits<double>::infinity()));
    }
}

TEST_CASE("what holds everywhere or nowhere ends at the ends") {
    CHECK(least_double([](double) { return true; }, -2, 3) == -2);
    CHECK(least_double([](double) { return false; }, -2, 3) == 3);
    CHECK(least_double([](double) { return true; }) == -std::numeric_limits<double>::infinity());
    CHECK(least_double([](double) { return false; }) == std::numeric_limits<double>::infinity());
    CHECK(least_double([](double x) { return x >= 1; }, 1, 1) == 1);
}
