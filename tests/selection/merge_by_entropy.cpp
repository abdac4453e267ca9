// Merging components, against the formula by hand.
#include "latent/selection/merge_by_entropy.hpp"

#include "catch.hpp"
#include "latent/core/random.hpp"
#include "latent/data/known.hpp"

using namespace latent;

TEST_CASE("three components are merged by hand") {
    // Observations 1 and 2 lie between components 0 and 2, observation 3 a little between 1 and 2.
    const Eigen::MatrixXd r{{1, 0.5, 0.4, 0, 0}, {0, 0, 0, 0.1, 1}, {0, 0.5, 0.6, 0.9, 0}};
    const Eigen::VectorXd w = Eigen::VectorXd::Ones(5);
    const MergedClusters merged(r, w);
    const auto e = [](double t) { return -t * std::log(t) - (1 - t) * std::log(1 - t); };
    CHECK(merged.components() == 3);
    CHECK_THAT(merged.entropy(3), WithinRel(e(0.5) + e(0.4) + e(0.1), 1e-14));
    CHECK_THAT(merged.entropy(2), WithinRel(e(0.1), 1e-14));  // 0 with 2
    CHECK_THAT(merged.entropy(1), WithinAbs(0, 1e-15));
    CHECK(merged.cluster_of(3) == std::vector<Index>{0, 1, 2});
    CHECK(merged.cluster_of(2) == std::vector<Index>{0, 1, 0});
    CHECK(merged.cluster_of(1) == std::vector<Index>{0, 0, 0});
    CHECK(merged.memberships(2).isApprox(Eigen::MatrixXd{{1, 1, 1, 0.9, 0}, {0, 0, 0, 0.1, 1}}));
    CHECK(merged.labels(3) == std::vector<Index>{0, 0, 2, 2, 1});
    CHECK(merged.labels(2) == std::vector<Index>{0, 0, 0, 0, 1});

    const Eigen::VectorXd heavy = Eigen::Vector<double, 5>(1, 1, 1, 100, 1);  // now 1 and 2 are the pair
    CHECK_THAT(MergedClusters(r, heavy).entropy(2), WithinRel(e(0.5) + e(0.4), 1e-14));
    CHECK(MergedClusters(r, heavy).cluster_of(2) == std::vector<Index>{0, 1, 1});
}

TEST_CASE("a mixture's components are merged by its responsibilities and the weights") {
    Random random(3);
    const Eigen::MatrixXd means{{0, 1, 20, 40}};
    const GaussianMixture<Tied> model(Gaussian<Tied>(means, {Eigen::MatrixXd::Identity(1, 1)}));
    const Eigen::MatrixXd x = model.sample(200, random);
    const auto merged = merge_by_entropy(model, x);
    CHECK(merged.cluster_of(3) == std::vector<Index>{0, 0, 1, 2});
    CHECK(merged.entropy(3) < 1e-3);
    CHECK(merged.entropy(4) > 10);
    const Eigen::VectorXd w = Eigen::VectorXd::Constant(200, 2.0);
    const auto twice = merge_by_entropy(model, weighted(x, w));
    CHECK_THAT(twice.entropy(4), WithinRel(2 * merged.entropy(4), 1e-12));
    CHECK_THROWS_WITH(merged.entropy(5), "latent::MergedClusters: clusters is 5, expected 1 … 4");
}
