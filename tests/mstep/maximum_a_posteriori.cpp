// The M-step with a prior, against closed forms.
#include "latent/mstep/maximum_a_posteriori.hpp"

#include "catch.hpp"
#include "kit/coins.hpp"
#include "kit/numerics.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture_prior.hpp"

using namespace latent;
using kit::Coins, kit::CoinsPrior, kit::published_rounds, kit::published_start;

namespace {

template <class PriorPolicy>
using MapEM = ExpectationMaximization<Batch<>, MaximumAPosteriori<PriorPolicy>>;

}  // namespace

TEST_CASE("the mode of coins with Beta priors") {
    const CoinsPrior prior{.rounds = 1, .heads = 4, .tails = 6};
    const auto s = kit::expect(Soft{}, published_start, published_rounds).statistics;
    Coins coins = published_start;
    Journal journal;
    MaximumAPosteriori{prior}(coins, s, journal);
    for (const auto k : {0u, 1u}) {
        CHECK_THAT(coins.weight[k], WithinRel((s.rounds[k] + 1) / (5 + 2), 1e-14));
        CHECK_THAT(coins.bias[k], WithinRel((s.heads[k] + 4) / (s.heads[k] + s.tails[k] + 10), 1e-14));
    }
    double log_prior = 0;
    for (const auto k : {0u, 1u})
        log_prior += std::log(coins.weight[k] * std::pow(coins.bias[k], 4) * std::pow(1 - coins.bias[k], 6));
    CHECK_THAT(MaximumAPosteriori{prior}.penalty(coins), WithinRel(log_prior, 1e-14));
}

TEST_CASE("the mode of a mixture's weights with a Dirichlet prior, of rates with a Gamma prior") {
    const Eigen::RowVectorXd x = Eigen::RowVectorXd::LinSpaced(12, 0, 11);
    const Eigen::MatrixXd rates = Eigen::RowVector3d(1, 5, 9);
    Mixture<Poisson<>> m(Eigen::Vector3d(0.2, 0.3, 0.5), Poisson<>(rates));
    const auto s = kit::expect(Soft{}, m, m.units(x)).statistics;
    Journal journal;
    MaximumAPosteriori<MixturePrior<GammaPrior>>{{3, {4, 2}}}(m, s, journal);
    for (Index k = 0; k < 3; ++k) {
        CHECK_THAT(m.weights()(k), WithinRel((s.count(k) + 2) / (12 + 3 * 2), 1e-14));
        CHECK_THAT(m.emission().rates()(0, k),
                   WithinRel((s.emission.sum(0, k) + 3) / (s.emission.count(k) + 2), 1e-14));
    }
    CHECK_THROWS_WITH((MixturePrior{0.5}(m)),
                      "latent::MixturePrior: concentration is 0.5, expected at least 1, and finite");
    CHECK_THROWS_AS((GammaPrior{0.5, 1}(m.emission())), std::invalid_argument);
}

TEST_CASE("a prior is data seen before: two fits of the same counts agree") {
    // Two rounds of five heads that belong to each coin by half are what the prior says.
    const auto with_prior =
        MapEM<CoinsPrior>{.mstep = {{.rounds = 1, .heads = 5, .tails = 5}}, .convergence = {1e-15}}.fit(
            Coins{{0.5, 0.5}, {0.7, 0.3}}, published_rounds);
    Coins::Statistics s;
    Coins::Posterior q;
    for (const int heads : published_rounds) {
        with_prior.model.infer(heads, q);
        with_prior.model.accumulate(heads, q, s);
    }
    with_prior.model.accumulate(5, {1, 1}, s);
    Coins again = with_prior.model;
    again.maximize(s);
    CHECK(kit::distance(again.to_vector(), with_prior.model.to_vector()) < 1e-6);
}

TEST_CASE("the penalised objective never falls, the log-likelihood is reported beside it") {
    const CoinsPrior prior{.rounds = 3, .heads = 20, .tails = 30};
    const MapEM<CoinsPrior> em{.mstep = {prior}, .convergence = {1e-14}};
    STATIC_REQUIRE(decltype(em)::monotone);
    const auto fit = em.fit(Coins{{0.9, 0.1}, {0.95, 0.9}}, published_rounds);
    CHECK(fit.converged());
    for (std::size_t t = 1; t < fit.trace.size(); ++t)
        CHECK(fit.trace[t] >= fit.trace[t - 1] - 1e-14 * std::abs(fit.trace[t]));
    const double log_likelihood = kit::expect(Soft{}, fit.model, published_rounds).objective;
    CHECK(fit.log_likelihood == log_likelihood);
    CHECK(fit.objective == log_likelihood + fit.model.expected_log_joint(prior(fit.model)));
    CHECK(fit.log_likelihood < latent::fit(published_start, published_rounds).log_likelihood);
}

TEST_CASE("a prior without observations changes nothing, an overwhelming one decides") {
    const auto plain = latent::fit(published_start, published_rounds);
    const auto flat = MapEM<CoinsPrior>{}.fit(published_start, published_rounds);
    CHECK(flat.trace == plain.trace);
    CHECK(flat.model.bias == plain.model.bias);
    const MapEM<CoinsPrior> sure{.mstep = {{.rounds = 1e9, .heads = 2e9, .tails = 6e9}}};
    const auto fit = sure.fit(published_start, published_rounds);
    CHECK_THAT(fit.model.bias[0], WithinAbs(0.25, 1e-7));
    CHECK_THAT(fit.model.bias[1], WithinAbs(0.25, 1e-7));
}
