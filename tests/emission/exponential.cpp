// Exponential densities, their validation and their prior.
#include "latent/emission/exponential.hpp"

#include "catch.hpp"
#include "latent/estep/hard.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture_prior.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "latent/start/k_means.hpp"

using latent::Exponential, latent::Index;

namespace {

const Eigen::MatrixXd rates{{0.5, 4}, {1e-6, 1e6}};

}  // namespace

TEMPLATE_TEST_CASE("exponential densities of independent waiting times", "", double, float) {
    const Exponential<TestType> family(rates);
    latent::MatrixX<TestType> x(2, 4);
    x << 0, 0.25, 3, -1,  //
        0, 0x1p-20, 0x1p20, 2;
    latent::Panel<TestType> packed, out;
    latent::detail::pack<TestType>(x, packed);
    family.log_density(packed, out);
    for (Index k = 0; k < 2; ++k) {
        for (Index i = 0; i < 3; ++i) {
            double expected = 0;
            for (Index j = 0; j < 2; ++j)
                expected += std::log(rates(j, k)) - rates(j, k) * static_cast<double>(x(j, i));
            CHECK_THAT(out(i, k), WithinRel(static_cast<TestType>(expected),
                                            2 * std::numeric_limits<TestType>::epsilon()));
        }
        CHECK(out(3, k) == -std::numeric_limits<TestType>::infinity());  // nobody waits less than nothing
    }
    CHECK(family.means()(0, 1) == 0.25);
}

TEST_CASE("the M-step is the inverse of the weighted mean, a component of weight zero keeps its rates") {
    Exponential<> family(rates);
    auto s = family.zero_statistics();
    s.count(0) = 4;
    s.sum.col(0) << 2, 16;
    family.maximize(s);
    CHECK(family.rates().col(0) == Eigen::Vector2d(2, 0.25));
    CHECK(family.means().col(0) == Eigen::Vector2d(0.5, 4));
    CHECK(family.rates().col(1) == rates.col(1));
    const double expected = 4 * std::log(2.0) - 2 * 2 + 4 * std::log(0.25) - 0.25 * 16;
    CHECK_THAT(family.expected_log_density(s), WithinRel(expected, 1e-15));
}

TEST_CASE("a component of zeros has collapsed, with every remedy, and a prior prevents it") {
    const Eigen::RowVectorXd x{{0, 0, 0, 0, 5, 9, 7, 4}};
    const latent::Mixture<Exponential<>> start(Eigen::Vector2d(0.5, 0.5),
                                               Exponential<>(Eigen::RowVector2d(0.1, 1e9)));
    const auto with = [&](const auto& remedy) {
        return latent::ExpectationMaximization<
                   latent::Batch<>, latent::MaximumLikelihood<std::remove_cvref_t<decltype(remedy)>>>{
            .mstep = {remedy}}
            .fit(start, x);
    };
    const auto plain = with(latent::NoRemedy{});
    CHECK(plain.status == latent::Status::degenerate);
    CHECK(plain.events.at(0).cause == latent::Cause::singular_covariance);
    CHECK(std::isfinite(plain.log_likelihood));
    CHECK(plain.model.emission().rates().allFinite());
    const auto floored = latent::fit(start, x);  // the mean is kept above 1e-3 of the scale
    CHECK(floored.converged());
    CHECK(floored.flaws == std::vector{latent::Flaw{1, latent::Cause::singular_covariance}});
    CHECK(floored.model.emission().rates()(0, 1) > 100);
    CHECK(floored.model.emission().rates()(0, 1) < 1e4);
    const auto dropped = with(latent::Drop{});
    CHECK(dropped.converged());
    CHECK(dropped.model.size() == 1);
    CHECK_THAT(dropped.model.means()(0, 0), WithinRel(25 / 8.0, 1e-12));
    const auto ridge = with(latent::Ridge{});
    CHECK(ridge.model.emission().rates().allFinite());
    const auto reseeded = with(latent::Reseed{});
    CHECK(std::isfinite(reseeded.log_likelihood));
    CHECK_THROWS_AS(with(latent::Throw{}), latent::CollapsedComponent);
    using MaximumAPosteriori = latent::MaximumAPosteriori<latent::MixturePrior<latent::GammaPrior>>;
    const auto mended =
        latent::ExpectationMaximization<latent::Batch<>, MaximumAPosteriori>{
            .mstep = {{1, {.shape = 1, .rate = 0.01}}}}
            .fit(start, x);
    CHECK(mended.converged());
    CHECK(mended.model.emission().rates().allFinite());
}

TEST_CASE(
    "waiting times in whole days, a third of them 0, end with finite rates, and the likelihood never falls") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        latent::Random random(seed);
        Eigen::RowVectorXd x(200);
        for (double& days : x)
            days = random.uniform() < 1 / 3.0 ? 0 : std::floor(-10 * std::log1p(-random.uniform()));
        const auto fit = latent::fit(latent::Mixture<Exponential<>>(2, 1), x, latent::KMeans{seed});
        CHECK(fit.converged());
        CHECK(fit.model.emission().rates().allFinite());
        CHECK(std::is_sorted(fit.trace.begin(), fit.trace.end(),
                             [](double a, double b) { return a < b - 1e-12 * std::abs(b); }));
    }
    const Eigen::RowVectorXd zeros = Eigen::RowVectorXd::Zero(9);
    CHECK_THROWS_WITH(latent::KMeans{}(latent::Mixture<Exponential<>>(2, 1), zeros),
                      ContainsSubstring("no floor can mend"));
}

TEST_CASE("hard and stochastic fits of zeros have a finite likelihood") {
    latent::Random random(3);
    Eigen::RowVectorXd x(60);
    for (double& days : x) days = random.uniform() < 0.5 ? 0 : std::floor(9 * random.uniform());
    const auto start = latent::KMeans{}(latent::Mixture<Exponential<>>(2, 1), x);
    const auto hard = latent::ExpectationMaximization<latent::Batch<latent::Hard>>{}.fit(start, x);
    CHECK(std::isfinite(hard.log_likelihood));
    const auto stochastic =
        latent::ExpectationMaximization<latent::Batch<latent::Stochastic>>{.limits = {.iterations = 30}}.fit(
            start, x);
    CHECK(std::isfinite(stochastic.log_likelihood));
}

TEST_CASE("every vector of coordinates is a family") {
    Exponential<> family(rates);
    REQUIRE(family.coordinates() == 4);
    family.from_vector(std::vector{-1e4, 1e4, 0.0, 1.0});
    CHECK(family.rates().allFinite());
    CHECK((family.rates().array() > 0).all());
    CHECK(family.rates()(0, 1) == 1);
}

TEST_CASE("draws of waiting times have the mean 1/rate, and its square as variance") {
    const Exponential<> family(rates);
    latent::Random random(3);
    constexpr int n = 20'000;
    for (Index k = 0; k < 2; ++k) {
        Eigen::Array2d x, sum = Eigen::Array2d::Zero(), squares = Eigen::Array2d::Zero();
        for (int i = 0; i < n; ++i) {
            family.sample(k, random, x.data());
            x *= rates.col(k).array();
            sum += x, squares += (x - 1).square();
        }
        for (Index j = 0; j < 2; ++j) {
            CHECK_THAT(sum(j) / n, WithinAbs(1, 5 / std::sqrt(n)));
            CHECK_THAT(squares(j) / n, WithinAbs(1, 5 * std::sqrt(8.0 / n)));
        }
    }
}

TEST_CASE("what is no rate or no waiting time is refused by name") {
    CHECK(Exponential<>(3, 2).all_equal());
    CHECK_FALSE(Exponential<>(rates).all_equal());
    CHECK_THROWS_WITH(Exponential<>(2, 0), ContainsSubstring("rates is 0 × 2"));
    CHECK_THROWS_WITH(Exponential<>(Eigen::RowVector2d(1, 0)), ContainsSubstring("rates(0, 1) is 0"));
    CHECK_THROWS_WITH(Exponential<>(Eigen::RowVector2d(1, 1e-310)),
                      ContainsSubstring("the means of rates(0, 1) is inf"));
    const Exponential<> family(1, 1);
    const Eigen::RowVector3d negative(1, 2, -0.5), infinite(1, std::numeric_limits<double>::infinity(), 3);
    CHECK_THROWS_WITH(family.check(negative),
                      ContainsSubstring("latent::Exponential: observation 2, dimension 0 is -0.5"));
    CHECK_THROWS_WITH(family.check(infinite),
                      ContainsSubstring("observation 1, dimension 0 is inf, expected a finite"));
    const Eigen::Vector2d tall(1, 2);
    CHECK_THROWS_WITH(family.check(tall), ContainsSubstring("2 rows"));
}
