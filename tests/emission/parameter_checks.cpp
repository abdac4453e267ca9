// Tables of parameters: bad ones are refused by name.
#include "latent/emission/parameter_checks.hpp"

#include "catch.hpp"

using namespace latent;

TEST_CASE("a table of another shape, or with a value that is not valid, is refused") {
    const auto check = [](const Eigen::MatrixXd& table) {
        detail::require_parameters("Owner", "sizes", table, 2, 3, detail::finite_and_positive,
                                   "a number > 0");
    };
    Eigen::MatrixXd table = Eigen::MatrixXd::Ones(2, 3);
    CHECK_NOTHROW(check(table));
    CHECK_THROWS_WITH(check(table.transpose()),
                      "latent::Owner: sizes is 3 × 2, expected d × K = 2 × 3, not empty");
    CHECK_THROWS_WITH(check({}), StartsWith("latent::Owner: sizes is 0 × 0"));
    for (const double wrong : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
        table(1, 2) = wrong;
        CHECK_THROWS_WITH(check(table), StartsWith("latent::Owner: sizes(1, 2) is ") &&
                                            EndsWith(", expected a number > 0"));
    }
}

TEST_CASE("columns are the same where all their values are") {
    CHECK(detail::same_columns(Eigen::MatrixXd{{1, 1, 1}, {2, 2, 2}}));
    CHECK_FALSE(detail::same_columns(Eigen::MatrixXd{{1, 1, 1}, {2, 2, 3}}));
    CHECK(detail::same_columns(Eigen::MatrixXd{{1}, {2}}));
}
