// Labellings compared: against counts by hand, and published figures of the adjusted Rand index.
#include "latent/model/agreement.hpp"

#include "catch.hpp"

using namespace latent;

TEST_CASE("confusion counts how often labels meet, but for unknown ones") {
    const Eigen::MatrixXd counts = confusion({0, 0, 1, 2, -1, 1}, {1, 1, 0, 0, 1, -1});
    CHECK(counts == Eigen::MatrixXd{{0, 2}, {1, 0}, {1, 0}});
    CHECK(confusion({}, {}).size() == 0);
    CHECK_THROWS_WITH(confusion({0}, {0, 1}), "latent::confusion: a has 1 labels, b has 2");
    CHECK_THROWS_WITH(confusion({0, -2}, {0, 1}), ContainsSubstring("label 1 is -2"));
}
TEST_CASE("the adjusted Rand index is one of the same parts, and nothing of chance") {
    CHECK(adjusted_rand_index({0, 0, 1, 1, 2}, {4, 4, 0, 0, 1}) == 1);
    CHECK(adjusted_rand_index({0, 0, 0}, {2, 2, 2}) == 1);
    CHECK(adjusted_rand_index({0, 1, 2}, {2, 1, 0}) == 1);
    CHECK_THAT(adjusted_rand_index({0, 0, 1, 1}, {0, 1, 0, 1}), WithinRel(-0.5, 1e-14));
    // The index over all pairs: 2 of 15 together in both, 4 and 4 in each.
    CHECK_THAT(adjusted_rand_index({0, 0, 0, 1, 1, 2}, {0, 0, 1, 1, 2, 2}),
               WithinRel((1 - 12. / 15) / (3.5 - 12. / 15), 1e-14));
}
