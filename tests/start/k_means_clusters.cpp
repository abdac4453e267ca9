// k-means as a clusterer.
#include "latent/start/k_means_clusters.hpp"

#include "catch.hpp"
#include "latent/data/csv.hpp"
#include "latent/execution/threads.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

Eigen::MatrixXd groups_to_cluster(Index n, Index d = 2) {
    Random random(5);
    return naive::random_mixture<Gaussian<Full>>(4, d, 10).sample(n, random);
}

/// What the result says must follow from the data, the centres and the weights, and no centre can do better where it is.
void check_clusters(const KMeansResult& found, const Eigen::MatrixXd& x, const Eigen::VectorXd& w,
                    double precision = 1e-12) {
    const Eigen::MatrixXd z = found.scale.cwiseInverse().asDiagonal() * x,
                          c = found.scale.cwiseInverse().asDiagonal() * found.centres;
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(c.rows(), c.cols());
    Eigen::VectorXd count = Eigen::VectorXd::Zero(c.cols());
    double inertia = 0;
    REQUIRE(std::ssize(found.labels) == x.cols());
    for (Index i = 0; i < x.cols(); ++i) {
        Index nearest = 0;
        inertia += w(i) * (c.colwise() - z.col(i)).colwise().squaredNorm().minCoeff(&nearest);
        CHECK(found.labels[static_cast<std::size_t>(i)] == nearest);
        sum.col(nearest) += w(i) * z.col(i);
        count(nearest) += w(i);
    }
    CHECK_THAT(found.inertia, WithinRel(inertia, precision));
    CHECK(found.converged);
    CHECK((sum * count.cwiseInverse().asDiagonal()).isApprox(c, precision));
}

}  // namespace

TEST_CASE("labels are the nearest centres, centres the means, inertia the sum of squared distances") {
    Eigen::MatrixXd x = groups_to_cluster(500);
    x.row(1) *= 30;
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(500);
    const Eigen::VectorXd w = Eigen::VectorXd::LinSpaced(500, 0.5, 3);
    check_clusters(k_means(x, 4), x, ones);
    check_clusters(k_means(x, 4, {.seed = 2, .scaled = true}), x, ones);
    check_clusters(k_means(weighted(x, w), 4, {.seed = 1}), x, w);
    check_clusters(k_means(x, 1), x, ones);
    CHECK(k_means(x, 4).scale == Eigen::Vector2d::Ones());
}

TEMPLATE_TEST_CASE("labels are the nearest centres whatever the data's unit", "", float, double) {
    const Eigen::MatrixXd x = groups_to_cluster(200);
    for (const double unit : {1e-12, 1e-5, 1.0, 1e5}) {
        Eigen::MatrixX<TestType> in_unit(3, 200);
        in_unit.topRows(2) = (unit * x).cast<TestType>();
        in_unit.row(2).setConstant(1);  // constant: it has no part in what the unit is
        const auto found = k_means(in_unit, 4, {.number = 2});
        check_clusters(found, in_unit.template cast<double>(), Eigen::VectorXd::Ones(200),
                       sizeof(TestType) == 4 ? 1e-5 : 1e-10);
        CHECK(found.predict(in_unit) == found.labels);
    }
}

TEST_CASE("k-means of iris finds the known optima") {
    const Eigen::MatrixXd x = read_csv(std::string(LATENT_TEST_DATA) + "/mixtures/iris-full-3/X.csv").values;
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
        CHECK_THAT(k_means(x, 3, {.seed = seed}).inertia, WithinAbs(78.851441, 1e-6));
        CHECK_THAT(k_means(x, 2, {.seed = seed}).inertia, WithinAbs(152.347952, 1e-6));
    }
}

TEST_CASE("a cluster of weight w is one of w copies") {
    const Eigen::MatrixXd x = groups_to_cluster(60);
    Eigen::VectorXd w = Eigen::VectorXd::Constant(60, 2);
    w.head(20).setConstant(0);
    const auto whole = k_means(weighted(x, w), 3, {.number = 30});
    Eigen::MatrixXd copies(2, 80);
    copies << x.rightCols(40), x.rightCols(40);
    CHECK_THAT(whole.inertia, WithinRel(k_means(copies, 3, {.number = 30}).inertia, 1e-12));
}

TEST_CASE("new points go to the nearest centre, whatever is known of them") {
    const Eigen::MatrixXd x = groups_to_cluster(200);
    const auto clusters = k_means(x, 4);
    CHECK(clusters.predict(x) == clusters.labels);
    CHECK(clusters.predict(clusters.centres) == std::vector<Index>{0, 1, 2, 3});
    const std::vector<Index> labels(200, 1);
    CHECK(clusters.predict(labelled(x, labels)) == clusters.labels);
    CHECK(k_means(labelled(x, labels), 4).labels == clusters.labels);
    CHECK_THROWS_WITH(clusters.predict(Eigen::MatrixXd::Zero(3, 2).eval()),
                      ContainsSubstring("expected d = 2"));
    CHECK(KMeansResult(clusters).predict(Eigen::MatrixXd(2, 0).eval()).empty());
}

TEST_CASE("a missing cell adds nothing") {
    Eigen::MatrixXd x(2, 90);
    Random random(9);
    for (Index i = 0; i < 90; ++i) x.col(i).setConstant(20.0 * static_cast<double>(i % 3) + random.normal());
    for (Index i = 0; i < 90; i += 7) x(i % 2, i) = std::numeric_limits<double>::quiet_NaN();
    const auto clusters = k_means(with_missing(x), 3);
    double inertia = 0;
    for (Index i = 0; i < 90; ++i) {
        CHECK(clusters.labels[static_cast<std::size_t>(i)] ==
              clusters.labels[static_cast<std::size_t>(i % 3)]);
        for (Index j = 0; j < 2; ++j) {
            const double difference =
                x(j, i) - clusters.centres(j, clusters.labels[static_cast<std::size_t>(i)]);
            if (!std::isnan(difference)) inertia += difference * difference;
        }
    }
    CHECK_THAT(clusters.inertia, WithinRel(inertia, 1e-12));
}

TEST_CASE("k-means has the same bits on any number of threads, and takes float and numbers") {
    const Eigen::MatrixXd x = groups_to_cluster(20'000);
    const KMeansRuns runs{.seed = 3, .number = 2, .iterations = 10};
    const auto alone = k_means(x, 5, runs);
    for (const Index workers : {1, 2, 3}) {
        const auto together = k_means(x, 5, runs, Threads{workers});
        CHECK(together.centres == alone.centres);
        CHECK(together.labels == alone.labels);
        CHECK(together.inertia == alone.inertia);
    }
    const auto sampled = k_means(x, 5, {.seed = 3, .number = 2, .sample = 2000});
    CHECK_THAT(sampled.inertia, WithinRel(k_means(x, 5, {.seed = 3, .number = 2}).inertia, 0.1));
    const Eigen::MatrixXf narrow = x.leftCols(300).cast<float>();
    CHECK_THAT(k_means(narrow, 4).inertia, WithinRel(k_means(narrow.cast<double>().eval(), 4).inertia, 1e-5));
    const std::vector<double> numbers{1, 2, 11, 12, 21, 22};
    CHECK_THAT(k_means(numbers, 3).inertia, WithinRel(1.5, 1e-12));
}

TEST_CASE("k-means as a clusterer refuses what makes no sense") {
    const Eigen::MatrixXd x = groups_to_cluster(3);
    CHECK_THROWS_WITH(k_means(x, 4), EndsWith("K = 4 components, but only 3 observations"));
    CHECK_THROWS_WITH(k_means(x, 0), ContainsSubstring("latent::k_means: K is 0"));
    CHECK_THROWS_WITH(k_means(x, 2, {.number = 0}), ContainsSubstring("number is 0"));
    CHECK_THROWS_WITH(k_means(x, 2, {.iterations = -1}), ContainsSubstring("iterations is -1"));
    CHECK_THROWS_WITH(k_means(x, 2, {.sample = 1}), ContainsSubstring("latent::k_means: sample is 1"));
    const Eigen::VectorXd one = Eigen::Vector3d(0, 2, 0);
    CHECK_THROWS_WITH(
        k_means(weighted(x, one), 2),
        EndsWith("latent::k_means: K = 2 clusters, but only 1 observations of positive weight"));
    CHECK_THROWS_WITH(KMeansResult{}.predict(x),
                      ContainsSubstring("latent::KMeansResult: predict: this result is empty"));
}
