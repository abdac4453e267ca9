// How many observations the data count for.
#include "latent/core/sum_of_weights.hpp"

#include <vector>

#include "catch.hpp"
#include "latent/core/sequential.hpp"
#include "latent/data/known.hpp"
#include "latent/data/sequences.hpp"

using namespace latent;

TEST_CASE("observations count by their weights, and once where they have none") {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Zero(2, 5);
    const double weights[] = {1, 0.5, 0, 2, 4};
    const std::vector<Index> lengths{2, 3};
    const Sequences<double> plain(Observations<double>(x), lengths);
    const Sequences<double> weighted(Observations<double>(x.data(), 2, 5, 1, 2, weights), lengths);
    CHECK(detail::sum_of_weights(plain, Sequential{}) == 5);
    CHECK(detail::sum_of_weights(weighted, Sequential{}) == 7.5);
    CHECK(detail::number_of_observations(weighted, Sequential{}) == 5);
}

TEST_CASE("of units that are not made of observations each one counts") {
    CHECK(detail::sum_of_weights(std::vector<int>{5, 9, 8}, Sequential{}) == 3);
    CHECK(detail::number_of_observations(std::vector<int>{}, Sequential{}) == 0);
}
