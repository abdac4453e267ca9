// What missing cells cost: an EM iteration of a full-covariance mixture, by how many patterns of missing cells there are, beside
// that on complete data and a loop that takes each observation by itself, as one writes it with Eigen. Shortest times of
// iterations taken in turn.
#include <Eigen/Cholesky>
#include <chrono>
#include <cstdio>

#include "support/cases.hpp"
#include "support/models.hpp"

namespace {

using latent::Index;

/// Whether cell j of pattern number p is missing: about a quarter of all, never the whole.
Eigen::MatrixXd with_holes(Eigen::MatrixXd x, Index patterns) {
    latent::Random random(3);
    const Index d = x.rows();
    Eigen::ArrayXXi hidden = Eigen::ArrayXXi::Zero(d, std::max<Index>(patterns, 1));
    for (Index p = 1; p < patterns; ++p)  // the first is complete
        for (Index j = 0; j < d; ++j) hidden(j, p) = random.uniform() < 0.25;
    for (Index p = 1; p < patterns; ++p)
        if (hidden.col(p).sum() == d) hidden(0, p) = 0;
    for (Index i = 0; i < x.cols(); ++i) {
        const Index p = random.below(std::max<Index>(patterns, 1));
        for (Index j = 0; j < d; ++j)
            if (hidden(j, p)) x(j, i) = std::numeric_limits<double>::quiet_NaN();
    }
    return x;
}

/// One EM iteration, observation by observation; returns the log-likelihood.
double by_observation(const Eigen::MatrixXd& x, const latent::GaussianMixture<>& model) {
    const Index d = x.rows(), n = x.cols(), K = model.size();
    std::vector<Eigen::MatrixXd> sigma, scatter(static_cast<std::size_t>(K), Eigen::MatrixXd::Zero(d, d));
    for (Index k = 0; k < K; ++k) sigma.push_back(model.covariance(k));
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(d, K), expected(d, K);
    Eigen::VectorXd count = Eigen::VectorXd::Zero(K), logs(K);
    std::vector<Eigen::MatrixXd> rest(static_cast<std::size_t>(K));
    double total = 0;
    std::vector<Index> seen, hidden;
    for (Index i = 0; i < n; ++i) {
        seen.clear(), hidden.clear();
        for (Index j = 0; j < d; ++j) (std::isnan(x(j, i)) ? hidden : seen).push_back(j);
        for (Index k = 0; k < K; ++k) {
            const Eigen::MatrixXd& s = sigma[static_cast<std::size_t>(k)];
            const Eigen::LLT<Eigen::MatrixXd> llt(s(seen, seen));
            const Eigen::VectorXd step = x(seen, i) - model.means()(seen, k);
            const Eigen::VectorXd solved = llt.solve(step);
            logs(k) = std::log(model.weights()(k)) - 0.5 * step.dot(solved) -
                      llt.matrixLLT().diagonal().array().log().sum() -
                      0.9189385332046727 * static_cast<double>(seen.size());
            expected(seen, k) = step;
            if (!hidden.empty()) {
                const Eigen::MatrixXd across = s(seen, hidden);
                expected(hidden, k) = across.transpose() * solved;
                rest[static_cast<std::size_t>(k)] =
                    s(hidden, hidden) - across.transpose() * llt.solve(across);
            }
        }
        const double top = logs.maxCoeff(), log_sum = top + std::log((logs.array() - top).exp().sum());
        total += log_sum;
        for (Index k = 0; k < K; ++k) {
            const double r = std::exp(logs(k) - log_sum);
            Eigen::MatrixXd& s = scatter[static_cast<std::size_t>(k)];
            count(k) += r;
            sum.col(k) += r * expected.col(k);
            s.noalias() += r * expected.col(k) * expected.col(k).transpose();
            if (!hidden.empty()) s(hidden, hidden) += r * rest[static_cast<std::size_t>(k)];
        }
    }
    return total;
}

}  // namespace

int main() {
    std::printf("%-24s %10s %12s %12s %14s\n", "case", "patterns", "ms", "to complete", "to by observation");
    for (MixtureCase c : mixture_cases) {
        if (!c.full || (c.d != 8 && c.d != 32)) continue;
        const Problem problem = draw(c);
        const latent::GaussianMixture<> start(problem.start.initial,
                                              emission<latent::Gaussian<>>(problem.start));
        double complete = 1e300;
        for (const Index patterns : {0, 1, 10, 1000, 1'000'000}) {
            const Index n = patterns > 100 ? c.n / 10 : c.n;
            const Eigen::MatrixXd x = with_holes(problem.x.leftCols(n), patterns);
            double shortest = 1e300, alone = 1e300, score = 0, check = 0;
            for (int turn = 0; turn < (patterns > 100 ? 2 : 5); ++turn) {
                const auto em = timed_em(1, 3, shortest);
                if (patterns == 0)
                    score = em.fit(start, problem.x).trace.front();
                else
                    score = em.fit(start, latent::with_missing(x)).trace.front();
            }
            {
                const auto then = std::chrono::steady_clock::now();
                check = by_observation(x, start);
                alone = std::chrono::duration<double>(std::chrono::steady_clock::now() - then).count();
            }
            if (patterns == 0) complete = shortest / static_cast<double>(n);
            std::printf("%7ld x %3ld, K = %2ld %15ld %12.3f %12.2f %14.3f%s\n", static_cast<long>(n),
                        static_cast<long>(c.d), static_cast<long>(c.K), static_cast<long>(patterns),
                        1e3 * shortest, shortest / static_cast<double>(n) / complete, shortest / alone,
                        std::abs(score - check) > 1e-9 * std::abs(check) ? "  DIFFERENT LIKELIHOODS" : "");
        }
    }
    return 0;
}
