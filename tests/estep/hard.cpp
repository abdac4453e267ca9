// Classification EM.
#include "latent/estep/hard.hpp"

#include "catch.hpp"
#include "kit/numerics.hpp"
#include "latent/emission/categorical.hpp"
#include "normal_units.hpp"

using namespace latent;
using namespace normal_units;

TEST_CASE("hard EM's objective is the classification likelihood, the exact one is added at the end") {
    const auto fit = after(Batch<Hard>{}, 200);
    CHECK(fit.converged());
    CHECK(fit.trace.back() == kit::expect(Hard{}, fit.model, units()).objective);
    CHECK(fit.log_likelihood == kit::expect(Soft{}, fit.model, units()).objective);
    CHECK(fit.log_likelihood > fit.trace.back());
    CHECK(fit.evaluations == fit.iterations + 2);
}

TEST_CASE("hard EM takes an observation of no weight that no component can make") {
    const Eigen::MatrixXd x{{0, 1, 1, 0, 2}};
    const std::vector<double> weights{1, 1, 1, 1, 0};
    const Mixture<Categorical<>> start(Categorical<>(Eigen::MatrixXd{{0.6, 0.2}, {0.2, 0.6}, {0.2, 0.2}}));
    const auto fit = ExpectationMaximization<Batch<Hard>>{}.fit(
        start, Observations<double>(x.data(), 1, 5, 1, 1, weights.data()));
    CHECK(fit.converged());
    CHECK(fit.model.emission().probabilities().row(2).isZero());
    CHECK(std::isfinite(fit.log_likelihood));
}
