// Mixtures of experts: a model by all the checks, a mixture where covariates say nothing, and gates that are found.
#include "latent/model/mixture_of_experts.hpp"

#include "catch.hpp"
#include "effort.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/check/check_model.hpp"
#include "latent/emission/linear_regressions.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/mstep/constrained.hpp"
#include "latent/start/k_means.hpp"

using namespace latent;

namespace {

using Experts = MixtureOfExperts<LinearRegressions<>>;

/// Two lines, 1 + 2 u where u is small and 6 − u where it is large, on the whole.
Experts lines_by_place() {
    return {Gate<>(Eigen::MatrixXd{{0, -6}, {0, 3}}),
            LinearRegressions<>(Eigen::Matrix2d{{1, 6}, {2, -1}}, Eigen::Vector2d(0.5, 0.5))};
}
/// Covariates 1, u; regressors 1, u; response.
Eigen::MatrixXd by_place(Index n) {
    Random random(7);
    const Experts truth = lines_by_place();
    Eigen::MatrixXd x(5, n);
    for (Index i = 0; i < n; ++i) {
        const double u = 4 * random.uniform();
        const Eigen::Vector2d z(1, u);
        const Index k = random.uniform() < truth.prior_proba(z)(0, 0) ? 0 : 1;
        x.col(i) << z, z, truth.experts().predictions(z)(k, 0) + 0.5 * random.normal();
    }
    return x;
}

}  // namespace

TEST_CASE("a mixture of experts keeps all that a model promises") {
    const Eigen::MatrixXd x = by_place(effort(150, 60));
    const CheckReport report = check_model(lines_by_place(), Blocks<double>(x, 9));
    INFO(report);
    CHECK(report.ok());
}

TEST_CASE("with an intercept alone weights are those of a mixture, step by step") {
    const Eigen::MatrixXd all = by_place(400), x = all.bottomRows(3);
    Eigen::MatrixXd beside(4, 400);
    beside << Eigen::RowVectorXd::Ones(400), x;
    const LinearRegressions<> start(Eigen::Matrix2d{{0, 5}, {1, 0}}, Eigen::Vector2d(1, 1));
    const Limits limits{.iterations = 20};
    const auto plain = fit(Mixture(start), x, limits);
    const auto gated = fit(Experts(1, start), beside, limits);
    REQUIRE(gated.trace.size() == plain.trace.size());
    for (std::size_t t = 0; t < plain.trace.size(); ++t)
        CHECK_THAT(gated.trace[t], WithinRel(plain.trace[t], 1e-10));
    CHECK(gated.model.prior_proba(Eigen::MatrixXd::Ones(1, 1)).isApprox(plain.model.weights(), 1e-8));
    CHECK(gated.model.parameters() == plain.model.parameters());
    CHECK_THAT(gated.model.bic(beside), WithinRel(plain.model.bic(x), 1e-10));
    CHECK_THAT(gated.model.aic(beside), WithinRel(plain.model.aic(x), 1e-10));
    CHECK_THAT(gated.model.icl(beside), WithinRel(plain.model.icl(x), 1e-8));
    CHECK(gated.model.predict(beside) == plain.model.predict(x));
}

TEST_CASE("experts and the gate between them are found, with the same bits by any number of workers") {
    const Eigen::MatrixXd x = by_place(2000);
    const Experts start(2, LinearRegressions<>(Eigen::Matrix2d{{1, 5}, {1.5, -0.5}}, Eigen::Vector2d(1, 1)));
    const auto one = fit(start, x);
    CHECK(one.converged());
    CHECK(one.sound());
    CHECK((one.model.gate().coefficients() - lines_by_place().gate().coefficients()).cwiseAbs().maxCoeff() <
          0.5);
    CHECK((one.model.experts().coefficients() - lines_by_place().experts().coefficients())
              .cwiseAbs()
              .maxCoeff() < 0.1);
    const auto three = fit(start, x, Threads{3});
    CHECK(three.trace == one.trace);
    CHECK(three.model.to_vector() == one.model.to_vector());
    const auto fast = fit(start, x, Squarem{});
    CHECK_THAT(fast.objective, WithinRel(one.objective, 1e-8));
    const auto began = fit(start, x, KMeans{.seed = 2}, Limits{.iterations = 200});
    CHECK(began.trace.back() > began.trace.front());
    CHECK_THROWS_WITH(Experts(Gate<>(3, 1), start.experts()), ContainsSubstring("latent::Product"));
    CHECK_THROWS_WITH(fit(start, x, Constrained{std::tuple{EqualWeights{}}}),
                      ContainsSubstring("weights, which depend on covariates"));
}
