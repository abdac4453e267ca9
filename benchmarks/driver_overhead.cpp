// What the generic driver costs over a hand-written loop on the same kernels: both run in turn, pair by pair,
// and the shortest times are compared. Prints a table; the two must find the same log-likelihood.
#include <cmath>
#include <cstdio>

#include "latent/core/small_matrix.hpp"
#include "support/cases.hpp"
#include "support/models.hpp"

namespace {

using latent::Index;

/// EM for a full-covariance mixture written for this purpose alone: no concept, no policy, no driver.
/// `shortest` becomes the time of the shortest iteration where that is shorter.
double bare_loop(const Eigen::MatrixXd& x, const latent::GaussianMixture<>& start, int iterations,
                 double& shortest) {
    const Index d = x.rows(), n = x.cols(), K = start.size(), length = d <= 4 ? 1024 : d <= 8 ? 512 : 256;
    Eigen::MatrixXd means = start.means(), covariances(d, d * K), factor(d, d), sum(d, K), scatter(d, d * K);
    Eigen::VectorXd weights = start.weights(), log_weights, count(K), column_sum(K);
    for (Index k = 0; k < K; ++k) covariances.middleCols(k * d, d) = start.covariance(k);
    latent::detail::TriangularDensity<double> density;
    density.resize(d, K);
    latent::Panel<double> block, r;
    double log_likelihood = 0;
    auto then = std::chrono::steady_clock::now();
    for (int iteration = 0; iteration <= iterations; ++iteration) {
        log_weights = weights.array().log();
        for (Index k = 0; k < K; ++k) {
            factor = covariances.middleCols(k * d, d);
            latent::detail::cholesky(factor);
            const double half_log_determinant = factor.diagonal().array().log().sum();
            latent::detail::invert_lower(factor);
            density.set(k, means.col(k).data(), factor,
                        -0.9189385332046727 * static_cast<double>(d) - half_log_determinant);
        }
        log_likelihood = 0;
        count.setZero(), column_sum.setZero(), sum.setZero(), scatter.setZero();
        for (Index first = 0; first < n; first += length) {
            latent::detail::pack(latent::Observations<double>(x).middle(first, std::min(length, n - first)),
                                 block);
            latent::detail::log_density(block, density, r);
            log_likelihood += latent::detail::normalize(r, log_weights.data());
            latent::detail::column_sums(r, column_sum.data());
            for (Index k = 0; k < K; ++k)
                latent::detail::add_scatter(block, r.column(k), means.col(k).data(), count(k),
                                            sum.col(k).data(), scatter.col(k * d).data(), d);
        }
        const auto now = std::chrono::steady_clock::now();
        if (iteration > 1) shortest = std::min(shortest, std::chrono::duration<double>(now - then).count());
        then = now;
        if (iteration == iterations) break;
        for (Index k = 0; k < K; ++k) {
            const Eigen::VectorXd step = sum.col(k) / count(k);
            means.col(k) += step;
            auto covariance = covariances.middleCols(k * d, d);
            covariance = scatter.middleCols(k * d, d) / count(k) - step * step.transpose();
            covariance.triangularView<Eigen::StrictlyUpper>() = covariance.transpose();
        }
        weights = column_sum / column_sum.sum();
    }
    return log_likelihood;
}

}  // namespace

int main() {
    std::printf("%-28s %12s %12s %10s\n", "case", "bare, ms", "driver, ms", "overhead");
    for (MixtureCase c : mixture_cases) {
        if (!c.full) continue;
        for (const Index n :
             {c.n, std::max(100'000 / (c.d * c.K), 8 * c.d * c.K)}) {  // large, and n·d·K ≥ 10⁵
            c.n = n;
            const Problem problem = draw(c);
            const latent::GaussianMixture<> start(problem.start.initial,
                                                  emission<latent::Gaussian<>>(problem.start));
            constexpr int iterations = 5;
            double bare = 1e300, driver = 1e300, difference = 0;
            const auto em = timed_em(1, iterations, driver);
            for (int pair = 0; pair < 20; ++pair) {
                const double a = bare_loop(problem.x, start, iterations, bare);
                const double b = em.fit(start, problem.x).objective;
                difference = std::max(difference, std::abs(a - b) / std::abs(b));
            }
            std::printf("%7td x %3td, K = %2td %17.3f %12.3f %9.1f %%%s\n", c.n, c.d, c.K, 1e3 * bare,
                        1e3 * driver, 100 * (driver / bare - 1),
                        difference < 1e-9 ? "" : "  the log-likelihoods differ");
        }
    }
}
