// Starts from labels and from random responsibilities.
#include "latent/start/responsibilities.hpp"

#include "catch.hpp"
#include "latent/fit.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

const Index n = 60;

Eigen::MatrixXd observations(double offset = 3) { return naive::observations<double>(2, n, offset); }

std::vector<Index> every_third() {
    std::vector<Index> labels;
    for (Index i = 0; i < n; ++i) labels.push_back(i % 3);
    return labels;
}

}  // namespace

TEMPLATE_TEST_CASE("labels give each component the moments of its observations", "", Full, Diagonal,
                   Spherical) {
    for (const double offset : {0.0, 1e6}) {
        const Eigen::MatrixXd x = observations(offset);
        const auto m = Labels{every_third()}(GaussianMixture<TestType>(3, 2), x);
        CHECK(m.weights().isApprox(Eigen::VectorXd::Constant(3, 1.0 / 3)));
        for (Index k = 0; k < 3; ++k) {
            const Eigen::MatrixXd own = x(Eigen::all, Eigen::seqN(k, n / 3, 3));
            const Eigen::VectorXd mean = own.rowwise().mean();
            const Eigen::MatrixXd centred = own.colwise() - mean;
            CHECK(m.means().col(k).isApprox(mean, 1e-14));
            CHECK(m.covariance(k).isApprox(
                naive::structured<TestType>(centred * centred.transpose() / (n / 3)), 1e-8));
        }
    }
}

TEST_CASE("a label that no observation has gives its component the parameters of the whole") {
    const Eigen::MatrixXd x = 1e6 * observations();
    const auto m = Labels{every_third()}(GaussianMixture<>(4, 2), x);
    CHECK_THAT(m.weights()(3), WithinRel(0.25 / (n + 1), 1e-12));
    CHECK(m.means().col(3).isApprox(x.rowwise().mean(), 1e-12));
    const Eigen::MatrixXd centred = x.colwise() - Eigen::VectorXd(x.rowwise().mean());
    CHECK(m.covariance(3).isApprox(centred * centred.transpose() / n, 1e-9));
    const auto fit = latent::fit(m, x);
    CHECK(fit.status != Status::objective_decreased);
    CHECK(fit.iterations > 0);
}

TEST_CASE("labels that do not fit are refused") {
    const Eigen::MatrixXd x = observations();
    const GaussianMixture<> shape(3, 2);
    auto labels = every_third();
    labels[7] = 3;
    CHECK_THROWS_WITH(Labels{labels}(shape, x), "latent::Labels: labels[7] is 3, expected 0 … 2");
    labels[7] = -1;
    CHECK_THROWS_WITH(Labels{labels}(shape, x), "latent::Labels: labels[7] is -1, expected 0 … 2");
    labels.pop_back();
    CHECK_THROWS_WITH(Labels{labels}(shape, x), "latent::Labels: 59 labels given for 60 observations");
}

TEST_CASE("random responsibilities lay every component near the overall distribution, but none on another") {
    const Eigen::MatrixXd x = observations();
    const auto m = RandomResponsibilities{.seed = 2}(GaussianMixture<>(3, 2), x);
    CHECK((m.weights().array() - 1.0 / 3).abs().maxCoeff() < 0.1);
    CHECK((m.means().colwise() - x.rowwise().mean()).cwiseAbs().maxCoeff() < 0.5);
    CHECK_FALSE(m.emission().all_equal());
}

TEST_CASE("random responsibilities repeat with the seed, whatever the units") {
    const Eigen::MatrixXd x = observations();
    const GaussianMixture<> shape(3, 2);
    const auto m = RandomResponsibilities{.seed = 2}(shape, x);
    CHECK(naive::same_bits(m, RandomResponsibilities{.seed = 2}(shape, x)));
    CHECK_FALSE(naive::same_bits(m, RandomResponsibilities{.seed = 3}(shape, x)));
    const Eigen::MatrixXd twice =
        x.replicate(1, 30);  // of its 1800 observations, the second block repeats none
    const auto larger = RandomResponsibilities{.seed = 2}(shape, twice);
    CHECK((larger.weights().array() - 1.0 / 3).abs().maxCoeff() < 0.02);
}

TEST_CASE("a weight counts as copies in a start") {
    const Eigen::MatrixXd x = observations();
    const std::vector<double> weights(n, 2);
    const Observations<double> weighted(x.data(), 2, n, 1, 2, weights.data());
    const GaussianMixture<> shape(3, 2);
    const auto m = Labels{every_third()}(shape, weighted), plain = Labels{every_third()}(shape, x);
    CHECK(m.means().isApprox(plain.means(), 1e-14));
    CHECK(m.covariance(1).isApprox(plain.covariance(1), 1e-14));
}

TEST_CASE("fewer observations than components are refused") {
    const Eigen::MatrixXd x = observations().leftCols(2);
    const GaussianMixture<> shape(3, 2);
    CHECK_THROWS_WITH(RandomResponsibilities{}(shape, x),
                      "latent::RandomResponsibilities: K = 3 components, but only 2 observations");
    CHECK_THROWS_WITH((Labels{{0, 1}}(shape, x)),
                      "latent::Labels: K = 3 components, but only 2 observations");
}

TEST_CASE(
    "clusters far apart are found from a start that knows nothing, and the step that parts them is noted") {
    Random random(1);
    std::vector<double> x;
    for (int i = 0; i < 300; ++i) x.push_back((i % 2 == 1 ? 1e5 : 0) + random.normal());
    const auto fit = latent::fit(GaussianMixture<>(2, 1), x, RandomResponsibilities{});
    CHECK(fit.converged());
    CHECK(fit.sound());
    CHECK(fit.model.covariance(0)(0, 0) < 2);
    CHECK(fit.model.covariance(1)(0, 0) < 2);
    REQUIRE(fit.events.size() == 1);
    CHECK(fit.events[0].cause == Cause::long_step);
}

TEST_CASE("labels are those of the whole data, whichever block an observation is in") {
    constexpr Index all = 3000;  // in blocks of 1024
    Random random(6);
    Eigen::MatrixXd x(1, all);
    std::vector<Index> labels;
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (Index i = 0; i < all; ++i) {
        labels.push_back(random.below(3));
        x(0, i) = 10 * static_cast<double>(labels.back()) + random.normal();
        sum(labels.back()) += x(0, i);
    }
    const auto m = Labels{labels}(GaussianMixture<>(3, 1), x);
    for (Index k = 0; k < 3; ++k) {
        const auto count = static_cast<double>(std::count(labels.begin(), labels.end(), k));
        CHECK_THAT(m.weights()(k), WithinRel(count / all, 1e-12));
        CHECK_THAT(m.means()(0, k), WithinRel(sum(k) / count, 1e-12) || WithinAbs(sum(k) / count, 1e-12));
    }
}

TEST_CASE("missing cells begin with a value that was seen, however few were") {
    Eigen::MatrixXd x = Eigen::MatrixXd::Constant(2, 20'000, 5);
    x.row(1).setConstant(std::numeric_limits<double>::quiet_NaN());
    for (Index i = 0; i < 10; ++i) x(1, 2000 * i + 77) = 1000 + static_cast<double>(i);
    const auto units = GaussianMixture<>(1, 2).units(with_missing(x));
    CHECK(detail::filling<double>(units, Sequential{}).value == Eigen::Vector2d(5, 1005));
}
