// Responsibilities that hardly count are left out, and hardly count.
#include "latent/estep/truncated.hpp"

#include "catch.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/k_means.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

/// Four clusters in d dimensions, of which neighbours overlap a little.
Eigen::MatrixXd clusters(Index d, Index n) {
    Random random(4);
    Eigen::MatrixXd x = GaussianMixture<>(1, d).sample(n, random);
    for (Index i = 0; i < n; ++i) x(0, i) += 6.0 * static_cast<double>(i % 4);
    return x;
}

template <class Rule>
auto fitted(const GaussianMixture<>& start, const Observations<double>& x, const Rule& rule) {
    return ExpectationMaximization<Batch<Rule>>{.estep = {rule}, .limits = {.iterations = 15}}.fit(start, x);
}

}  // namespace

TEST_CASE("a truncated fit is the exact one to about the threshold") {
    for (const Index d : {3, 40}) {  // without and with observations left out
        const Eigen::MatrixXd x = clusters(d, 1500);
        const Eigen::VectorXd w = Eigen::VectorXd::LinSpaced(1500, 0.5, 1.5);
        const auto start = KMeans{.seed = 2}(GaussianMixture<>(4, d), x);
        for (const auto& data : {Observations<double>(x), weighted(x, w)}) {
            const auto exact = fitted(start, data, Soft{});
            const auto close = fitted(start, data, Truncated{1e-12});
            CHECK_THAT(close.log_likelihood, WithinRel(exact.log_likelihood, 1e-10));
            CHECK((close.model.means() - exact.model.means()).cwiseAbs().maxCoeff() < 1e-9);
            CHECK((close.model.covariance(1) - exact.model.covariance(1)).cwiseAbs().maxCoeff() < 1e-8);
            CHECK_THAT(close.log_likelihood, WithinRel(close.model.score(data), 1e-13));
        }
    }
}

TEST_CASE("each component loses no more than n times the threshold") {
    const Eigen::MatrixXd x = clusters(40, 800);
    const auto model = KMeans{.seed = 2}(GaussianMixture<>(4, 40), x);
    const auto counts = [&](const auto& rule) {
        GaussianMixture<>::Posterior q;
        auto s = model.zero_statistics();
        const auto units = model.units(x);
        for (Index u = 0; u < units.size(); ++u) {
            rule(model, units[u], q, Key{});
            model.accumulate(units[u], q, s);
        }
        return s.count;
    };
    for (const double threshold : {1e-12, 1e-4, 1e-2}) {
        const Eigen::VectorXd lost = counts(Soft{}) - counts(Truncated{threshold});
        CHECK(lost.minCoeff() > -1e-9);
        CHECK(lost.maxCoeff() <= 800 * threshold + 1e-9);
    }
}

TEST_CASE("responsibilities below the threshold are zero, the others and the log-likelihood as they were") {
    const Eigen::MatrixXd x = clusters(2, 200);
    const GaussianMixture<> model(
        Gaussian<>::alike(Eigen::MatrixXd{{0, 6, 12, 18}, {0, 0, 0, 0}}, Eigen::Vector2d(1, 1)));
    GaussianMixture<>::Posterior q, exact;
    const double log_likelihood = model.infer(x, exact);
    for (const double threshold : {0.0, 1e-12, 1e-3, 0.3}) {
        CAPTURE(threshold);
        CHECK(Truncated{threshold}(model, x, q, Key{}) == log_likelihood);
        int zeros = 0;
        bool right = true;
        for (Index i = 0; i < 200; ++i)
            for (Index k = 0; k < 4; ++k) {
                const double r = exact.responsibilities(i, k);
                if (r < threshold) ++zeros;
                right = right && q.responsibilities(i, k) == (r < threshold ? 0 : r);
            }
        CHECK(right);
        CHECK((zeros > 200) == (threshold > 0));  // most of the far clusters' at the least
    }
}
