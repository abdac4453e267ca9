// Poisson regressions: with an intercept alone Poisson densities; large counts lose no digits.
#include "latent/emission/poisson_regressions.hpp"

#include "catch.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

TEST_CASE("Poisson regressions on an intercept are Poisson densities, step by step") {
    Eigen::MatrixXd x(2, 60);
    Random random(3);
    for (Index i = 0; i < 60; ++i) x.col(i) << 1, std::floor((i % 2 ? 4 : 40) * random.uniform());
    const Eigen::RowVector2d rates(2, 15);
    const auto plain = fit(Mixture(Poisson<>(rates)), x.row(1), Limits{.iterations = 15});
    const auto regressed =
        fit(Mixture(PoissonRegressions<>(rates.array().log().matrix())), x, Limits{.iterations = 15});
    REQUIRE(regressed.trace.size() == plain.trace.size());
    for (std::size_t t = 0; t < plain.trace.size(); ++t)
        CHECK_THAT(regressed.trace[t], WithinRel(plain.trace[t], 1e-12));
    CHECK(regressed.model.emission()
              .predictions(Eigen::MatrixXd::Ones(1, 1))
              .transpose()
              .isApprox(plain.model.emission().rates(), 1e-12));
}

TEST_CASE("large counts have the density that Poisson gives them, and far predictors no NaN") {
    const Eigen::MatrixXd x{{1, 1, 1, 1}, {0, 8191, 8192, 1e9}};
    for (const double rate : {1e-3, 8192.0, 1e9}) {
        const auto expected =
            Mixture(Poisson<>(Eigen::MatrixXd::Constant(1, 1, rate))).score_samples(x.row(1));
        const auto found =
            Mixture(PoissonRegressions<>(Eigen::MatrixXd::Constant(1, 1, std::log(rate)))).score_samples(x);
        for (Index i = 0; i < 4; ++i) CHECK_THAT(found(i), WithinRel(expected(i), 1e-8));
    }
    for (const double eta : {-800.0, 800.0}) {
        const auto far = Mixture(PoissonRegressions<>(Eigen::MatrixXd::Constant(1, 1, eta))).score_samples(x);
        CHECK_FALSE(far.hasNaN());
        CHECK(far.array().isFinite().all() == (eta < 0));
    }
}
