// The conjugate prior of normal densities: posterior modes in closed form.
#include "latent/emission/normal_inverse_wishart.hpp"

#include <Eigen/LU>

#include "catch.hpp"
#include "latent/core/additive.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

constexpr Index n = 40, d = 3, K = 2;

NormalInverseWishart prior() {
    Random random(9);
    return {Eigen::Vector3d(1, -2, 0.5), 1.5, 7, naive::random_covariance(d, random)};
}

/// What the closed forms need of component k: its count, and with the prior's mean drawn in, the posterior's
/// mean and scatter.
struct Moments {
    double count;
    Eigen::VectorXd mean;
    Eigen::MatrixXd scatter;

    Moments(const Eigen::MatrixXd& x, const Eigen::VectorXd& weight, const NormalInverseWishart& p)
        : count(weight.sum()) {
        const Eigen::VectorXd sample = x * weight / count, offset = sample - p.mean;
        const Eigen::MatrixXd centred = x.colwise() - sample;
        mean = (p.mean_strength * p.mean + count * sample) / (p.mean_strength + count);
        scatter = centred * weight.asDiagonal() * centred.transpose() +
                  p.mean_strength * count / (p.mean_strength + count) * offset * offset.transpose();
    }
};

/// log p(means, covariances), by the definition of the prior and up to a constant free of them.
template <class Covariance>
double log_prior(const Gaussian<Covariance>& g, const NormalInverseWishart& p) {
    double total = 0;
    for (Index k = 0; k < g.size(); ++k) {
        const Eigen::MatrixXd precision = g.precision(k);
        const double log_determinant = -std::log(precision.determinant());
        const Eigen::VectorXd offset = g.means().col(k) - p.mean;
        total -= 0.5 * log_determinant + 0.5 * p.mean_strength * offset.dot(precision * offset);
        if (Covariance::shared && k > 0) continue;
        if constexpr (std::is_base_of_v<detail::VarianceCovariance<false, false>, Covariance>) {
            for (Index j = 0; j < d; ++j)
                total -= (p.degrees / 2 + 1) * std::log(g.covariance(k)(j, j)) +
                         0.5 * p.scale(j, j) * precision(j, j);
        } else if constexpr (std::is_same_v<Covariance, Spherical>) {
            total -= (p.degrees / 2 + 1) * std::log(g.covariance(k)(0, 0)) +
                     0.5 * p.scale.diagonal().mean() * precision(0, 0);
        } else {
            total -= 0.5 * (p.degrees + d + 1) * log_determinant + 0.5 * (p.scale * precision).trace();
        }
    }
    return total;
}

/// A family with its posterior mode given weighted observations.
template <class Covariance>
struct Posterior {
    using Family = Gaussian<Covariance>;
    Eigen::MatrixXd x = naive::observations<double>(d, n, 2), weights{n, K};
    Family mode = naive::random_gaussian<Family>(K, d);
    typename Family::Statistics statistics;  // the observations'

    Posterior() {
        Random random(3);
        for (double& weight : weights.reshaped()) weight = random.uniform();
        statistics = mode.zero_statistics();
        mode.accumulate(naive::packed(x), naive::table(weights, 0.0), statistics);
        auto with_prior = statistics;
        add(with_prior, prior()(mode));
        mode.maximize(with_prior);
    }

    Moments moments(Index k) const { return {x, weights.col(k), prior()}; }
};

}  // namespace

TEST_CASE("the mode with a covariance for each component") {
    const Posterior<Full> posterior;
    for (Index k = 0; k < K; ++k) {
        const Moments m = posterior.moments(k);
        CHECK(posterior.mode.means().col(k).isApprox(m.mean, 1e-12));
        const Eigen::MatrixXd expected = (prior().scale + m.scatter) / (prior().degrees + d + 2 + m.count);
        CHECK(posterior.mode.covariance(k).isApprox(expected, 1e-12));
    }
}

TEST_CASE("the mode with one covariance for all components") {
    const Posterior<Tied> posterior;
    Eigen::MatrixXd scatter = prior().scale;
    double count = prior().degrees + d + 1 + K;
    for (Index k = 0; k < K; ++k) {
        const Moments m = posterior.moments(k);
        CHECK(posterior.mode.means().col(k).isApprox(m.mean, 1e-12));
        scatter += m.scatter;
        count += m.count;
    }
    CHECK(posterior.mode.covariance(0).isApprox(scatter / count, 1e-12));
}

TEST_CASE("the mode with a variance for each component and dimension") {
    const Posterior<Diagonal> posterior;
    for (Index k = 0; k < K; ++k) {
        const Moments m = posterior.moments(k);
        CHECK(posterior.mode.means().col(k).isApprox(m.mean, 1e-12));
        const Eigen::VectorXd expected =
            (prior().scale + m.scatter).diagonal() / (prior().degrees + 3 + m.count);
        CHECK(posterior.mode.covariance(k).diagonal().isApprox(expected, 1e-12));
    }
}

TEST_CASE("the mode with a variance for each component") {
    const Posterior<Spherical> posterior;
    for (Index k = 0; k < K; ++k) {
        const Moments m = posterior.moments(k);
        CHECK(posterior.mode.means().col(k).isApprox(m.mean, 1e-12));
        const double expected =
            (prior().scale.diagonal().mean() + m.scatter.trace()) / (prior().degrees + 2 + d * (m.count + 1));
        CHECK_THAT(posterior.mode.covariance(k)(0, 0), WithinRel(expected, 1e-12));
    }
}

TEMPLATE_TEST_CASE("the pseudo-observations' log-density is the log prior", "", Full, Tied, Diagonal,
                   Spherical) {
    using Family = Gaussian<TestType>;
    const auto pseudo = [](const Family& g) { return g.expected_log_density(prior()(g)); };
    const auto a = naive::random_gaussian<Family>(K, d, 0, 1), b = naive::random_gaussian<Family>(K, d, 0, 2);
    CHECK_THAT(pseudo(a) - pseudo(b), WithinRel(log_prior(a, prior()) - log_prior(b, prior()), 1e-12));
}

TEMPLATE_TEST_CASE("the penalised objective is stationary at the mode", "", Full, Tied, Diagonal, Spherical) {
    const Posterior<TestType> posterior;
    std::vector<double> v(static_cast<std::size_t>(posterior.mode.coordinates()));
    posterior.mode.to_vector(v);
    const auto objective = [&](std::size_t i, double step) {
        auto moved = v;
        moved[i] += step;
        auto g = posterior.mode;
        g.from_vector(moved);
        return g.expected_log_density(posterior.statistics) + log_prior(g, prior());
    };
    for (std::size_t i = 0; i < v.size(); ++i) {
        CAPTURE(i);
        CHECK_THAT((objective(i, 1e-4) - objective(i, -1e-4)) / 2e-4, WithinAbs(0, 1e-5));
        CHECK(objective(i, 1e-2) < objective(i, 0));
        CHECK(objective(i, -1e-2) < objective(i, 0));
    }
}

// Fraley & Raftery (2007), "Bayesian regularization for normal mixture estimation and model-based
// clustering".
TEST_CASE("the weak prior takes mean and scale from the data") {
    const Eigen::MatrixXd x = naive::observations<double>(2, 50, 4);
    const auto p = NormalInverseWishart::from_data(Observations<double>(x), 3);
    const Eigen::VectorXd mean = x.rowwise().mean();
    CHECK(p.mean.isApprox(mean, 1e-14));
    CHECK(p.mean_strength == 0.01);
    CHECK(p.degrees == 4);
    const Eigen::VectorXd variance = (x.colwise() - mean).rowwise().squaredNorm() / 50;
    CHECK(p.scale.isApprox(Eigen::MatrixXd((variance / 3).asDiagonal()), 1e-14));
}

TEST_CASE("no weak prior comes from no data, no components or no numbers") {
    const Eigen::MatrixXd none(2, 0), x{{1, 2, 4}, {1, std::nan(""), 3}};
    const auto from = [](const Eigen::MatrixXd& data, Index components) {
        return NormalInverseWishart::from_data(Observations<double>(data), components);
    };
    CHECK_THROWS_WITH(from(none, 3), ContainsSubstring("from_data: data are 2 × 0"));
    CHECK_THROWS_WITH(from(x, 0), ContainsSubstring("K = 0"));
    CHECK_THROWS_WITH(from(x, 2), ContainsSubstring("observation 1, dimension 1 is nan"));
}

TEST_CASE("a prior that does not fit is refused") {
    const Gaussian<Full> g(2, 3);
    NormalInverseWishart p = prior();
    CHECK_NOTHROW(p(g));
    p.mean_strength = -1;
    CHECK_THROWS_WITH(p(g), ContainsSubstring("mean_strength is -1"));
    p = prior();
    p.degrees = -2;
    CHECK_THROWS_WITH(p(g), ContainsSubstring("degrees is -2"));
    p = prior();
    p.mean = Eigen::Vector2d(0, 0);
    CHECK_THROWS_WITH(p(g),
                      ContainsSubstring("mean has 2 values") && ContainsSubstring("expected dimension 3"));
    p = prior();
    p.scale = Eigen::Matrix2d::Identity();
    CHECK_THROWS_WITH(p(g), ContainsSubstring("scale is 2 × 2"));
    p = prior();
    p.degrees = std::nan("");
    CHECK_THROWS_WITH(p(g), ContainsSubstring("degrees is nan"));
    p = prior();
    p.mean(1) = std::numeric_limits<double>::infinity();
    CHECK_THROWS_WITH(p(g), ContainsSubstring("mean(1) is inf"));
    p = prior();
    p.scale(2, 2) = -1;
    CHECK_THROWS_WITH(p(g), ContainsSubstring("scale(2, 2) is -1") || ContainsSubstring("semidefinite"));
    p = prior();
    p.scale(0, 1) = std::nan("");
    CHECK_THROWS_WITH(p(g), ContainsSubstring("scale(0, 1) is nan"));
}

TEST_CASE("a prior from data knows weights and missing cells") {
    const Eigen::MatrixXd x{{1, 3, 1000, 3}, {2, 4, 6, std::nan("")}};
    const std::vector<double> weights{1, 1, 0, 2};
    const auto y = with_missing(Observations<double>(x).with_weights(weights.data()));
    const auto p = NormalInverseWishart::from_data(y, 1);
    CHECK(p.mean.isApprox(Eigen::Vector2d(2.5, 3)));
    CHECK(p.scale.diagonal().isApprox(Eigen::Vector2d(0.75, 1)));
    const std::vector<double> little{0, 0, 0, 1};
    CHECK_THROWS_WITH(
        NormalInverseWishart::from_data(with_missing(Observations<double>(x).with_weights(little.data())), 1),
        "latent::NormalInverseWishart::from_data: nothing of dimension 1 is seen in observations of positive "
        "weight");
}
