// Densities of large counts, in long double where they do not cancel.
#include "latent/emission/count_deviance.hpp"

#include "catch.hpp"
#include "latent/emission/log_factorial.hpp"

using namespace latent::detail;
using latent::Index, latent::Panel;

TEST_CASE("the deviance of a count from its mean keeps its digits where both are large and close") {
    for (const double x : {1.0, 7.0, 1e4, 1e12})
        for (const double ratio : {1e-6, 0.3, 0.999999, 1.0, 1.0001, 1.7, 1e3}) {
            CAPTURE(x, ratio);
            const double m = x * ratio;
            const long double relative = (static_cast<long double>(m) - x) / x;
            const long double expected = x * (relative - std::log1p(relative));
            CHECK_THAT(count_deviance(x, m), WithinRel(double(expected), 1e-9) || WithinAbs(0, 1e-18 * x));
        }
    CHECK(count_deviance(0, 3.5) == 3.5);
    CHECK(count_deviance(5, 5) == 0);
}

TEST_CASE("what Stirling's leading terms leave of a factorial") {
    CHECK(factorial_remainder(0) == 0);
    for (const double x : {1.0, 2.0, 30.0, 200.0})
        CHECK_THAT(factorial_remainder(x), WithinRel(log_factorial(x) - (x * std::log(x) - x), 1e-12));
    for (const double none : {-1.0, std::nan("")})
        CHECK(factorial_remainder(none) == std::numeric_limits<double>::infinity());
}

TEST_CASE("only observations with a large count are computed anew, and to the Poisson density") {
    Panel<double> x, out;
    x.resize(3, 2);
    out.resize(3, 1);
    const double counts[3][2] = {{5, 7}, {1e6, 3}, {8191, 8191}};
    for (Index i = 0; i < x.padded(); ++i) {
        for (Index j = 0; j < 2; ++j) x(i, j) = counts[std::min<Index>(i, 2)][j];
        out(i, 0) = -77;
    }
    const Eigen::MatrixXd means{{1e6 + 500}, {2.5}};
    large_count_densities(
        x, means, [](Index) { return std::pair(0.0, 1.0); }, out);
    CHECK(out(0, 0) == -77);
    CHECK(out(2, 0) == -77);
    const auto poisson = [](long double n, long double m) {
        return n * std::log(m) - m - std::lgamma(n + 1);
    };
    CHECK_THAT(out(1, 0), WithinRel(double(poisson(1e6, means(0, 0)) + poisson(3, 2.5)), 1e-10));
}
