// Equal shares of the sorted data as a start.
#include "latent/start/quantiles.hpp"

#include <Eigen/Eigenvalues>

#include "catch.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/with_noise.hpp"
#include "latent/execution/threads.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

std::vector<double> shuffled(Index n) {
    std::vector<double> x;
    for (Index i = 0; i < n; ++i)
        x.push_back(static_cast<double>(i * 7 % n));  // n and 7 have no factor in common
    return x;
}

}  // namespace

TEST_CASE("in one dimension the components begin on equal shares of the sorted data") {
    for (const Index K : {1, 2, 3, 5}) {
        const std::vector<double> x = shuffled(60);
        Labels shares;
        for (const double value : x) shares.labels.push_back(static_cast<Index>(value) * K / 60);
        const GaussianMixture<> shape(K, 1);
        CHECK(naive::same_bits(Quantiles{}(shape, x), shares(shape, x)));
        CHECK(naive::same_bits(Quantiles{.seed = 5}(shape, x), shares(shape, x)));
    }
}

TEST_CASE("shares are equal by weight, equal values are together") {
    const std::vector<double> x{3, 1, 2, 4, 5};
    Eigen::VectorXd w(5);
    w << 1, 4, 1, 1, 1;  // of the values 3, 1, 2, 4, 5
    const auto halves = Quantiles{}(GaussianMixture<Tied>(2, 1), weighted(x, w));
    CHECK(halves.means().isApprox(Eigen::RowVector2d(1, 3.5), 1e-12));
    CHECK(halves.weights().isApprox(Eigen::Vector2d(0.5, 0.5), 1e-12));
    const std::vector<double> same{0, 0, 0, 0, 0, 0, 1, 2};
    const auto thirds = Quantiles{}(GaussianMixture<Tied>(3, 1), same);
    CHECK_THAT(thirds.means()(0), WithinAbs(0, 0.05));
    CHECK_THAT(thirds.means()(2), WithinAbs(1.5, 0.2));
    CHECK_THAT(thirds.weights()(0), WithinAbs(0.75, 0.05));
    CHECK(thirds.weights()(1) > 0);  // as good as empty: it begins at the whole
}

TEST_CASE("in several dimensions the data are sorted along their principal direction") {
    Random random(2);
    Eigen::MatrixXd x(3, 400);
    for (Index i = 0; i < 400; ++i) {
        const double z = random.normal();
        x.col(i) << 5 + 2 * z + random.normal(), -1e3 * (z + 0.3 * random.normal()), random.normal();
    }
    const GaussianMixture<> shape(4, 3);
    const auto units = shape.units(x);
    const auto variances = detail::cluster_variances<double>(units, true, Sequential{});
    const detail::CutLine line(Observations<double>(x), 4, variances);
    const Eigen::MatrixXd z =
        variances.cwiseSqrt().cwiseInverse().asDiagonal() * (x.colwise() - x.rowwise().mean().eval());
    const Eigen::VectorXd first =
        Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(z * z.transpose()).eigenvectors().col(2);
    const Eigen::VectorXd direction = (variances.cwiseSqrt().asDiagonal() * line.direction);
    CHECK_THAT(std::abs(first.dot(direction)), WithinRel(1, 1e-8));
    CHECK(line.centre.isApprox(x.rowwise().mean(), 1e-12));
    CHECK(line.part_at(1e300) == 3);  // beyond what was seen, too
    const auto m = Quantiles{}(shape, x);
    CHECK(m.weights().isApprox(Eigen::VectorXd::Constant(4, 0.25), 1e-12));
    Eigen::Vector4d along = (line.direction.transpose() * m.means()).transpose();
    CHECK(std::is_sorted(along.begin(), along.end()));
}

TEST_CASE("quantiles are the same on any number of threads, and of a sample of large data nearly so") {
    Random random(4);
    const Eigen::MatrixXd x = naive::random_mixture<Gaussian<Full>>(3, 2, 10).sample(20'000, random);
    const GaussianMixture<> shape(4, 2);
    const auto alone = Quantiles{.seed = 1, .sample = 500}(shape, x);
    for (const Index workers : {1, 2, 3})
        CHECK(naive::same_bits((Quantiles{.seed = 1, .sample = 500}(shape, x, Threads{workers})), alone));
    CHECK_FALSE(naive::same_bits(alone, Quantiles{}(shape, x)));
    CHECK(alone.weights().isApprox(Eigen::VectorXd::Constant(4, 0.25), 0.2));
}

TEST_CASE("quantiles obey known labels, and start from missing cells, counts, chains and noise") {
    const std::vector<double> x = shuffled(90);
    std::vector<Index> known(90, -1);
    for (std::size_t i = 0; i < 90; ++i)
        if (x[i] < 20) known[i] = 1;
    const auto m = Quantiles{}(GaussianMixture<>(2, 1), labelled(x, known));
    CHECK(m.means()(1) < m.means()(0));
    const Eigen::MatrixXd row = Eigen::Map<const Eigen::RowVectorXd>(x.data(), 90);
    const auto beside = Quantiles{}(Mixture(WithNoise(Gaussian<>(3, 1), row)), row);
    CHECK_THAT(beside.weights()(3), WithinRel(0.05, 1e-10));
    CHECK(std::isfinite(Quantiles{}(HMM<Poisson<>>(3, 1), row).score(row)));
    Eigen::MatrixXd two(2, 90);
    two << row, row;
    for (Index i = 0; i < 90; i += 5) two(i % 2, i) = std::numeric_limits<double>::quiet_NaN();
    const auto seen = Quantiles{}(GaussianMixture<Diagonal>(3, 2), with_missing(two));
    CHECK(seen.means().allFinite());
    CHECK(seen.means()(0, 0) < seen.means()(0, 1));
    CHECK(seen.means()(0, 1) < seen.means()(0, 2));
    const Eigen::MatrixXf narrow = row.cast<float>();
    CHECK(Quantiles{}(GaussianMixture<Full, float>(3, 1), narrow).means().allFinite());
}

TEST_CASE("quantiles refuse what k-means refuses") {
    const std::vector<double> x{1, 2, 3};
    CHECK_THROWS_WITH(Quantiles{}(GaussianMixture<>(4, 1), x),
                      EndsWith("K = 4 components, but only 3 observations"));
    CHECK_THROWS_WITH((Quantiles{.sample = 2}(GaussianMixture<>(3, 1), x)),
                      ContainsSubstring("latent::Quantiles: sample is 2"));
    CHECK_THROWS_WITH(
        Quantiles{}(GaussianMixture<>(2, 2), std::vector<Eigen::Vector2d>(5, Eigen::Vector2d(1, 2))),
        ContainsSubstring("constant"));
}
