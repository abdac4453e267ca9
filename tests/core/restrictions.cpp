// What constraints say of parameters.
#include "latent/core/restrictions.hpp"

#include "catch.hpp"

using namespace latent;

TEST_CASE("intervals of numbers: anywhere until one is said, and said once") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    Intervals table("means", 2, 3);
    CHECK(!table.any());
    CHECK(table.lower(1, 2) == -infinity);
    table.confine(0, 1, -infinity, infinity);
    CHECK(!table.any());
    table.confine(0, 1, 2, 2);
    table.confine(1, 1, 2, infinity);
    CHECK(table.any());
    CHECK(table.any(1));
    CHECK(!table.any(0));
    CHECK(table.fixed(0, 1));
    CHECK(!table.fixed(1, 1));
    CHECK(table.restricted(1, 1));
    CHECK(!table.restricted(0, 0));
    CHECK(table.fixed() == 1);
    CHECK_THROWS_WITH(table.confine(0, 1, 0, 1),
                      "latent::Constrained: two constraints are about means(0, 1)");
    CHECK_THROWS_WITH(table.confine(2, 1, 0, 1),
                      "latent::Constrained: a constraint is about means(2, 1), but there are 2 × 3");
    CHECK_THROWS_WITH(table.confine(0, 0, 1, 0),
                      "latent::Constrained: means(0, 0) is to lie between 1 and 0");
    CHECK_THROWS_AS(table.confine(0, 0, std::nan(""), 0), std::invalid_argument);
}

TEST_CASE("ties of components: groups that have none in common") {
    Ties ties("weights", 5);
    ties.tie({3, 1});
    CHECK(ties.has(1));
    CHECK(!ties.has(0));
    ties.tie({0, 2, 4});
    CHECK(ties.followers() == 3);
    CHECK_THROWS_WITH(ties.tie({}), "latent::Constrained: weights of component 0 are tied twice");
    Ties other("weights", 5);
    CHECK_THROWS_WITH(other.tie({2, 2}), "latent::Constrained: weights of component 2 are tied twice");
    CHECK_THROWS_WITH(other.tie({2}),
                      "latent::Constrained: weights of 1 components are to be equal, expected at least 2");
    CHECK_THROWS_WITH(other.tie({2, 5}),
                      "latent::Constrained: a constraint is about weights of component 5, expected 0 … 4");
    other.tie({});
    CHECK(other.followers() == 4);
}

TEST_CASE("what is tied is not restricted by itself as well, whichever was said first") {
    const auto refused = [](const auto& say, const char* what) {
        Restrictions r(3, 2);
        say(r);
        CHECK_THROWS_WITH(r.require_consistent(), what);
    };
    refused(
        [](Restrictions& r) {
            r.tied_means.tie({0, 1}), r.means.confine(1, 1, 0, 0);
        },
        "latent::Constrained: the mean of component 1 is tied to others, and another constraint is about it");
    refused([](Restrictions& r) { r.weights.confine(2, 0, 0, 0.5), r.tied_weights.tie({}); },
            "latent::Constrained: the weight of component 2 is tied to others, and another constraint is "
            "about it");
    refused(
        [](Restrictions& r) {
            r.fix_covariance(0, Eigen::Matrix2d::Identity());
            r.tied_covariances.tie({0, 2});
        },
        "latent::Constrained: the covariance of component 0 is tied to others, and another constraint is "
        "about it");
    Restrictions r(3, 2);
    r.fix_covariance(0, Eigen::Matrix2d::Identity());
    CHECK(r.any_of_emission());
    CHECK(!r.any_mean());
    CHECK_THROWS_WITH(r.fix_covariance(0, Eigen::Matrix2d::Identity()),
                      "latent::Constrained: two constraints fix the covariance of component 0");
    CHECK_THROWS_AS(r.fix_covariance(3, Eigen::Matrix2d::Identity()), std::invalid_argument);
    CHECK_THROWS_WITH(r.require_dimension("FixedMean", "mean", Eigen::Vector3d::Zero()),
                      "latent::FixedMean: mean has 3 coordinates, expected d = 2");
    r.require_consistent();
}
