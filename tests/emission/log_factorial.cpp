// log x! for counts, against sums of logarithms in long double.
#include "latent/emission/log_factorial.hpp"

#include <vector>

#include "catch.hpp"

using namespace latent::detail;

TEST_CASE("log-factorials below and above where the series begins") {
    long double expected = 0;
    double worst = 0;
    for (int x = 1; x <= 20'000; ++x) {
        expected += std::log(static_cast<long double>(x));
        const double found = log_factorial(x);
        worst = std::max(worst, std::abs(found - double(expected)) / std::max(1.0, double(expected)));
    }
    CHECK(worst < 2e-15);
    CHECK(log_factorial(0) == 0);
    CHECK(log_factorial(1) == 0);
    for (const double x : {1e6, 1e12}) CHECK_THAT(log_factorial(x), WithinRel(std::lgamma(x + 1), 1e-14));
    for (const double none : {-1.0, std::nan("")})
        CHECK(log_factorial(none) == std::numeric_limits<double>::infinity());
}

TEMPLATE_TEST_CASE("log-factorials are subtracted, where all are small and where some are not", "", double,
                   float) {
    for (const TestType last : {TestType(3), TestType(1000), TestType(-1)}) {
        const std::vector<TestType> x{0, 5, 255, last};
        std::vector<double> from{1, 2, 3, 4};
        subtract_log_factorials(x.data(), 4, from.data());
        for (std::size_t i = 0; i < 4; ++i)
            CHECK(from[i] == static_cast<double>(i + 1) - log_factorial(static_cast<double>(x[i])));
    }
}
