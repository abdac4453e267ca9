// Wrong input is refused with a message that names it; hard input ends in a status, never in a NaN.
#include "catch.hpp"
#include "kit/coins.hpp"
#include "latent/latent.hpp"
#include "naive_mixture.hpp"
#include "sound_mixtures.hpp"

using namespace latent;
using namespace sound_mixtures;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN(),
                 infinity = std::numeric_limits<double>::infinity();

/// Two components of the plane.
template <class Covariance = Full>
GaussianMixture<Covariance> two() {
    Eigen::MatrixXd means(2, 2);
    means << -1, 1, 0, 0.5;
    return standard<Covariance>(means);
}

}  // namespace

// ----------------------------------------------------------------------------------------------- parameters

TEST_CASE("weights that are no distribution are refused") {
    const auto g = naive::random_gaussian<Gaussian<Full>>(2, 2);
    const auto with = [&](const Eigen::VectorXd& weights) { GaussianMixture<>(weights, g); };
    CHECK_NOTHROW(with(Eigen::Vector2d(0.25, 0.75)));
    CHECK_NOTHROW(with(Eigen::Vector2d(0, 1)));
    CHECK_THROWS_WITH(with(Eigen::Vector3d(0.2, 0.3, 0.5)),
                      "latent::Mixture: 3 weights given for 2 components");
    CHECK_THROWS_WITH(with(Eigen::Vector2d(0.5, 0.6)), "latent::Mixture: the weights sum to 1.1, expected 1");
    CHECK_THROWS_WITH(with(Eigen::Vector2d(-0.5, 1.5)), ContainsSubstring("weights[0] is -0.5"));
    CHECK_THROWS_WITH(with(Eigen::Vector2d(0.5, not_a_number)), ContainsSubstring("weights[1] is nan"));
}

TEST_CASE("means and covariances that do not fit are refused") {
    const Eigen::MatrixXd means = Eigen::MatrixXd::Zero(2, 3), one = Eigen::MatrixXd::Identity(2, 2);
    const auto with = [](const Eigen::MatrixXd& m, const std::vector<Eigen::MatrixXd>& c) {
        Gaussian<Full>(m, c);
    };
    CHECK_THROWS_WITH(with(Eigen::MatrixXd(2, 0), {}), ContainsSubstring("means is 2 × 0"));
    CHECK_THROWS_WITH(with(means, {one, one}), "latent::Gaussian: 2 covariances given, expected 3");
    CHECK_THROWS_WITH(with(means, {one, one, Eigen::MatrixXd::Identity(3, 3)}),
                      "latent::Gaussian: covariances[2] is 3 × 3, expected 2 × 2");
    CHECK_THROWS_WITH(Gaussian<Tied>(means, {one, one, one}),
                      "latent::Gaussian: 3 covariances given, expected 1");
    Eigen::MatrixXd bad = means;
    bad(1, 2) = not_a_number;
    CHECK_THROWS_WITH(with(bad, {one, one, one}), ContainsSubstring("means has a value that is not finite"));
    bad = one;
    bad(0, 0) = infinity;
    CHECK_THROWS_WITH(with(means, {one, bad, one}),
                      ContainsSubstring("covariances[1] has a value that is not finite"));
    CHECK_THROWS_WITH(Gaussian<Full>(0, 2), ContainsSubstring("K = 0 components"));
    CHECK_THROWS_WITH(Gaussian<Full>(2, -1), ContainsSubstring("d = -1"));
}

TEST_CASE("covariances that are none are refused") {
    const Eigen::MatrixXd mean = Eigen::MatrixXd::Zero(2, 1);
    const auto matrix = [](double a, double b, double c, double e) {
        Eigen::MatrixXd m(2, 2);
        m << a, b, c, e;
        return m;
    };
    CHECK_THROWS_WITH(
        Gaussian<Full>(mean, {matrix(1, 0.5, 0.25, 1)}),
        "latent::Gaussian: covariances[0] is not symmetric: entry (0, 1) is 0.5, entry (1, 0) is 0.25");
    CHECK_THROWS_WITH(Gaussian<Full>(mean, {matrix(1, 1, 1, 1)}),
                      "latent::Gaussian: covariances[0] is not positive definite");
    CHECK_THROWS_WITH(Gaussian<Tied>(mean, {matrix(1, 2, 2, 1)}), EndsWith("is not positive definite"));
    CHECK_THROWS_WITH(Gaussian<Diagonal>(mean, {matrix(1, 0, 0, 0)}), EndsWith("is not positive definite"));
    CHECK_THROWS_WITH(Gaussian<Spherical>(mean, {matrix(-1, 0, 0, -1)}),
                      EndsWith("is not positive definite"));
    CHECK_THROWS_WITH(Gaussian<Diagonal>(mean, {matrix(1, 0.1, 0.1, 1)}),
                      ContainsSubstring("off its diagonal"));
    CHECK_THROWS_WITH(Gaussian<Spherical>(mean, {matrix(1, 0, 0, 2)}),
                      ContainsSubstring("unequal variances"));
}

// ------------------------------------------------------------------------------------------------------ data

TEST_CASE("no observations") {
    const Eigen::MatrixXd none(2, 0);
    CHECK_THROWS_WITH(fit(two(), none), "latent::Mixture: there are no observations");
    CHECK_THROWS_WITH(KMeans{}(two(), none), EndsWith("K = 2 components, but only 0 observations"));
}

TEST_CASE("a model of one's own is not fitted to nothing") {
    CHECK_THROWS_WITH(fit(kit::published_start, std::vector<kit::Coins::Unit>()),
                      "latent::fit: there are no data to fit the model to");
}

TEST_CASE("observations in a vector are checked as those of a matrix") {
    std::vector<Eigen::VectorXd> x(9, Eigen::Vector2d(1, 2));
    for (std::size_t i = 0; i < x.size(); ++i)
        x[i] += Eigen::Vector2d(static_cast<double>(i * i), static_cast<double>(i % 4));
    Eigen::MatrixXd matrix(2, 9);
    for (Index i = 0; i < 9; ++i) matrix.col(i) = x[static_cast<std::size_t>(i)];
    CHECK(fit(two(), x).trace == fit(two(), matrix).trace);
    CHECK(KMeans{}(two(), x).means() == KMeans{}(two(), matrix).means());
    CHECK(restarts(2, two(), x).best().objective == restarts(2, two(), matrix).best().objective);
    CHECK(two().predict_proba(x) == two().predict_proba(matrix));

    x[3](1) = not_a_number;
    const auto named = [] { return ContainsSubstring("observation 3, dimension 1 is nan"); };
    CHECK_THROWS_WITH(fit(two(), x), named());
    CHECK_THROWS_WITH(KMeans{}(two(), x), named());
    CHECK_THROWS_WITH(Selection<>{}.fit(std::vector{two()}, x), named());
    CHECK_THROWS_WITH(two().score(x), named());
    const std::vector<Eigen::VectorXd> solid(3, Eigen::Vector3d(1, 2, 3)), none;
    CHECK_THROWS_WITH(fit(two(), solid), ContainsSubstring("observations have 3 rows"));
    CHECK_THROWS_WITH(two().score(solid), ContainsSubstring("observations have 3 rows"));
    CHECK_THROWS_WITH(fit(two(), none), "latent::Mixture: there are no observations");
}

TEST_CASE("whole numbers are data") {
    const std::vector<int> counts{1, 2, 3, 9, 8, 7, 1, 2, 9};
    const std::vector<double> numbers(counts.begin(), counts.end());
    const Mixture<Poisson<>> shape(2, 1);
    CHECK(fit(shape, counts, KMeans{}).trace == fit(shape, numbers, KMeans{}).trace);
    CHECK(shape.score(counts) == shape.score(numbers));
    CHECK(shape.bic(Eigen::Map<const Eigen::RowVectorXi>(counts.data(), 9)) == shape.bic(numbers));
    CHECK_THROWS_WITH(fit(shape, std::vector<int>{1, -1}),
                      ContainsSubstring("observation 1, dimension 0 is -1"));
}

TEST_CASE("a negative number of draws") {
    Random random(1);
    CHECK_THROWS_WITH(two().sample(-1, random), "latent::Mixture::sample: n is -1, expected at least 0");
    CHECK(two().sample(0, random).cols() == 0);
}

TEST_CASE("observations of no dimension") {
    for (const Eigen::MatrixXd& x : {Eigen::MatrixXd(), Eigen::MatrixXd(0, 5)}) {
        const auto rows = [] { return ContainsSubstring("0 rows"); };
        CHECK_THROWS_WITH(KMeans{}(two(), x), rows());
        CHECK_THROWS_WITH(KMeansPlusPlus{}(two(), x), rows());
        CHECK_THROWS_WITH(RandomObservations{}(two(), x), rows());
        CHECK_THROWS_AS(RandomResponsibilities{}(two(), x), std::invalid_argument);
        CHECK_THROWS_AS(fit(two(), x), std::invalid_argument);
        CHECK_THROWS_AS(restarts(2, two(), x), std::invalid_argument);
    }
    CHECK_THROWS_WITH(KMeans{}(HMM<Poisson<>>(2, 1), std::vector<Eigen::MatrixXd>()),
                      ContainsSubstring("0 rows"));
}

TEST_CASE("numbers that policies cannot take") {
    const Eigen::MatrixXd x = naive::observations<double>(2, 30, 0);
    CHECK_THROWS_WITH(Blocks<double>(x, 0), ContainsSubstring("length is 0"));
    for (const Index sample : {-1, 1}) {
        const auto says = [&](const std::string& start) {
            return "latent::" + start + ": sample is " + std::to_string(sample) +
                   ", expected 0 (all observations) or at least K = 2";
        };
        CHECK_THROWS_WITH((KMeans{.sample = sample}(two(), x)), says("KMeans"));
        CHECK_THROWS_WITH((KMeansPlusPlus{.sample = sample}(two(), x)), says("KMeansPlusPlus"));
        CHECK_THROWS_WITH((RandomObservations{.sample = sample}(two(), x)), says("RandomObservations"));
    }
    CHECK_THROWS_WITH((KMeans{.iterations = -1}(two(), x)),
                      "latent::KMeans: iterations is -1, expected 0 or more");
    CHECK_THROWS_WITH((KMeans{}(two(), x, Threads{-3})), StartsWith("latent::Threads: workers is -3"));
    CHECK_THROWS_WITH((Restarts<KMeans, ExpectationMaximization<>, Threads>{.execution = {-3}}.fit(two(), x)),
                      StartsWith("latent::Threads: workers is -3"));
}

TEST_CASE("observations of another dimension") {
    const Eigen::MatrixXd x = naive::observations<double>(3, 10, 0);
    const auto says = [] {
        return ContainsSubstring("observations have 3 rows (and 10 columns), expected d = 2");
    };
    CHECK_THROWS_WITH(fit(two(), x), says());
    CHECK_THROWS_WITH(KMeans{}(two(), x), says());
    CHECK_THROWS_WITH(RandomResponsibilities{}(two(), x), says());
    const Eigen::VectorXd column = x.row(0);
    CHECK_THROWS_WITH(
        fit(standard(Eigen::RowVector2d(0, 1)), column),
        ContainsSubstring("10 rows (and 1 columns), expected d = 1 rows: one observation a column"));
}

TEST_CASE("NaN, infinity and numbers too large to square, by their place") {
    for (const double value : {not_a_number, infinity, -infinity, 1e300, -1e300}) {
        CAPTURE(value);
        Eigen::MatrixXd x = naive::observations<double>(2, 30, 0);
        x(1, 17) = value;
        const auto place = [] { return ContainsSubstring("observation 17, dimension 1 is "); };
        CHECK_THROWS_WITH(fit(two(), x), place());
        CHECK_THROWS_WITH(KMeans{}(two(), x), place());
        CHECK_THROWS_WITH(RandomResponsibilities{}(two(), x), place());
        CHECK_THROWS_WITH(two().predict(x), place());
        CHECK_THROWS_WITH(two().predict_proba(x), place());
        CHECK_THROWS_WITH(two().score_samples(x), place());
        CHECK_THROWS_WITH(two().score(x), place());
        if (std::isfinite(value))
            CHECK_THROWS_WITH(fit(two(), x),
                              ContainsSubstring("overflows") && ContainsSubstring("scale the data"));
        else
            CHECK_THROWS_WITH(fit(two(), x), ContainsSubstring("expected a finite number"));
    }
    Eigen::MatrixXf x = naive::observations<float>(2, 30, 0);
    x(1, 17) = 1e30F;
    const GaussianMixture<Full, float> m(
        Gaussian<Full, float>(two().means(), {two().covariance(0), two().covariance(1)}));
    CHECK_THROWS_WITH(fit(m, x), ContainsSubstring("observation 17, dimension 1 is 1.0000"));
}

TEMPLATE_TEST_CASE("an observation as far as can be squared", "", Full, Tied, Diagonal, Spherical) {
    for (const double far : {1e100, -1e150}) {
        CAPTURE(far);
        Eigen::MatrixXd x = naive::observations<double>(2, 30, 0);
        x(1, 17) = far;
        check_finite(fit(two<TestType>(), x));
        check_finite(fit_with(NoRemedy{}, two<TestType>(), x));
    }
}

TEST_CASE("weights of observations") {
    const Eigen::MatrixXd x = naive::observations<double>(2, 30, 0);
    std::vector<double> weights(30, 1);
    const Observations<double> weighted(x.data(), 2, 30, 1, 2, weights.data());
    for (const double bad : {-1.0, not_a_number, infinity}) {
        weights[4] = bad;
        CHECK_THROWS_WITH(fit(two(), weighted), ContainsSubstring("the weight of observation 4 is "));
    }
    weights.assign(30, 1e308);
    CHECK_THROWS_WITH(fit(two(), weighted), ContainsSubstring("the weights add up to inf"));
    weights.assign(30, 0);
    CHECK_THROWS_WITH(fit(two(), weighted), "latent::Mixture: all weights are zero");
    weights[3] = weights[4] = weights[5] = 1;
    check_finite(fit(two(), weighted));
}

TEST_CASE("identical components cannot be parted") {
    const Eigen::MatrixXd x = naive::observations<double>(2, 30, 0);
    CHECK_THROWS_WITH(fit(GaussianMixture<>(2, 2), x), ContainsSubstring("all 2 components are identical") &&
                                                           ContainsSubstring("begin with a start"));
    CHECK(fit(GaussianMixture<>(1, 2), x).converged());
    std::vector<Index> labels(30, 0);
    labels[3] = labels[5] = labels[8] = 1;
    const auto parted = fit(GaussianMixture<>(2, 2), labelled(x, labels));  // labels part them
    CHECK(parted.converged());
    CHECK_THAT(parted.model.weights()(1), WithinRel(0.1, 1e-12));
}

// ------------------------------------------------------------------------------------------------ hard data

TEMPLATE_TEST_CASE("one observation", "", Full, Tied, Diagonal, Spherical) {
    const Eigen::MatrixXd x = Eigen::Vector2d(3, 4);
    CHECK_THROWS_WITH(KMeans{}(GaussianMixture<TestType>(1, 2), x),
                      ContainsSubstring("is a column of the data constant"));
    const auto floored = fit(two<TestType>(), x);
    check_finite(floored);
    CHECK(floored.status == Status::degenerate);
    CHECK(happened(floored, 0, Cause::singular_covariance, Action::gave_up));
    check_finite(fit_with(NoRemedy{}, two<TestType>(), x));
}

TEMPLATE_TEST_CASE("as many components as observations", "", Full, Tied, Diagonal, Spherical) {
    const Eigen::MatrixXd x = naive::observations<double>(2, 5, 0);
    const GaussianMixture<TestType> shape(5, 2);
    const auto result = fit(shape, x, KMeans{});
    check_finite(result);
    CHECK(result.status != Status::degenerate);
    CHECK_FALSE(result.events.empty());
    CHECK_THROWS_WITH(fit(GaussianMixture<TestType>(6, 2), x, KMeans{}),
                      "latent::KMeans: K = 6 components, but only 5 observations");
    check_finite(
        fit(standard<TestType>(naive::observations<double>(2, 9, 0)), x));  // a start of one's own may
}

TEMPLATE_TEST_CASE("a constant column", "", Full, Tied, Diagonal, Spherical) {
    Eigen::MatrixXd x = naive::observations<double>(2, 40, 0);
    x.row(1).setConstant(7);
    const auto result = fit(two<TestType>(), x);
    check_finite(result);
    if constexpr (std::is_same_v<TestType, Spherical>) {
        CHECK(result.status != Status::degenerate);  // one variance for both dimensions: not singular
        check_finite(fit(GaussianMixture<Spherical>(2, 2), x, KMeans{}));
    } else {
        CHECK(result.status == Status::degenerate);
        CHECK(happened(result, 0, Cause::singular_covariance, Action::gave_up));
        CHECK_THROWS_WITH(KMeans{}(GaussianMixture<TestType>(2, 2), x),
                          ContainsSubstring("is a column of the data constant?"));
    }
}

TEMPLATE_TEST_CASE("observations that are all the same", "", Full, Tied, Diagonal, Spherical) {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Constant(2, 20, 3);
    const auto result = fit(two<TestType>(), x);
    check_finite(result);
    CHECK(result.status == Status::degenerate);
    CHECK_THROWS_AS(KMeans{}(GaussianMixture<TestType>(2, 2), x), std::invalid_argument);
}

TEMPLATE_TEST_CASE("fewer different observations than components", "", Full, Tied, Diagonal, Spherical) {
    const Eigen::MatrixXd x = naive::observations<double>(2, 3, 0).replicate(1, 20);
    check_finite(fit(GaussianMixture<TestType>(5, 2), x, KMeans{}));
    check_finite(fit(GaussianMixture<TestType>(5, 2), x, RandomObservations{}));
    check_finite(fit(GaussianMixture<TestType>(5, 2), x, RandomResponsibilities{}));
}
