// Logistic regressions: published coefficients, and the binomial density.
#include "latent/emission/binomial_regressions.hpp"

#include "catch.hpp"
#include "latent/emission/bernoulli.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

TEST_CASE("logistic regressions of one trial on an intercept are Bernoulli densities") {
    const Eigen::MatrixXd x{{1, 1, 1, 1, 1}, {1, 1, 1, 1, 1}, {0, 1, 1, 0, 1}};
    const auto plain = fit(Mixture<Bernoulli<>>(1, 1), x.row(2));
    const auto regressed = fit(Mixture<BinomialRegressions<>>(1, 1), x);
    CHECK_THAT(regressed.log_likelihood, WithinRel(plain.log_likelihood, 1e-13));
    CHECK_THAT(regressed.model.emission().predictions(Eigen::MatrixXd::Ones(1, 1))(0, 0),
               WithinRel(0.6, 1e-13));
}

TEST_CASE("probabilities of all numbers of successes sum to one, of few trials and of many") {
    for (const Index trials : {0, 1, 14, 8191, 8192, 20'000})
        for (const double eta : {-9.0, -0.4, 3.0}) {
            Eigen::MatrixXd x(3, trials + 1);
            x.row(0).setOnes();
            x.row(1).setConstant(static_cast<double>(trials));
            x.row(2).setLinSpaced(0, static_cast<double>(trials));
            const Mixture one(BinomialRegressions<>(Eigen::MatrixXd::Constant(1, 1, eta)));
            CHECK_THAT(one.score_samples(x).array().exp().sum(), WithinAbs(1, 1e-10));
        }
    const Mixture certain(BinomialRegressions<>(Eigen::MatrixXd::Constant(1, 1, 900)));
    CHECK(certain.score_samples(Eigen::Vector3d(1, 7, 7))(0) == 0);
    CHECK_THAT(certain.score_samples(Eigen::Vector3d(1, 7, 6))(0), WithinAbs(std::log(7.0) - 900, 1e-9));
}
