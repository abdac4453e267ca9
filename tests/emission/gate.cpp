// A gate is multinomial logistic regression on responsibilities.
#include "latent/emission/gate.hpp"

#include "catch.hpp"
#include "latent/core/archivable.hpp"
#include "latent/core/concepts.hpp"
#include "latent/emission/binomial_regressions.hpp"

using namespace latent;

namespace {

static_assert(SplittingEmission<Gate<>> && VectorizableEmission<Gate<>> && Archivable<Gate<>> &&
              Savable<Gate<>>);

/// Covariates 1, u and weights of K components that depend on u.
WeightedSample gate_sample(Index n, Index K) {
    WeightedSample s;
    s.reset(2, K);
    for (Index i = 0; i < n; ++i) {
        const double u = static_cast<double>(i) / static_cast<double>(n);
        s.value.insert(s.value.end(), {1, u});
        for (Index k = 0; k < K; ++k) s.weight.push_back(1 + std::cos(3 * u * static_cast<double>(k + 1)));
    }
    return s;
}

}  // namespace

TEST_CASE("derivatives of a softmax likelihood are those of its value, and vanish at the maximum") {
    const WeightedSample s = gate_sample(30, 3);
    const detail::SoftmaxLikelihood<> likelihood(s);
    const Eigen::Vector4d beta(0.3, -1, 0.7, 0.2);
    Eigen::VectorXd gradient, other;
    Eigen::MatrixXd information, unused;
    likelihood.slopes(beta, gradient, information);
    for (Index a = 0; a < 4; ++a) {
        const Eigen::Vector4d h = 1e-5 * Eigen::Vector4d::Unit(a);
        const double slope = (likelihood.value(beta + h) - likelihood.value(beta - h)) / 2e-5;
        CHECK_THAT(gradient(a), WithinAbs(slope, 1e-7));
        Eigen::VectorXd below;
        likelihood.slopes(beta + h, other, unused);
        likelihood.slopes(beta - h, below, unused);
        for (Index b = a; b < 4; ++b)
            CHECK_THAT(information(b, a), WithinAbs((below(b) - other(b)) / 2e-5, 1e-7));
    }
    Gate<> gate(3, 2);
    gate.maximize(s);
    Eigen::VectorXd top(4);
    gate.to_vector(std::span(top.data(), 4));
    likelihood.slopes(top, gradient, information);
    CHECK(gradient.isZero(1e-9));
    CHECK(gate.expected_log_density(s) == likelihood.value(top));
    CHECK(likelihood.rank() == 4);
}

TEST_CASE("a gate of two components is logistic regression") {
    const WeightedSample s = gate_sample(40, 2);
    Gate<> gate(2, 2);
    gate.maximize(s);
    WeightedSample trials;
    trials.reset(4, 1);
    for (Index i = 0; i < 40; ++i) {
        const double first = s.weights()(0, i), second = s.weights()(1, i);
        const double u = s.observations()(1, i);
        trials.value.insert(trials.value.end(), {1, u, first + second, second});
        trials.weight.push_back(1);
    }
    BinomialRegressions<> regression(1, 2);
    regression.maximize(trials);
    CHECK(gate.coefficients().col(1).isApprox(regression.coefficients().col(0), 1e-9));
    CHECK(gate.coefficients().col(0).isZero(0));
}

TEST_CASE("factors of a gate average one over components, only differences of coefficients count") {
    const Eigen::MatrixXd gamma{{1, -2, 0}, {0.5, 3, -800}}, z{{1, 1, 1, 1}, {-1, 0, 0.4, 1}};
    const Gate<> gate(gamma);
    Panel<double> panel, out;
    detail::pack(Observations<double>(z), panel);
    gate.log_density(panel, out);
    for (Index i = 0; i < 4; ++i) {
        double sum = 0;
        for (Index k = 0; k < 3; ++k) sum += std::exp(out(i, k));
        CHECK_THAT(sum, WithinRel(3.0, 1e-12));
    }
    CHECK(gate.coefficients().col(0).isZero(0));
    Gate<> fewer = gate;
    fewer.remove(0);
    CHECK(fewer.coefficients().col(1).isApprox(gate.coefficients().col(2) - gate.coefficients().col(1)));
    Random random(1);
    CHECK_THROWS_WITH(gate.sample(0, random, nullptr),
                      "latent::Gate: nothing can be drawn, for the covariates have no distribution");
    CHECK_THROWS_WITH(Gate<>(0, 2), ContainsSubstring("latent::Gate: coefficients is 2 × 0"));
}
