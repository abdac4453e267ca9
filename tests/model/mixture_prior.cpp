// The conjugate prior of mixtures.
#include "latent/model/mixture_prior.hpp"

#include "catch.hpp"
#include "kit/numerics.hpp"
#include "latent/emission/gamma_prior.hpp"
#include "latent/emission/mixture_emission.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/fit.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

using namespace latent;

namespace {

Mixture<Poisson<>> model() { return Mixture<Poisson<>>(Poisson<>(Eigen::MatrixXd{{1, 4, 9}})); }

}  // namespace

TEST_CASE("a flat prior is the statistics of no data") {
    CHECK(kit::flat(MixturePrior<>{}(model())) == kit::flat(model().zero_statistics()));
    CHECK(kit::flat(FlatPrior{}(model().emission())) == kit::flat(model().emission().zero_statistics()));
}

TEST_CASE(
    "a concentration is so many observations of each component, less one, beside those of the emission") {
    const auto s = MixturePrior{3.5, GammaPrior{.shape = 3, .rate = 2}}(model());
    CHECK(s.count == Eigen::Vector3d::Constant(2.5));
    CHECK(kit::flat(s.emission) == kit::flat(GammaPrior{.shape = 3, .rate = 2}(model().emission())));
}

TEST_CASE("an emission of mixtures hands the prior on to its components") {
    const Mixture<MixtureEmission<Poisson<>>> nested(2, 2, 1);
    const auto s = MixturePrior{1.0, GammaPrior{.shape = 3, .rate = 2}}(nested);
    CHECK(kit::flat(s.emission.components) ==
          kit::flat(GammaPrior{.shape = 3, .rate = 2}(nested.emission().components())));
    CHECK(s.emission.count.isZero());
}

TEST_CASE("a concentration below one, or infinite, is refused") {
    for (const double wrong : {0.5, -1.0, std::numeric_limits<double>::infinity(), std::nan("")})
        CHECK_THROWS_WITH(MixturePrior<>{wrong}(model()),
                          StartsWith("latent::MixturePrior: concentration is "));
}

TEST_CASE("a weight of 0 gets no pseudo-observation, and stays") {
    const Mixture<Poisson<>> m(Eigen::Vector3d(0.5, 0, 0.5), Poisson<>(Eigen::RowVector3d(1, 2, 9)));
    CHECK(MixturePrior{3.0}(m).count == Eigen::Vector3d(2, 0, 2));
    const Eigen::RowVectorXd x = Eigen::RowVectorXd::LinSpaced(12, 0, 11);
    const auto fitted = fit(m, x, MaximumAPosteriori{MixturePrior{3.0}});
    CHECK(fitted.converged());
    CHECK(fitted.model.weights()(1) == 0);
}
