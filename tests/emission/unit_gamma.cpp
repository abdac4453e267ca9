// The gamma density of mean one; shapes against values computed with 60 digits (mpmath 1.3).
#include "latent/emission/unit_gamma.hpp"

#include "catch.hpp"

using namespace latent::detail;

TEST_CASE("gamma shapes from the mean of y − 1 − log y") {
    const std::pair<double, double> excess_and_shape[] = {{0.0001220703125, 4096.166659884541229},
                                                          {0.125, 4.159378015168949472},
                                                          {1, 0.615556766479594379},
                                                          {8, 0.1013437530376327293},
                                                          {64, 0.01477948601218379802}};
    for (const auto& [excess, shape] : excess_and_shape)
        CHECK_THAT(unit_gamma_shape(excess, 1e-4, 1e8), WithinRel(shape, 1e-12));
    for (const double a : {1e-3, 1e6, 9e7})
        CHECK_THAT(unit_gamma_shape(log_minus_digamma(a), 1e-4, 1e8), WithinRel(a, 1e-12));
    for (const double none : {0.0, -1e-17, 1e-30, std::nan("")})
        CHECK(unit_gamma_shape(none, 1e-4, 1e8) == 1e8);
    CHECK(unit_gamma_shape(1e9, 1e-4, 1e8) == 1e-4);
    CHECK_THAT(unit_gamma_constant(3), WithinAbs(3 * std::log(3) - 3 - std::log(2), 1e-14));
}

TEST_CASE("gamma draws of mean one") {
    latent::Random random(3);
    for (const double a : {0.05, 0.7, 1.0, 6.0, 1e6}) {
        constexpr int n = 20'000;
        double sum = 0, squares = 0;
        for (int i = 0; i < n; ++i) {
            const double y = draw_unit_gamma(a, random) - 1;
            sum += y, squares += y * y;
        }
        const double variance_error = std::sqrt((2 + 6 / a) / n);  // relative; 6 / a is the excess kurtosis
        CHECK_THAT(sum / n, WithinAbs(0, 5 / std::sqrt(a * n)));
        CHECK_THAT(squares / n, WithinRel(1 / a, 5 * variance_error));
    }
}
