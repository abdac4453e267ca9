// Bad observations are refused by name.
#include "latent/emission/observation_checks.hpp"

#include "catch.hpp"

using namespace latent;

TEST_CASE("the first observation that is not valid is named by its place in the whole") {
    const Eigen::MatrixXd x{{1, 2, 3, 4}, {5, 6, -7, 8}};
    const auto positive = [](double value) { return value > 0; };
    const auto check = [&](const Observations<double>& some, Index d) {
        detail::require_observations("Owner", some, d, positive, "a number > ", 0);
    };
    CHECK_NOTHROW(check(x.leftCols(2), 2));
    CHECK_THROWS_WITH(check(x, 2), "latent::Owner: observation 2, dimension 1 is -7, expected a number > 0");
    CHECK_THROWS_WITH(check(Observations<double>(x).middle(1, 2), 2), ContainsSubstring("observation 2,"));
    CHECK_THROWS_WITH(check(x, 3),
                      "latent::Owner: observations have 2 rows, expected d = 3: one observation a column");
}

TEST_CASE("counts are 0, 1, 2, …") {
    for (const double count : {0.0, 1.0, 1e15}) CHECK(detail::is_count(count));
    for (const double none : {-1.0, 0.5, std::nan(""), std::numeric_limits<double>::infinity()})
        CHECK_FALSE(detail::is_count(none));
}
