// The classification likelihood, against the model's own and against the most probable path.
#include "latent/selection/icl.hpp"

#include "catch.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/k_means.hpp"

using namespace latent;

TEST_CASE("Icl of a mixture is Mixture::icl, weights and all") {
    Random random(3);
    const Eigen::MatrixXd x = GaussianMixture<>(1, 2).sample(5000, random);
    const Eigen::VectorXd w = Eigen::VectorXd::LinSpaced(5000, 0, 2);
    const auto counted = weighted(x, w);
    const auto fit = latent::fit(GaussianMixture<>(3, 2), counted, KMeans{}, Limits{.iterations = 5});
    const auto units = fit.model.units(counted);
    CHECK_THAT(Icl{}(fit, units, Sequential{}), WithinRel(fit.model.icl(counted), 1e-12));
    CHECK(Icl{}(fit, units, Threads{3}) == Icl{}(fit, units, Sequential{}));
}

TEST_CASE("Icl of a hidden Markov model has the likelihood of the most probable path") {
    const std::vector<double> x{3, 4, 12, 2, 13, 14, 3, 11, 12, 3, 2, 4};
    const auto fit = latent::fit(HMM<Poisson<>>(2, 1), x, KMeans{});
    const auto viterbi = fit.model.viterbi(x);
    const auto icl = Icl{}(fit, fit.model.units(x), Sequential{});
    CHECK_THAT(icl, WithinRel(static_cast<double>(fit.model.parameters()) * std::log(12.0) -
                                  2 * viterbi.log_probability.sum(),
                              1e-12));
    CHECK(icl > fit.model.bic(x));
}
