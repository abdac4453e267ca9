// The remedy within an M-step, however deep.
#include "latent/mstep/remedy_of.hpp"

#include "catch.hpp"
#include "kit/coins.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"
#include "latent/mstep/frozen.hpp"
#include "latent/mstep/jittered.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

using namespace latent;

TEST_CASE("an M-step's remedy is found within others, and none where there is none") {
    MaximumAPosteriori<kit::CoinsPrior, Ridge> map{{}, {.absolute = 3}};
    CHECK(detail::remedy_of(map) == &map.remedy);
    Jittered<Frozen<int, MaximumLikelihood<Ridge>>> within{.inner = {1, {{.absolute = 4}}}};
    CHECK(detail::remedy_of(within)->absolute == 4);
    struct Plain {
    } plain;
    CHECK(detail::remedy_of(plain) == nullptr);
    STATIC_REQUIRE(detail::Remedied<MaximumLikelihood<>>);
    STATIC_REQUIRE_FALSE(detail::Remedied<Plain>);
}

TEST_CASE("the remedy of the M-step inside has the floor of the data, and tells what is wrong") {
    Eigen::MatrixXd x(1, 40);  // ten are the same
    for (Index i = 0; i < 40; ++i) x(0, i) = i < 10 ? 9 : std::sin(static_cast<double>(i));
    const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(1, 1);
    const GaussianMixture<> start(Gaussian<>(Eigen::RowVector2d(0, 9), {one, one}));
    const auto plain = latent::fit(start, x);
    REQUIRE(plain.flaws.size() == 1);
    const Frozen nothing{[](auto&, const auto&) {}, MaximumLikelihood<>{}};
    const ExpectationMaximization<Batch<>, std::remove_const_t<decltype(nothing)>> frozen{.mstep = nothing};
    const auto fit = frozen.fit(start, x);
    CHECK(fit.status == plain.status);
    CHECK(fit.trace == plain.trace);
    CHECK(fit.model.covariance(1) == plain.model.covariance(1));
    REQUIRE(fit.flaws.size() == 1);
    CHECK(fit.flaws[0].component == 1);
    const ExpectationMaximization<Batch<>, Jittered<>> jittered{.mstep = {.iterations = 0}};
    CHECK(jittered.fit(start, x).trace == plain.trace);
    CHECK(!jittered.fit(start, x).sound());
}
