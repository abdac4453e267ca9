// The sandwich.
#include "latent/uncertainty/robust_errors.hpp"

#include "catch.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

namespace {

/// Counts that vary more than a Poisson distribution does.
Eigen::MatrixXd spread_counts(Index n) {
    Random random(1);
    return Mixture<Poisson<>>(Eigen::Vector2d(0.5, 0.5), Poisson<>(Eigen::RowVector2d(2, 12)))
        .sample(n, random);
}

}  // namespace

TEST_CASE("the sandwich of a wrong model has the variance that the data have") {
    const Eigen::MatrixXd x = spread_counts(300);
    const auto model = fit(Mixture<Poisson<>>(Poisson<>(Eigen::MatrixXd::Constant(1, 1, 5))), x).model;
    const double mean = x.mean(), variance = (x.array() - mean).square().mean();
    CHECK_THAT(robust_errors(model, x).errors(0), WithinRel(std::sqrt(variance / 300), 1e-6));
    CHECK_THAT(standard_errors(model, x).errors(0), WithinRel(std::sqrt(mean / 300), 1e-6));
}

TEST_CASE("the sandwich of a normal density has the fourth moment") {
    Random random(2);
    Eigen::MatrixXd x(1, 200);
    for (double& value : x.reshaped()) value = std::exp(random.normal());
    const auto model = fit(GaussianMixture<>(1, 1), x).model;
    const Eigen::ArrayXXd square = (x.array() - x.mean()).square();
    const double variance = square.mean(), expected = std::sqrt((square - variance).square().mean() / 200);
    CHECK_THAT(robust_errors(model, x).error("covariances[0][0]"), WithinRel(expected, 1e-6));
}

TEST_CASE("weights are copies, and workers change nothing") {
    const Eigen::MatrixXd x = spread_counts(100);
    const Mixture<Poisson<>> model(Eigen::Vector2d(0.4, 0.6), Poisson<>(Eigen::RowVector2d(2, 12)));
    const Eigen::MatrixXd twice = x.replicate(1, 2);
    const Eigen::VectorXd two = Eigen::VectorXd::Constant(100, 2);
    const StandardErrors copies = robust_errors(model, twice),
                         weights = robust_errors(model, weighted(x, two));
    CHECK((copies.errors - weights.errors).cwiseAbs().maxCoeff() < 1e-7);
    CHECK(robust_errors(model, x).errors == robust_errors(model, x, Threads{3}).errors);
}

TEST_CASE("sequences are the pieces of a hidden Markov model") {
    Random random(3);
    const HMM<Poisson<>> truth(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.8, 0.2}, {0.3, 0.7}},
                               Poisson<>(Eigen::RowVector2d(2, 8)));
    const Eigen::MatrixXd x = truth.sample(4000, random).x;
    const std::vector<Index> lengths(200, 20);
    const Sequences<double> sequences(x, lengths);
    const auto model = fit(truth, sequences, Aitken{1e-13}).model;
    const StandardErrors robust = robust_errors(model, sequences), plain = standard_errors(model, sequences);
    REQUIRE(robust.estimates.names == plain.estimates.names);
    for (Index j = 0; j < plain.errors.size(); ++j)  // the model is true: they differ by chance
        CHECK_THAT(robust.errors(j), WithinRel(plain.errors(j), 0.25));
    CHECK_THROWS_AS(robust_errors(model, x), std::invalid_argument);  // one sequence
}
