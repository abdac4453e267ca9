// Factor analysers are an emission, rise with every M-step and find the factors that made the data.
#include "latent/emission/factor_analyzers.hpp"

#include <Eigen/Eigenvalues>

#include "catch.hpp"
#include "effort.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/check/check_emission.hpp"
#include "latent/core/archive.hpp"
#include "latent/data/known.hpp"
#include "latent/emission/normal_inverse_wishart.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/impute.hpp"
#include "latent/model/mixture.hpp"
#include "latent/model/mixture_prior.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "latent/start/k_means.hpp"

using namespace latent;

namespace {

template <class Noise>
constexpr bool is_whole = Collapsible<FactorAnalyzers<Noise>>&& VectorizableEmission<FactorAnalyzers<Noise>>&&
    Archivable<FactorAnalyzers<Noise>>&& TakesMissing<FactorAnalyzers<Noise>>&&
        Savable<FactorAnalyzers<Noise>>&& Rounding<FactorAnalyzers<Noise>>&&
            JudgesPrecision<FactorAnalyzers<Noise>>&& WithCovariances<FactorAnalyzers<Noise>>;
static_assert(is_whole<Diagonal> && is_whole<Spherical>);

/// Two components of two factors in six dimensions.
template <class Noise>
FactorAnalyzers<Noise> analyzers() {
    Random random(3);
    Eigen::MatrixXd means = Eigen::MatrixXd::Zero(6, 2), noise = Eigen::MatrixXd::Constant(6, 2, 0.4);
    means.col(1) << 3, 0, -2, 1, 0, 2;
    std::vector<Eigen::MatrixXd> loadings(2, Eigen::MatrixXd(6, 2));
    for (Eigen::MatrixXd& one : loadings)
        for (double& value : one.reshaped()) value = random.normal();
    if (std::is_same_v<Noise, Diagonal>) noise.col(0) << 0.2, 0.5, 0.3, 0.9, 0.4, 0.6;
    return {means, loadings, noise};
}
template <class Noise>
Eigen::MatrixXd draws(Index n) {
    Random random(5);
    return Mixture(analyzers<Noise>()).sample(n, random);
}
/// Statistics of the first component alone, of data that are all its own.
template <class E>
auto statistics_of(const E& e, const Eigen::MatrixXd& x) {
    Panel<double> panel, weights;
    detail::pack(Observations<double>(x), panel);
    weights.resize(x.cols(), e.size());
    for (Index i = 0; i < weights.padded(); ++i) weights(i, 0) = i < x.cols() ? 1 : 0;
    auto s = e.zero_statistics();
    e.accumulate(panel, weights, s);
    return s;
}
Eigen::MatrixXd covariance_of(const Eigen::MatrixXd& x) {
    const Eigen::MatrixXd centred = x.colwise() - x.rowwise().mean();
    return centred * centred.transpose() / static_cast<double>(x.cols());
}

}  // namespace

TEMPLATE_TEST_CASE("factor analysers are an emission", "", Diagonal, Spherical) {
    const Eigen::MatrixXd x = draws<TestType>(200);
    const CheckReport report = check_emission(analyzers<TestType>(), x);
    INFO(report);
    if (std::is_same_v<TestType, Spherical>) {
        CHECK(report.ok());
    } else {  // a step of EM inside is none to the maximum
        CHECK(report.findings().size() == 2);
        CHECK(report.found("maximize(s) finds the maximum of expected_log_joint(s)"));
        CHECK(report.found("maximize(s) repeats itself"));
    }
}

TEMPLATE_TEST_CASE("coordinates keep the density, whatever the rotation", "", Diagonal, Spherical) {
    const auto e = analyzers<TestType>();
    std::vector<double> v(static_cast<std::size_t>(e.coordinates()));
    e.to_vector(v);
    FactorAnalyzers<TestType> other(2, 6, 2);
    other.from_vector(v);
    for (const Index k : {0, 1}) {
        CHECK((other.covariance(k) - e.covariance(k)).isZero(1e-13));
        CHECK(other.loadings(k)(0, 1) == 0);
        CHECK(other.loadings(k).diagonal().minCoeff() >= 0);
    }
    CHECK(other.means() == e.means());
}

TEMPLATE_TEST_CASE("their covariance is what the factors and the noise make", "", Diagonal, Spherical) {
    const auto e = analyzers<TestType>();
    const Eigen::MatrixXd expected =
        e.loadings(1) * e.loadings(1).transpose() + Eigen::MatrixXd(e.uniquenesses().col(1).asDiagonal());
    CHECK((e.covariance(1) - expected).isZero(1e-14));
    CHECK((e.precision(1) * expected - Eigen::MatrixXd::Identity(6, 6)).isZero(1e-12));
    // Scores minimise |z|² + (x − μ − Λz)ᵀ Ψ⁻¹ (x − μ − Λz).
    const Eigen::MatrixXd x = draws<TestType>(3), z = e.scores(x, 1);
    const Eigen::MatrixXd rest = (x.colwise() - e.means().col(1)) - e.loadings(1) * z;
    const Eigen::MatrixXd slope =
        z - e.loadings(1).transpose() * e.uniquenesses().col(1).cwiseInverse().asDiagonal() * rest;
    CHECK(slope.isZero(1e-12));
    CHECK(e.parameters() == 2 * (6 + 12 - 1 + (std::is_same_v<TestType, Diagonal> ? 6 : 1)));
}

TEST_CASE("under spherical noise the M-step is the maximum that eigenvalues give") {
    const Eigen::MatrixXd x = draws<Spherical>(300);
    FactorAnalyzers<Spherical> e(1, 6, 2);
    e.maximize(statistics_of(e, x));
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(covariance_of(x));
    const double noise = eigen.eigenvalues().head(4).mean();
    CHECK_THAT(e.uniquenesses()(0, 0), WithinRel(noise, 1e-12));
    const Eigen::MatrixXd top = eigen.eigenvectors().rightCols(2);
    const Eigen::Vector2d excess = eigen.eigenvalues().tail(2).array() - noise;
    const Eigen::MatrixXd product = e.loadings(0) * e.loadings(0).transpose();
    CHECK((product - top * excess.asDiagonal() * top.transpose()).isZero(1e-10));
}

TEST_CASE(
    "under diagonal noise no M-step lowers the expected log-density, and where it rests the slope is zero") {
    Random random(5);
    const auto both = analyzers<Diagonal>();
    const FactorAnalyzers<> first(both.means().col(0), {both.loadings(0)}, both.uniquenesses().col(0));
    const Eigen::MatrixXd x = Mixture(first).sample(300, random);
    FactorAnalyzers<> e(1, 6, 2);
    const auto s = statistics_of(e, x);
    double last = e.expected_log_density(s);
    for (int step = 0; step < 3000; ++step) {
        e.maximize(s);
        const double next = e.expected_log_density(s);
        REQUIRE(next >= last - 1e-9);
        last = next;
    }
    const Eigen::MatrixXd sample = covariance_of(x), p = e.precision(0);
    const Eigen::MatrixXd slope =
        p * (sample - e.covariance(0)) * p;  // of −2/n times the log-likelihood, in Σ
    CHECK((slope * e.loadings(0)).isZero(1e-10));
    CHECK(slope.diagonal().isZero(1e-10));
}

TEST_CASE("loadings that are all zero are left, for better") {
    const Eigen::MatrixXd x = draws<Diagonal>(300);
    FactorAnalyzers<> e(1, 6, 1);
    const auto s = statistics_of(e, x);
    Gaussian<Diagonal> without(1, 6);
    without.maximize(statistics_of(without, x));
    e.maximize(s);
    CHECK_FALSE(e.loadings(0).isZero());
    CHECK(e.expected_log_density(s) > without.expected_log_density(statistics_of(without, x)));
}

TEMPLATE_TEST_CASE("a mixture of factor analysers finds the components that made the data", "", Diagonal,
                   Spherical) {
    const Eigen::MatrixXd x = draws<TestType>(4000);
    const auto truth = analyzers<TestType>();
    const auto fitted = fit(Mixture<FactorAnalyzers<TestType>>(2, 6, 2), x, KMeans{.seed = 1}, Squarem{});
    CHECK(fitted.sound());
    CHECK(fitted.model.score(x) >= Mixture(truth).score(x));
    const auto& e = fitted.model.emission();
    const Index first = std::abs(e.means()(0, 0)) < std::abs(e.means()(0, 1)) ? 0 : 1;
    for (const Index k : {0, 1}) {
        const Eigen::MatrixXd own = e.covariance(k == 0 ? first : 1 - first), made = truth.covariance(k);
        CHECK((own - made).norm() < 0.12 * made.norm());
    }
}

TEST_CASE("factors fill in what is missing, and priors and chains take them") {
    Eigen::MatrixXd x = draws<Diagonal>(400);
    const Eigen::MatrixXd whole = x;
    Random random(8);
    for (double& value : x.reshaped())
        if (random.uniform() < 0.15) value = std::nan("");
    const auto y = with_missing(x);
    const Limits limits{.iterations = effort(Limits{}.iterations, 30)};
    const auto fitted = fit(Mixture<FactorAnalyzers<>>(2, 6, 2), y, KMeans{.seed = 2}, limits);
    for (std::size_t t = 1; t < fitted.trace.size(); ++t)
        REQUIRE(fitted.trace[t] >= fitted.trace[t - 1] - 1e-7);
    const Eigen::MatrixXd filled = impute(fitted.model, y).x;
    const Eigen::VectorXd means = whole.rowwise().mean();
    double error = 0, by_mean = 0;
    for (Index i = 0; i < x.cols(); ++i)
        for (Index j = 0; j < x.rows(); ++j)
            if (std::isnan(x(j, i))) {
                error += std::pow(filled(j, i) - whole(j, i), 2);
                by_mean += std::pow(means(j) - whole(j, i), 2);
            }
    CHECK(error < 0.4 * by_mean);

    const MixturePrior<NormalInverseWishart> prior{
        2, {Eigen::VectorXd::Zero(6), 0.1, 8, Eigen::MatrixXd::Identity(6, 6)}};
    const auto likely =
        fit(Mixture<FactorAnalyzers<>>(2, 6, 2), whole, KMeans{.seed = 2}, limits, MaximumAPosteriori{prior});
    for (std::size_t t = 1; t < likely.trace.size(); ++t)
        REQUIRE(likely.trace[t] >= likely.trace[t - 1] - 1e-7);

    const auto chain = fit(HMM<FactorAnalyzers<>>(2, 6, 2), whole, KMeans{.seed = 2}, limits);
    for (std::size_t t = 1; t < chain.trace.size(); ++t) REQUIRE(chain.trace[t] >= chain.trace[t - 1] - 1e-7);
}

TEST_CASE("a dimension that others explain wholly is floored") {
    Eigen::MatrixXd x = draws<Diagonal>(60);
    x.row(5) = x.row(0) - x.row(1);
    const auto fitted = fit(Mixture<FactorAnalyzers<>>(1, 6, 2), x, KMeans{.seed = 1});
    CHECK(std::isfinite(fitted.trace.back()));
    CHECK(fitted.model.emission().uniquenesses().minCoeff() > 0);
    CHECK(fitted.model.emission().covariance(0).allFinite());
}

TEST_CASE("factor analysers refuse what they cannot be") {
    CHECK_THROWS_WITH(FactorAnalyzers<>(1, 3, 3),
                      "latent::FactorAnalyzers: q = 3 factors, expected 0 < q < d = 3");
    const Eigen::MatrixXd means = Eigen::MatrixXd::Zero(2, 1), ones = Eigen::MatrixXd::Ones(2, 1);
    CHECK_THROWS_WITH(
        FactorAnalyzers<>(means, {}, ones),
        "latent::FactorAnalyzers: 0 loadings given, expected a matrix for each of the means' K = 1 columns");
    CHECK_THROWS_WITH(FactorAnalyzers<>(means, {Eigen::MatrixXd::Ones(3, 1)}, ones),
                      "latent::FactorAnalyzers: loadings[0] is 3 × 1, expected d × q = 2 × 1");
    CHECK_THROWS_WITH(FactorAnalyzers<>(means, {ones}, Eigen::Vector2d(1, 0)),
                      "latent::FactorAnalyzers: uniquenesses(1, 0) is 0, expected a finite number > 0");
    CHECK_THROWS_WITH(
        FactorAnalyzers<Spherical>(means, {ones}, Eigen::Vector2d(1, 2)),
        "latent::FactorAnalyzers: uniquenesses of component 0 differ, expected the same in all dimensions: "
        "the noise is spherical");
    CHECK_THROWS_WITH(analyzers<Diagonal>().scores(Eigen::MatrixXd::Zero(2, 1)),
                      "latent::FactorAnalyzers::scores: observations have 2 rows, expected d = 6");
}
