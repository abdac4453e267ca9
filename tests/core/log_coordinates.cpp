// Tables of numbers by their logarithms, without the zeros.
#include "latent/core/log_coordinates.hpp"

#include <vector>

#include "catch.hpp"

using namespace latent;

TEST_CASE("the coordinates are the logarithms of what is not zero, column by column, and lead back") {
    const Eigen::MatrixXd table{{1, 0, 4}, {0, 3, 5}};
    REQUIRE(detail::positive(table) == 4);
    std::vector<double> v(4);
    detail::logs_of_positive(table, v);
    CHECK(v == std::vector<double>{0, std::log(3), std::log(4), std::log(5)});
    Eigen::MatrixXd back = (table.array() > 0).select(Eigen::MatrixXd::Ones(2, 3), table);
    detail::positive_from_logs(v, back);
    CHECK(back.isApprox(table, 1e-15));
    CHECK((back.array() == 0).count() == 2);
}

TEST_CASE("any coordinates give numbers that are neither zero nor infinite") {
    Eigen::MatrixXd table = Eigen::MatrixXd::Ones(1, 2);
    detail::positive_from_logs(std::vector{-1e6, 1e6}, table);
    CHECK(table(0, 0) == std::numeric_limits<double>::min());
    CHECK(table(0, 1) == std::numeric_limits<double>::max());
}
