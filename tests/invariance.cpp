// The data's origin and units do not matter, nor does single precision.
#include "catch.hpp"
#include "latent/acceleration/anderson.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/core/sequential.hpp"
#include "latent/fit.hpp"
#include "latent/start/k_means.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

const Index n = 400, d = 3, K = 3;

/// Overlapping clusters whose coordinates are multiples of 2⁻²⁰, so that a shift by 10⁶ rounds nothing.
Eigen::MatrixXd clusters() {
    Random random(3);
    const auto m = naive::random_mixture<Gaussian<Full>>(K, d);
    return (m.sample(n, random) * 0x1p20).array().round() * 0x1p-20;
}

/// x ↦ factor · x + shift.
struct Units {
    double factor, shift;
    Eigen::MatrixXd operator()(const Eigen::MatrixXd& x) const { return (factor * x).array() + shift; }
};

const Units changes[] = {{1, 1e6}, {1, -1e6}, {1e6, 0}, {1e-6, 0}};

/// The same mixture in other units.
template <class Covariance>
GaussianMixture<Covariance> changed(const GaussianMixture<Covariance>& m, const Units& to) {
    std::vector<Eigen::MatrixXd> covariances;
    for (Index k = 0; k < (Covariance::shared ? 1 : m.size()); ++k)
        covariances.push_back(to.factor * to.factor * m.covariance(k));
    return {m.weights(), Gaussian<Covariance>(to(m.means()), covariances)};
}

template <class M, class Data>
Eigen::MatrixXd responsibilities_after(const M& start, const Data& x, int iterations) {
    const ExpectationMaximization<> em{{}, {}, {}, {}, Aitken{0}, {.iterations = iterations}, {}};
    const auto fit = em.fit(start, x);
    CHECK(fit.status == Status::iteration_limit);
    CHECK(fit.events.empty());
    return fit.model.predict_proba(x);
}

double difference(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    return (a - b).cwiseAbs().maxCoeff();
}

}  // namespace

TEMPLATE_TEST_CASE("shifted and scaled data have the same responsibilities from a k-means start", "", Full,
                   Tied, Diagonal, Spherical) {
    const Eigen::MatrixXd x = clusters();
    const GaussianMixture<TestType> shape(K, d);
    const Eigen::MatrixXd expected = responsibilities_after(KMeans{.seed = 1}(shape, x), x, 30);
    for (const Units& change : changes) {
        CAPTURE(change.factor, change.shift);
        const Eigen::MatrixXd y = change(x);
        CHECK(difference(responsibilities_after(KMeans{.seed = 1}(shape, y), y, 30), expected) < 1e-9);
    }
}

TEMPLATE_TEST_CASE("shifted and scaled data have the same responsibilities from given parameters", "", Full,
                   Tied, Diagonal, Spherical) {
    const Eigen::MatrixXd x = clusters();
    auto start = naive::random_mixture<Gaussian<TestType>>(K, d, 0, 2);
    const Eigen::MatrixXd means = (start.means() * 0x1p20).array().round() * 0x1p-20;
    std::vector<Eigen::MatrixXd> covariances;
    for (Index k = 0; k < (TestType::shared ? 1 : K); ++k) covariances.push_back(start.covariance(k));
    start = {start.weights(), Gaussian<TestType>(means, covariances)};
    for (const int iterations : {0, 1, 30}) {
        const Eigen::MatrixXd expected = responsibilities_after(start, x, iterations);
        for (const Units& change : changes) {
            CAPTURE(iterations, change.factor, change.shift);
            const Eigen::MatrixXd y = change(x);
            CHECK(difference(responsibilities_after(changed(start, change), y, iterations), expected) < 1e-9);
        }
    }
}

TEMPLATE_TEST_CASE("float observations far from the origin lose nothing but their own rounding", "", Full,
                   Tied, Diagonal, Spherical) {
    for (const double offset : {1e5, 1e6}) {
        CAPTURE(offset);
        const Eigen::MatrixXf x = ((10 * clusters()).array() + offset).cast<float>();
        const Eigen::MatrixXd exact = x.cast<double>();
        const ExpectationMaximization<> em{{}, {}, {}, {}, Aitken{0}, {.iterations = 30}, {}};
        const auto wide = em.fit(KMeans{.seed = 1}(GaussianMixture<TestType>(K, d), exact), exact);
        const auto narrow = em.fit(KMeans{.seed = 1}(GaussianMixture<TestType, float>(K, d), x), x);
        CHECK(difference(narrow.model.weights(), wide.model.weights()) < 1e-3);
        CHECK(difference(narrow.model.means(), wide.model.means()) < 0.02);  // deviations are about 10
        for (Index k = 0; k < K; ++k)
            CHECK(narrow.model.covariance(k).isApprox(wide.model.covariance(k), 2e-3));
        CHECK_THAT(narrow.log_likelihood, WithinRel(wide.log_likelihood, 1e-5));
    }
}

TEMPLATE_TEST_CASE("clusters ten thousand deviations apart lose no digits", "", Full, Diagonal, Spherical) {
    Eigen::MatrixXd x = naive::observations<double>(d, n, 0);
    std::vector<Index> labels;
    for (Index i = 0; i < n; ++i) {
        labels.push_back(i % 2);
        if (i % 2 == 1) x.col(i).array() += 1e4;
    }
    // The default floor is relative to the overall variance, here 2.5 · 10⁷ times that of the clusters.
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>> em{{}, {VarianceFloor{1e-12}}, {}, {}, {}, {},
                                                                   {}};
    const auto fit = em.fit(KMeans{.seed = 1}(GaussianMixture<TestType>(2, d), x), x);
    CHECK(fit.converged());
    CHECK(fit.events.empty());
    for (const Index k : {0, 1}) {
        const Index cluster = fit.model.means()(0, k) > 5e3 ? 1 : 0;
        const Eigen::MatrixXd own = x(Eigen::all, Eigen::seqN(cluster, n / 2, 2));
        const Eigen::VectorXd mean = own.rowwise().mean();
        const Eigen::MatrixXd centred = own.colwise() - mean;
        CHECK_THAT(fit.model.weights()(k), WithinAbs(0.5, 1e-15));
        CHECK(difference(fit.model.means().col(k), mean) < 1e-10);
        CHECK(fit.model.covariance(k).isApprox(
            naive::structured<TestType>(centred * centred.transpose() / (n / 2)), 1e-9));
    }
}

TEST_CASE("observations too far from 0 for their deviation are named") {
    const auto lost = [](const auto& fit) {
        return std::count_if(fit.events.begin(), fit.events.end(),
                             [](const Event& e) { return e.cause == Cause::precision_lost; });
    };
    const Eigen::MatrixXd x = clusters();
    const GaussianMixture<> start = KMeans{.seed = 1}(GaussianMixture<>(K, d), x);
    const Eigen::MatrixXd expected = fit(start, x).model.predict_proba(x);
    const auto moved = [&](double shift, Index components) {
        const Units change{1, shift};
        const Eigen::MatrixXd y = change(x);
        const auto far = fit(changed(start, change), y);
        CHECK(lost(far) == components);
        CHECK(far.status != Status::degenerate);
        return difference(far.model.predict_proba(y), expected);
    };
    CHECK(moved(1e6, 0) < 1e-5);
    CHECK(moved(1e9, 0) < 1e-5);
    moved(1e13, K);
    Eigen::MatrixXf narrow = (x.array() + 1e4).cast<float>();
    CHECK(lost(fit(KMeans{.seed = 1}(GaussianMixture<Full, float>(K, d), narrow), narrow)) == K);
}

TEST_CASE("rounding is felt by what lies far from 0, and by dimensions that are nearly dependent") {
    const double epsilon = std::numeric_limits<double>::epsilon();
    const auto rounding = [](const Eigen::Vector2d& mean, double correlation) {
        const Eigen::MatrixXd covariance{{1, correlation}, {correlation, 1}};
        return Gaussian<>(Eigen::MatrixXd(mean), {covariance}).rounding(0);
    };
    CHECK_THAT(rounding({0, 0}, 0), WithinRel(2 * epsilon, 1e-12));
    CHECK_THAT(rounding({3e6, 4e6}, 0), WithinRel(5e6 * epsilon, 1e-6));
    const double rho = 1 - 1e-8;
    CHECK_THAT(rounding({0, 0}, rho), WithinRel(2 * epsilon / (1 - rho * rho), 1e-6));
}

TEMPLATE_TEST_CASE("a likelihood that falls by the rounding of the data is no mistake of the model", "", Full,
                   Tied) {
    Index lost = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        Random random(seed);
        Eigen::MatrixXd y(3, 30);  // a deviation is some thirty times what two doubles at 20 are apart
        for (Index i = 0; i < y.cols(); ++i)
            for (Index j = 0; j < y.rows(); ++j)
                y(j, i) = 10 * static_cast<double>(i % 3) + 1e-13 * random.normal();
        const GaussianMixture<TestType> shape(4, 3);
        const auto far = fit(KMeans{.seed = seed}(shape, y), y);
        const bool felt = std::any_of(far.events.begin(), far.events.end(),
                                      [](const Event& e) { return e.cause == Cause::precision_lost; });
        CAPTURE(seed, far.trace);
        CHECK(far.status != Status::objective_decreased);
        CHECK((far.converged() || felt));
        lost += felt;
    }
    CHECK(lost > 0);
}

TEMPLATE_TEST_CASE("no units, and no objective near 0, make a fit longer or its responsibilities others", "",
                   Plain, Squarem, Anderson) {
    const Eigen::MatrixXd x = clusters();
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, TestType> em{};
    const auto fit_in = [&](double factor) {
        const Eigen::MatrixXd y = factor * x;
        const auto fit = em.fit(KMeans{.seed = 3}(GaussianMixture<>(K, d), y), y);
        CHECK(fit.converged());
        return std::pair(fit, fit.model.predict_proba(y));
    };
    const auto [fit, responsibilities] = fit_in(1);
    const double without_likelihood = std::exp(fit.log_likelihood / (n * d));
    CHECK(std::abs(fit_in(without_likelihood).first.log_likelihood) < 1e-6);
    for (const double factor : {without_likelihood, 1e-6, 1e6}) {
        CAPTURE(factor);
        const auto [other, others] = fit_in(factor);
        CHECK(difference(others, responsibilities) < 3e-5);
        CHECK(other.evaluations < 2 * fit.evaluations);
    }
}
