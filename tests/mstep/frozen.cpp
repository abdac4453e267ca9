// Parameters that stay as they are.
#include "latent/mstep/frozen.hpp"

#include "catch.hpp"
#include "kit/coins.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

using namespace latent;
using kit::Coins, kit::published_rounds, kit::published_start;

TEST_CASE("Frozen keeps what restore puts back, and the rest still climbs") {
    int calls = 0;
    auto keep_weights = [&calls](auto& next, const auto& current) {
        next.weight = current.weight;
        ++calls;
    };
    const ExpectationMaximization<Batch<>, Frozen<decltype(keep_weights)>> em{.mstep = {keep_weights},
                                                                              .convergence = {1e-15}};
    STATIC_REQUIRE(decltype(em)::monotone);
    const auto fit = em.fit(published_start, published_rounds);
    CHECK(fit.converged());
    CHECK(calls == fit.iterations);
    CHECK(fit.model.weight == published_start.weight);
    CHECK_THAT(fit.model.bias[0], WithinAbs(0.7967891, 1e-6));  // Do & Batzoglou (2008) keep them so
    CHECK_THAT(fit.model.bias[1], WithinAbs(0.5195831, 1e-6));
}

TEST_CASE("Frozen means: a mixture whose weights alone are fitted") {
    const Eigen::RowVectorXd x = Eigen::RowVectorXd::LinSpaced(50, -3, 6).array().cube() / 30;
    const Eigen::MatrixXd means = Eigen::RowVector2d(0, 4), one = Eigen::MatrixXd::Identity(1, 1);
    const GaussianMixture<> start(Eigen::Vector2d(0.5, 0.5), Gaussian<>(means, {one, one}));
    const Frozen keep{[](auto& next, const auto& current) { next.emission() = current.emission(); }};
    const ExpectationMaximization<Batch<>, std::remove_const_t<decltype(keep)>> em{.mstep = keep};
    const auto fit = em.fit(start, x);
    CHECK(fit.converged());
    CHECK(fit.model.means() == means);
    CHECK(fit.model.covariance(1) == one);
    const double share = fit.model.predict_proba(x).row(0).mean();  // at the optimum, the weight itself
    CHECK_THAT(fit.model.weights()(0), WithinAbs(share, 1e-4));
    CHECK(fit.objective > fit.trace.front());
}

TEST_CASE("Frozen passes on the penalty of the M-step inside") {
    const MaximumAPosteriori<kit::CoinsPrior> map{{.rounds = 1, .heads = 2, .tails = 3}};
    const Frozen frozen{[](Coins&, const Coins&) {}, map};
    REQUIRE(map.penalty(published_start) < -1);
    CHECK(frozen.penalty(published_start) == map.penalty(published_start));
}
