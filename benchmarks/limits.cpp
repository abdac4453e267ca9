// What offset, scale and condition of the data cost in digits (docs/limits.md): a mixture fitted for some iterations from
// given labels, beside the same fit in quadruple precision.
#include <cmath>
#include <cstdio>
#include <latent/latent.hpp>
#include <string>
#include <vector>

namespace {

using latent::Index;
__extension__ typedef __float128 Real;

constexpr Index d = 2, n = 300, K = 3;
constexpr int iterations = 20;

/// Newton's step doubles the digits of the root that it begins with.
Real root(Real x) {
    Real y = std::sqrt(static_cast<long double>(x));
    for (int i = 0; i < 2; ++i) y = (y + x / y) / 2;
    return y;
}

/// A mixture of K normals in d dimensions, as print has it.
struct Quadruple {
    Real weight[K], mean[K][d], factor[K][d][d];  // factor: of the covariance, lower
    Real responsibility[n][K], log_likelihood;

    /// Of component k; the covariance's lower triangle.
    void set(Index k, const Real (&covariance)[d][d]) {
        for (Index a = 0; a < d; ++a)
            for (Index b = 0; b <= a; ++b) {
                Real rest = covariance[a][b];
                for (Index c = 0; c < b; ++c) rest -= factor[k][a][c] * factor[k][b][c];
                factor[k][a][b] = a == b ? root(rest) : rest / factor[k][b][b];
            }
    }
    void maximize(const Eigen::MatrixXd& x) {
        for (Index k = 0; k < K; ++k) {
            Real total = 0, covariance[d][d] = {};
            for (Real& m : mean[k]) m = 0;
            for (Index i = 0; i < n; ++i) total += responsibility[i][k];
            for (Index j = 0; j < d; ++j)
                for (Index i = 0; i < n; ++i) mean[k][j] += responsibility[i][k] * x(j, i) / total;
            for (Index i = 0; i < n; ++i)
                for (Index a = 0; a < d; ++a)
                    for (Index b = 0; b <= a; ++b)
                        covariance[a][b] +=
                            responsibility[i][k] * (x(a, i) - mean[k][a]) * (x(b, i) - mean[k][b]) / total;
            weight[k] = total / n;
            set(k, covariance);
        }
    }
    void infer(const Eigen::MatrixXd& x) {
        log_likelihood = 0;
        for (Index i = 0; i < n; ++i) {
            Real log_p[K], sum = 0;
            for (Index k = 0; k < K; ++k) {
                Real square = 0, volume = 1, z[d];
                for (Index a = 0; a < d; ++a) {
                    z[a] = x(a, i) - mean[k][a];
                    for (Index b = 0; b < a; ++b) z[a] -= factor[k][a][b] * z[b];
                    z[a] /= factor[k][a][a];
                    square += z[a] * z[a];
                    volume *= factor[k][a][a];
                }
                // d = 2: log 2π
                log_p[k] = std::log(static_cast<long double>(weight[k])) -
                           std::log(static_cast<long double>(volume)) - 1.837877066409345483560659L -
                           square / 2;
            }
            Real top = log_p[0];
            for (const Real value : log_p) top = value > top ? value : top;
            for (Index k = 0; k < K; ++k)
                sum += responsibility[i][k] = std::exp(static_cast<long double>(log_p[k] - top));
            for (Real& r : responsibility[i]) r /= sum;
            log_likelihood += top + std::log(static_cast<long double>(sum));
        }
    }
};

/// Three clusters that overlap, their second coordinate `apart` from a multiple of the first.
Eigen::MatrixXd clusters(double apart) {
    latent::Random random(1);
    Eigen::MatrixXd x(d, n);
    for (Index i = 0; i < n; ++i) {
        x(0, i) = random.normal() + 3 * static_cast<double>(i % K);
        x(1, i) = x(0, i) + apart * random.normal();
    }
    return x;
}

void compare(const char* what, double size, const Eigen::MatrixXd& x) {
    using namespace latent;
    // The clusters' own parameters, to begin with.
    Quadruple exact{};
    Eigen::MatrixXd means(d, K);
    std::vector<Eigen::MatrixXd> covariances;
    for (Index k = 0; k < K; ++k) {
        const Eigen::MatrixXd own = x(Eigen::all, Eigen::seqN(k, n / K, K));
        means.col(k) = own.rowwise().mean();
        const Eigen::MatrixXd apart = own.colwise() - means.col(k);
        covariances.emplace_back(apart * apart.transpose() / static_cast<double>(n / K));
        Real covariance[d][d];
        for (Index a = 0; a < d; ++a) {
            exact.mean[k][a] = means(a, k);
            for (Index b = 0; b < d; ++b) covariance[a][b] = covariances.back()(a, b);
        }
        exact.weight[k] = Real(1) / K;
        exact.set(k, covariance);
    }
    const GaussianMixture<> start(Eigen::VectorXd::Constant(K, 1.0 / K), Gaussian<>(means, covariances));
    const ExpectationMaximization<Batch<>, MaximumLikelihood<NoRemedy>> em{
        .convergence = {.tolerance = 0}, .limits = {.iterations = iterations}};
    const auto fit = em.fit(start, x);
    exact.infer(x);
    for (int t = 0; t < iterations; ++t) {
        exact.maximize(x);
        exact.infer(x);
    }
    const Eigen::MatrixXd p = fit.model.predict_proba(x);
    double worst = 0;
    for (Index i = 0; i < n; ++i)
        for (Index k = 0; k < K; ++k)
            worst = std::max(worst, std::abs(p(k, i) - static_cast<double>(exact.responsibility[i][k])));
    const auto log_p = static_cast<double>(exact.log_likelihood);
    std::printf(
        "%-10s %8.0e  responsibilities %7.0e  log-likelihood %7.0e of %.0f  %d iterations, status %d\n", what,
        size, worst, std::abs(static_cast<double>(fit.log_likelihood - exact.log_likelihood) / log_p), log_p,
        fit.iterations, static_cast<int>(fit.status));
}

}  // namespace

int main() {
    for (const double offset : {0.0, 1e3, 1e6, 1e9, 1e12, 1e14})
        compare("offset", offset, clusters(1).array() + offset);
    for (const double scale : {1e-150, 1e-100, 1e-10, 1e10, 1e100, 1e140})
        compare("scale", scale, scale * clusters(1));
    for (const double condition : {1e2, 1e4, 1e6, 1e8, 1e10, 1e12, 1e14})
        compare("condition", condition, clusters(4 / std::sqrt(condition)));
}
