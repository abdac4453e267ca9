// Starts from centres among the observations.
#include "latent/start/k_means.hpp"

#include <set>

#include "catch.hpp"
#include "latent/execution/threads.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

/// Three clusters that overlap a little.
Eigen::MatrixXd clusters(Index n, Index d = 2) {
    Random random(3);
    return naive::random_mixture<Gaussian<Full>>(3, d, 10).sample(n, random);
}

/// The nearest centre of each observation, and the sum of squared distances to them.
struct Assignment {
    std::vector<Index> labels;
    double inertia = 0;

    Assignment(const Eigen::MatrixXd& x, const Eigen::MatrixXd& centres) {
        for (Index i = 0; i < x.cols(); ++i) {
            Index nearest = 0;
            inertia += (centres.colwise() - x.col(i)).colwise().squaredNorm().minCoeff(&nearest);
            labels.push_back(nearest);
        }
    }
};

/// Lloyd's iterations from the given centres: `iterations` of them, or until nothing moves.
Assignment lloyd(const Eigen::MatrixXd& x, Eigen::MatrixXd centres, int iterations) {
    Assignment assignment(x, centres);
    for (int t = 0; t < iterations; ++t) {
        for (Index k = 0; k < centres.cols(); ++k) {
            Eigen::VectorXd sum = Eigen::VectorXd::Zero(x.rows());
            double count = 0;
            for (Index i = 0; i < x.cols(); ++i)
                if (assignment.labels[static_cast<std::size_t>(i)] == k) {
                    sum += x.col(i);
                    ++count;
                }
            if (count > 0) centres.col(k) = sum / count;
        }
        const Assignment next(x, centres);
        if (next.labels == assignment.labels) break;
        assignment = next;
    }
    return assignment;
}

constexpr double everywhere = std::numeric_limits<double>::infinity();

Eigen::VectorXd scales(const Eigen::MatrixXd& x) {
    return GaussianMixture<>(1, x.rows()).data_scale(Sequences<double>(x), Sequential{});
}

/// In units of each dimension's scale.
Eigen::MatrixXd scaled(const Eigen::MatrixXd& x) { return scales(x).cwiseInverse().asDiagonal() * x; }

/// The centres that KMeans begins with, in the same units.
Eigen::MatrixXd first_centres(const Eigen::MatrixXd& x, Index K, std::uint64_t seed) {
    Random random(seed);
    const Eigen::VectorXd variances = scales(x).cwiseAbs2();
    return scales(x).cwiseInverse().asDiagonal() *
           detail::draw_centres(Observations<double>(x), K, variances, everywhere, random);
}

/// How many different columns.
std::size_t different(const Eigen::MatrixXd& x) {
    std::set<std::vector<double>> columns;
    for (Index i = 0; i < x.cols(); ++i) columns.emplace(x.col(i).begin(), x.col(i).end());
    return columns.size();
}

}  // namespace

TEST_CASE("k-means is Lloyd's algorithm in units of the dimensions' scales") {
    Eigen::MatrixXd x = clusters(400);
    x.row(1) *= 1000;
    const GaussianMixture<> shape(3, 2);
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        const Assignment naive = lloyd(scaled(x), first_centres(x, 3, seed), 100);
        CHECK(naive::same_bits(KMeans{.seed = seed}(shape, x), Labels{naive.labels}(shape, x)));
    }
}

TEST_CASE("Lloyd's iterations never raise the inertia") {
    const Eigen::MatrixXd x = clusters(500, 3);
    const Eigen::VectorXd scale = scaled(x).cwiseQuotient(x).col(0);
    const GaussianMixture<> shape(6, 3);
    double before = std::numeric_limits<double>::infinity();
    for (const int iterations : {1, 2, 3, 5, 10, 20, 100}) {
        const auto m = KMeans{.seed = 4, .iterations = iterations}(shape, x);
        const double inertia = Assignment(scaled(x), scale.asDiagonal() * m.means()).inertia;
        CHECK(inertia <= before * (1 + 1e-12));
        before = inertia;
    }
}

TEST_CASE("k-means finds clusters that are far apart, whatever the seed") {
    Eigen::MatrixXd x = 0.01 * clusters(300);
    std::vector<Index> truth;
    for (Index i = 0; i < 300; ++i) {
        x.col(i).array() += 5 * static_cast<double>(i % 3);  // in both dimensions: each counts alike
        truth.push_back(i % 3);
    }
    const GaussianMixture<> shape(3, 2);
    Eigen::MatrixXd expected = Labels{truth}(shape, x).means();
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        Eigen::MatrixXd means = KMeans{.seed = seed}(shape, x).means();
        std::sort(means.row(0).begin(), means.row(0).end());
        CHECK(means.row(0).isApprox(expected.row(0), 1e-12));
    }
}

TEMPLATE_TEST_CASE("the same seed starts at the same bits, another elsewhere", "", KMeans, KMeansPlusPlus,
                   RandomObservations) {
    const Eigen::MatrixXd x = clusters(200);
    const GaussianMixture<> shape(3, 2);
    const auto start = [&](std::uint64_t seed) {
        TestType policy;
        policy.seed = seed;
        return policy(shape, x);
    };
    CHECK(naive::same_bits(start(7), start(7)));
    bool differs = false;
    for (std::uint64_t seed = 1; seed < 6; ++seed) differs |= !naive::same_bits(start(0), start(seed));
    CHECK(differs);
}

TEST_CASE("k-means has the same bits on any number of threads") {
    const Eigen::MatrixXd x = clusters(20'000);
    const GaussianMixture<Tied> shape(5, 2);
    const auto alone = KMeans{.seed = 1, .iterations = 10}(shape, x);
    for (const Index workers : {1, 2, 3}) {
        const KMeans start{.seed = 1, .iterations = 10};
        CHECK(naive::same_bits(start(shape, x, Threads{workers}), alone));
    }
}

TEST_CASE("large data are clustered by a sample, and every observation goes to its cluster") {
    const Eigen::MatrixXd x = clusters(20'000);
    const GaussianMixture<> shape(3, 2);
    const auto all = KMeans{.seed = 1, .sample = 0}(shape, x);
    const auto sampled = KMeans{.seed = 1, .sample = 2000}(shape, x);
    CHECK_FALSE(naive::same_bits(all, sampled));
    CHECK_THAT(sampled.score(x), WithinRel(all.score(x), 1e-2));
    for (const Index workers : {1, 2, 3})
        CHECK(naive::same_bits(KMeans{.seed = 1, .sample = 2000}(shape, x, Threads{workers}), sampled));
}

TEST_CASE("a sample is drawn evenly, in order, with the weights") {
    const Eigen::RowVectorXd x = Eigen::RowVectorXd::LinSpaced(20'000, 0, 19'999);
    const Eigen::VectorXd w = x.transpose().array() + 1;
    const GaussianMixture<> shape(1, 1);
    const auto sample = detail::draw_sample<double>(shape.units(weighted(x, w)), 5000, 1, 3, Threads{2});
    CHECK(std::abs(static_cast<double>(sample.values.size()) - 5000) < 4 * std::sqrt(3750.0));
    CHECK(std::is_sorted(sample.values.begin(), sample.values.end()));
    REQUIRE(sample.weights.size() == sample.values.size());
    double late = 0;
    for (std::size_t i = 0; i < sample.values.size(); ++i) {
        CHECK(sample.weights[i] == sample.values[i] + 1);
        late += sample.values[i] >= 10'000 ? 1 : 0;
    }
    CHECK_THAT(late / static_cast<double>(sample.values.size()), WithinAbs(0.5, 0.03));
    CHECK(detail::draw_sample<double>(shape.units(x), 20'000, 1, 3, Sequential{}).values.size() == 20'000);
}

TEST_CASE("k-means++ takes no observation twice, nor a copy of one") {
    Eigen::MatrixXd x(1, 40);
    for (Index i = 0; i < 40; ++i) x(0, i) = static_cast<double>(i % 4);
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        Random random(seed);
        const Eigen::VectorXd variance = Eigen::VectorXd::Ones(1);
        CHECK(different(detail::draw_centres(Observations<double>(x), 4, variance, everywhere, random)) == 4);
    }
}

TEST_CASE("k-means++ draws by the squared distance from the nearest centre, and keeps the better of two") {
    // From 0, the observations at 1 and 3 have the chances 1 : 9; from 1 the others have 1 : 4; from 3, 9 : 4. Beside 0
    // or 1, the centre 3 leaves the smaller sum of squared distances: it is not taken where both candidates are the other.
    // From 3 the two leave the same, and the first is taken.
    const Eigen::MatrixXd x = Eigen::RowVector3d(0, 1, 3);
    int pairs[4] = {};  // of the sums of the two centres: 1, 3, 4
    const int draws = 6000;
    for (std::uint64_t seed = 0; seed < draws; ++seed) {
        Random random(seed);
        const Eigen::VectorXd variance = Eigen::VectorXd::Ones(1);
        const auto centres = detail::draw_centres(Observations<double>(x), 2, variance, everywhere, random);
        ++pairs[static_cast<int>(centres.sum()) - 1];
    }
    const auto share = [&](int sum) { return pairs[sum - 1] / static_cast<double>(draws); };
    CHECK_THAT(share(1), WithinAbs((0.1 * 0.1 + 0.2 * 0.2) / 3, 0.01));
    CHECK_THAT(share(3), WithinAbs((0.99 + 9.0 / 13) / 3, 0.02));
    CHECK_THAT(share(4), WithinAbs((0.96 + 4.0 / 13) / 3, 0.02));
}

TEST_CASE("random observations are all different, and of weight zero never") {
    const Eigen::MatrixXd x = Eigen::RowVectorXd::LinSpaced(12, 0, 11);
    const std::vector<double> weights{0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0};
    const Observations<double> weighted(x.data(), 1, 12, 1, 1, weights.data());
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        Random random(seed);
        const auto centres = detail::draw_observations(weighted, 5, random);
        CHECK(different(centres) == 5);
        for (const double centre : centres.reshaped()) CHECK(weights[static_cast<std::size_t>(centre)] == 1);
    }
}

TEMPLATE_TEST_CASE("starts from centres fit every structure and float", "", Full, Tied, Diagonal, Spherical) {
    const Eigen::MatrixXd x = clusters(300);
    const Eigen::MatrixXf narrow = x.cast<float>();
    const auto wide = KMeans{}(GaussianMixture<TestType>(3, 2), x);
    const auto single = KMeans{}(GaussianMixture<TestType, float>(3, 2), narrow);
    CHECK(wide.means().isApprox(single.means(), 1e-5));
    CHECK_THAT(wide.weights().sum(), WithinRel(1, 1e-14));
    CHECK_FALSE(wide.emission().all_equal());
}

TEMPLATE_TEST_CASE("as many components as observations", "", KMeans, KMeansPlusPlus, RandomObservations) {
    const Eigen::MatrixXd x = clusters(5);
    const auto m = TestType{}(GaussianMixture<Spherical>(5, 2), x);
    CHECK(different(m.means()) == 5);
    CHECK(m.weights().isApprox(Eigen::VectorXd::Constant(5, 0.2)));
}

TEMPLATE_TEST_CASE("more components than observations are refused", "", KMeans, KMeansPlusPlus,
                   RandomObservations) {
    const Eigen::MatrixXd x = clusters(3);
    CHECK_THROWS_WITH(TestType{}(GaussianMixture<>(4, 2), x),
                      EndsWith(": K = 4 components, but only 3 observations"));
}

TEST_CASE("an odd seed sets apart what lies far out, an even one spends a cluster on each") {
    Random random(4);
    Eigen::RowVectorXd x(400);
    for (Index i = 0; i < 400; ++i) x(i) = 8.0 * static_cast<double>(i % 2) + random.normal();
    x(0) = 3000, x(101) = -2000, x(202) = 500;
    const auto labels = GaussianMixture<>(3, 1);
    const auto far = [](const Eigen::RowVectorXd& means) { return (means.array().abs() > 20).count(); };
    int set_apart = 0;
    for (std::uint64_t seed = 0; seed < 20; seed += 2) {
        CHECK(far(KMeans{seed}(labels, x).means()) == 2);
        const Eigen::RowVectorXd means = KMeans{seed + 1}(labels, x).means();
        if (far(means) > 1) continue;  // a centre was drawn out there
        ++set_apart;
        CHECK_THAT(means(2), WithinRel(500, 1e-12));  // the mean of the three
        CHECK_THAT(std::min(means(0), means(1)), WithinAbs(0, 0.2));
        CHECK_THAT(std::max(means(0), means(1)), WithinAbs(8, 0.2));
    }
    CHECK(set_apart >= 5);
}

TEST_CASE("k-means takes memory for its clusters, not for matrices of the dimension") {
    const Index d = 20'000;
    const Eigen::MatrixXd x = naive::observations<double>(d, 6, 0);
    for (std::uint64_t seed = 0; seed < 2; ++seed) {
        const auto m = KMeans{.seed = seed}(GaussianMixture<Diagonal>(3, d), x);  // d² numbers are 3 GB
        CHECK(m.means().allFinite());
    }
}

TEMPLATE_TEST_CASE("a sample as small as the number of components has one for each", "", KMeans,
                   KMeansPlusPlus, RandomObservations) {
    const Eigen::MatrixXd x = Eigen::RowVectorXd::LinSpaced(300, 0, 299);
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        TestType start{.seed = seed};
        start.sample = 3;
        CHECK(different(start(GaussianMixture<>(3, 1), x).means()) == 3);
    }
}

TEST_CASE("a missing cell of a centre is that of an observation with weight") {
    Eigen::MatrixXd x = clusters(60);
    Eigen::VectorXd w = Eigen::VectorXd::Zero(60);
    for (Index i = 0; i < 60; ++i) x(0, i) = std::numeric_limits<double>::quiet_NaN();
    x.row(0).head(50).setConstant(1e6);
    x(0, 59) = 3;
    w.tail(10).setOnes();
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Random random(seed);
        CHECK(detail::coordinate(with_missing(weighted(x, w)), 0, 52, random) == 3);
    }
}

TEST_CASE("the one unit of dimensions that are not scaled is that of those that vary") {
    Eigen::MatrixXd x = 1e-9 * clusters(100);
    const GaussianMixture<> shape(2, 2), more(2, 3);
    Eigen::MatrixXd beside(3, 100);
    beside << x, Eigen::RowVectorXd::Constant(100, 4);
    const Eigen::VectorXd variances = detail::cluster_variances<double>(shape.units(x), false, Sequential{});
    CHECK(detail::cluster_variances<double>(more.units(beside), false, Sequential{})
              .isApprox(Eigen::Vector3d::Constant(variances(0)), 1e-12));
}
