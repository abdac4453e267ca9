// Bounds of variances: the best of a fine grid is no better.
#include "latent/emission/covariance/variance_bounds.hpp"

#include "catch.hpp"
#include "latent/core/random.hpp"

using latent::Index;
using namespace latent::detail;

TEST_CASE("bounds of variances are the best of all") {
    latent::Random random(3);
    for (int trial = 0; trial < 30; ++trial) {
        const double ratio = trial % 3 == 0 ? 1 : trial % 3 == 1 ? 4 : 20;
        std::vector<Eigen::VectorXd> variances;
        Eigen::VectorXd counts(4);
        for (Index k = 0; k < 4; ++k) {
            Eigen::VectorXd own(3);
            for (double& value : own) value = std::exp(3 * random.normal());
            if (trial % 5 == 0 && k == 0) own(1) = 0;  // it lies in a plane
            variances.push_back(own);
            counts(k) = 1 + 30 * random.uniform();
        }
        const auto bounds = variance_bounds(variances, counts, ratio);
        REQUIRE(bounds);
        CHECK_THAT(bounds->largest, WithinRel(ratio * bounds->least, 1e-14));
        const double least = bounded_deviance(variances, counts, *bounds);
        for (double m = 1e-6; m < 1e6; m *= 1.1)
            CHECK(bounded_deviance(variances, counts, {m, ratio * m}) > least - 1e-9 * std::abs(least));
    }
}

TEST_CASE("variances within the ratio are left alone, and so are none") {
    const Eigen::VectorXd counts = Eigen::Vector2d(3, 5);
    CHECK_FALSE(variance_bounds({Eigen::Vector2d(1, 3.9), Eigen::Vector2d(2, 1)}, counts, 4));
    CHECK(variance_bounds({Eigen::Vector2d(1, 3.9), Eigen::Vector2d(2, 0.9)}, counts, 4));
    CHECK_FALSE(variance_bounds({Eigen::Vector2d(0, 0), Eigen::Vector2d(0, 0)}, counts, 4));
}
