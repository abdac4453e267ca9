// Hierarchical clusters as a start.
#include "latent/start/ward.hpp"

#include "catch.hpp"
#include "latent/data/csv.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/with_noise.hpp"
#include "latent/execution/threads.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

/// Classes by merging the cheapest pair of all, again and again; in the order of their first points.
std::vector<Index> merged_by_hand(const Eigen::MatrixXd& x, const Eigen::VectorXd& w, std::size_t K) {
    std::vector<std::vector<Index>> clusters;
    for (Index i = 0; i < x.cols(); ++i) clusters.push_back({i});
    const auto squares = [&](const std::vector<Index>& members) {
        Eigen::VectorXd mean = Eigen::VectorXd::Zero(x.rows());
        double total = 0, sum = 0;
        for (const Index i : members) total += w(i), mean += w(i) * x.col(i);
        for (const Index i : members) sum += w(i) * (x.col(i) - mean / total).squaredNorm();
        return sum;
    };
    while (clusters.size() > K) {
        std::size_t a = 0, b = 1;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < clusters.size(); ++i)
            for (std::size_t j = i + 1; j < clusters.size(); ++j) {
                std::vector<Index> both = clusters[i];
                both.insert(both.end(), clusters[j].begin(), clusters[j].end());
                const double cost = squares(both) - squares(clusters[i]) - squares(clusters[j]);
                if (cost < least) least = cost, a = i, b = j;
            }
        clusters[a].insert(clusters[a].end(), clusters[b].begin(), clusters[b].end());
        clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(b));
    }
    std::vector<Index> classes(static_cast<std::size_t>(x.cols()));
    for (std::size_t k = 0; k < clusters.size(); ++k)  // a cluster stays where its first point was
        for (const Index i : clusters[k]) classes[static_cast<std::size_t>(i)] = static_cast<Index>(k);
    return classes;
}

Eigen::MatrixXd groups_to_merge(Index n, Index d = 2) {
    Random random(11);
    return naive::random_mixture<Gaussian<Full>>(3, d, 10).sample(n, random);
}

}  // namespace

TEST_CASE("chains of nearest neighbours merge as the cheapest pair of all does") {
    Random random(3);
    for (int trial = 0; trial < 20; ++trial) {
        Eigen::MatrixXd x(2, 12);
        for (double& value : x.reshaped()) value = random.normal();
        Eigen::VectorXd w = Eigen::VectorXd::Ones(12);
        if (trial % 2 == 1)
            for (double& value : w) value = 0.2 + 3 * random.uniform();
        for (const Index K : {1, 2, 3, 5, 8, 11, 12})
            CHECK(detail::ward_classes(x, w, K) == merged_by_hand(x, w, static_cast<std::size_t>(K)));
        CHECK(detail::ward_classes(x, w, 15) == detail::ward_classes(x, w, 12));
    }
}

TEST_CASE("points on a grid, equal ones and ties all come to K classes") {
    for (const Index n : {1, 2, 9, 60}) {
        Eigen::MatrixXd x(2, n);
        for (Index i = 0; i < n; ++i) x.col(i) << static_cast<double>(i % 3), static_cast<double>(i / 3 % 2);
        for (Index K = 1; K <= std::min<Index>(n, 6); ++K) {
            const auto classes = detail::ward_classes(0.1 * x, Eigen::VectorXd::Ones(n), K);
            CHECK(*std::max_element(classes.begin(), classes.end()) == K - 1);
        }
    }
}

TEST_CASE("three hierarchical clusters of iris, in one unit and scaled, are those of R's hclust ward.D2") {
    const Eigen::MatrixXd x = read_csv(std::string(LATENT_TEST_DATA) + "/mixtures/iris-full-3/X.csv").values;
    const auto classes = detail::ward_classes(x, Eigen::VectorXd::Ones(150), 3);
    Eigen::Vector3d count = Eigen::Vector3d::Zero(), sum = Eigen::Vector3d::Zero();
    for (Index i = 0; i < 150; ++i) {
        const Index k = classes[static_cast<std::size_t>(i)];
        ++count(k);
        sum(k) += static_cast<double>(i + 1);
    }
    CHECK(count == Eigen::Vector3d(50, 64, 36));  // cutree(hclust(dist(iris[, 1:4]), "ward.D2"), 3)
    CHECK(sum == Eigen::Vector3d(1275, 5604, 4446));
}

TEST_CASE("each observation begins in its class") {
    const Eigen::MatrixXd x = groups_to_merge(200);
    const GaussianMixture<> shape(3, 2);
    const Eigen::VectorXd scale = shape.data_scale(Sequences<double>(x), Sequential{});
    const Labels one{detail::ward_classes(x, Eigen::VectorXd::Ones(200), 3)},
        scaled{detail::ward_classes(scale.cwiseInverse().asDiagonal() * x, Eigen::VectorXd::Ones(200), 3)};
    CHECK(naive::same_bits(Ward{}(shape, x), scaled(shape, x)));
    CHECK(naive::same_bits(Ward{.seed = 8}(shape, x), scaled(shape, x)));
    CHECK(naive::same_bits(Ward{.scaled = false}(shape, x), one(shape, x)));
    Eigen::MatrixXd stretched = x;
    stretched.row(1) *= 1024;
    CHECK(naive::same_bits(Ward{}(shape, stretched), scaled(shape, stretched)));
}

TEST_CASE("of large data a sample is merged, alike on any number of threads") {
    const Eigen::MatrixXd x = groups_to_merge(20'000);
    const GaussianMixture<> shape(3, 2);
    const Ward start{.seed = 2, .sample = 300};
    const auto alone = start(shape, x);
    for (const Index workers : {1, 2, 3}) CHECK(naive::same_bits(start(shape, x, Threads{workers}), alone));
    CHECK_FALSE(naive::same_bits((Ward{.seed = 3, .sample = 300}(shape, x)), alone));
    const Eigen::MatrixXd few = x.leftCols(1000);
    CHECK_THAT(start(shape, few).score(few), WithinRel(Ward{}(shape, few).score(few), 0.05));
    const auto whole = Ward{.sample = 0}(shape, few);
    CHECK(naive::same_bits(whole, Ward{}(shape, few)));
}

TEST_CASE("an observation without weight is in no hierarchical cluster, one of weight two in it twice") {
    const Eigen::MatrixXd x = groups_to_merge(90);
    Eigen::VectorXd w = Eigen::VectorXd::Constant(90, 2);
    w.head(30).setZero();
    const GaussianMixture<Spherical> shape(3, 2);
    const auto with = Ward{.scaled = false}(shape, weighted(x, w));
    const Eigen::MatrixXd counted = x.rightCols(60);
    const auto without = Ward{.scaled = false}(shape, counted);
    CHECK(with.means().isApprox(without.means(), 1e-10));
    CHECK(with.weights().isApprox(without.weights(), 1e-10));
    w.setZero();
    CHECK_THROWS_WITH(Ward{}(shape, weighted(x, w)), ContainsSubstring("latent::Ward: all weights are 0"));
}

TEST_CASE("hierarchical clusters obey known labels, and start from missing cells, counts, chains and noise") {
    Eigen::MatrixXd x(2, 90);
    Random random(9);
    for (Index i = 0; i < 90; ++i)
        x.col(i) = 20.0 * static_cast<double>(i % 3) * Eigen::Vector2d(1, -1) +
                   Eigen::Vector2d(random.normal(), random.normal());
    std::vector<Index> known(90, -1);
    for (Index i = 0; i < 30; ++i) known[static_cast<std::size_t>(i)] = 2 - i % 3;
    const Eigen::RowVectorXd means = Ward{}(GaussianMixture<>(3, 2), labelled(x, known)).means().row(0);
    CHECK_THAT(means(2), WithinAbs(0, 1));
    CHECK_THAT(means(0), WithinAbs(40, 1));
    const auto beside = Ward{}(Mixture(WithNoise(Gaussian<>(3, 2), x)), x);
    CHECK_THAT(beside.weights()(3), WithinRel(0.05, 1e-10));
    for (Index i = 0; i < 90; i += 5) x(1, i) = std::numeric_limits<double>::quiet_NaN();
    Eigen::RowVectorXd seen = Ward{}(GaussianMixture<>(3, 2), with_missing(x)).means().row(0);
    std::sort(seen.begin(), seen.end());
    CHECK(seen.isApprox(Eigen::RowVector3d(0, 20, 40), 0.05));
    const Eigen::MatrixXd counts = x.row(0).cwiseAbs().array().floor();
    CHECK(std::isfinite(Ward{}(HMM<Poisson<>>(3, 1), counts).score(counts)));
    const Eigen::MatrixXf narrow = counts.cast<float>();
    CHECK(Ward{}(GaussianMixture<Full, float>(3, 1), narrow).means().allFinite());
}

TEST_CASE("hierarchical clusters refuse what k-means refuses") {
    const Eigen::MatrixXd x = groups_to_merge(3);
    CHECK_THROWS_WITH(Ward{}(GaussianMixture<>(4, 2), x),
                      EndsWith("K = 4 components, but only 3 observations"));
    CHECK_THROWS_WITH(Ward{.sample = 2}(GaussianMixture<>(3, 2), x),
                      ContainsSubstring("latent::Ward: sample is 2"));
}

TEST_CASE("of data mostly without weight the sample has some that count") {
    const Eigen::MatrixXd x = groups_to_merge(2000);
    Eigen::VectorXd w = Eigen::VectorXd::Zero(2000);
    for (Index i = 0; i < 6; ++i) w(311 * i) = 1;
    for (std::uint64_t seed = 0; seed < 5; ++seed)
        CHECK(Ward{.seed = seed, .sample = 20}(GaussianMixture<Spherical>(3, 2), weighted(x, w))
                  .means()
                  .allFinite());
}
