// Bernoulli densities, their validation and their prior.
#include "latent/emission/bernoulli.hpp"

#include "catch.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture_prior.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

using latent::Bernoulli, latent::Index;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Three features of two components: inside, impossible, certain.
const Eigen::MatrixXd probabilities{{0.2, 0.7}, {0.4, 0}, {0.9, 1}};

/// All eight observations of three features.
template <class Scalar>
latent::MatrixX<Scalar> all_observations() {
    latent::MatrixX<Scalar> x(3, 8);
    for (Index i = 0; i < 8; ++i) x.col(i) << Scalar(i & 1), Scalar(i / 2 & 1), Scalar(i / 4);
    return x;
}

}  // namespace

TEMPLATE_TEST_CASE("Bernoulli densities, with probabilities of 0 and 1", "", double, float) {
    const Bernoulli<TestType> family(probabilities);
    const auto x = all_observations<TestType>();
    latent::Panel<TestType> packed, out;
    latent::detail::pack<TestType>(x, packed);
    family.log_density(packed, out);
    double total[2] = {};
    for (Index i = 0; i < 8; ++i)
        for (Index k = 0; k < 2; ++k) {
            double p = 1;
            for (Index j = 0; j < 3; ++j) p *= x(j, i) == 1 ? probabilities(j, k) : 1 - probabilities(j, k);
            const double rounding = 10 * std::numeric_limits<TestType>::epsilon();
            if (p > 0) CHECK_THAT(out(i, k), WithinAbs(std::log(p), rounding));
            if (p == 0) CHECK(out(i, k) == -std::numeric_limits<TestType>::infinity());
            total[k] += std::exp(static_cast<double>(out(i, k)));
        }
    CHECK_THAT(total[0], WithinAbs(1, 1e-6));
    CHECK_THAT(total[1], WithinAbs(1, 1e-6));
}

TEST_CASE("probabilities next to 0 and 1 keep their digits") {
    const double tiny = 1e-300, almost = 1 - 0x1p-53;
    const Bernoulli<> family(Eigen::RowVector2d(tiny, almost));
    const Eigen::RowVector2d x(0, 1);
    latent::Panel<double> packed, out;
    latent::detail::pack<double>(x, packed);
    family.log_density(packed, out);
    CHECK_THAT(out(0, 0), WithinAbs(0, 1e-15));
    CHECK_THAT(out(1, 0), WithinRel(std::log(tiny), 1e-15));
    CHECK_THAT(out(0, 1), WithinRel(-53 * std::log(2.0), 1e-15));
    CHECK_THAT(out(1, 1), WithinAbs(0, 1e-14));
}

TEST_CASE("the M-step is the weighted share of ones, a component of weight zero keeps its probabilities") {
    Bernoulli<> family(probabilities);
    auto s = family.zero_statistics();
    latent::Panel<double> packed, weights;
    const Eigen::MatrixXd x = all_observations<double>();
    latent::detail::pack<double>(x, packed);
    weights.resize(8, 2);
    for (Index i = 0; i < weights.padded(); ++i) weights(i, 0) = i < 8 ? double(i) : 0, weights(i, 1) = 0;
    family.accumulate(packed, weights, s);
    family.maximize(s);
    const Eigen::Vector3d expected((1. + 3 + 5 + 7) / 28, (2. + 3 + 6 + 7) / 28, (4. + 5 + 6 + 7) / 28);
    CHECK(family.probabilities().col(0).isApprox(expected, 1e-15));
    CHECK(family.probabilities().col(1) == probabilities.col(1));
    double log_density = 0;
    for (const double p : expected) log_density += 28 * (p * std::log(p) + (1 - p) * std::log(1 - p));
    CHECK_THAT(family.expected_log_density(s), WithinRel(log_density, 1e-14));
    s.count(1) = 1, s.sum.col(1) << 1, 1, 1;  // a one where only zeros are possible
    CHECK(family.expected_log_density(s) == -infinity);
    s.sum.col(1) << 1, 0, 0;  // a zero where only ones are
    CHECK(family.expected_log_density(s) == -infinity);
}

TEST_CASE(
    "a beta prior has the mode of its pseudo-counts, probabilities of 0 and 1 stay, through a fit too") {
    Bernoulli<> family(probabilities);
    const latent::BetaPrior prior{.a = 3, .b = 2};
    auto s = prior(family);
    CHECK(std::isfinite(family.expected_log_density(s)));
    s.count(0) += 10, s.sum(0, 0) += 4;
    family.maximize(s);
    CHECK_THAT(family.probabilities()(0, 0), WithinRel((4.0 + 3 - 1) / (10 + 3 + 2 - 2), 1e-15));
    CHECK_THAT(family.probabilities()(0, 1), WithinRel(2.0 / 3, 1e-15));
    CHECK(family.probabilities()(1, 1) == 0);
    CHECK(family.probabilities()(2, 1) == 1);
    CHECK_THROWS_WITH((latent::BetaPrior{.a = std::nan("")}(family)),
                      ContainsSubstring("a is nan and b is 1"));
    CHECK_THROWS_WITH((latent::BetaPrior{.b = std::numeric_limits<double>::infinity()}(family)),
                      ContainsSubstring("b is inf, expected at least 1, and finite"));
    CHECK_THROWS_WITH((latent::BetaPrior{.a = 0.5}(family)), ContainsSubstring("a is 0.5 and b is 1"));

    latent::Random random(2);
    const latent::Mixture<Bernoulli<>> truth(Eigen::Vector2d(0.3, 0.7), Bernoulli<>(probabilities));
    const Eigen::MatrixXd x = truth.sample(3000, random);
    using MaximumAPosteriori = latent::MaximumAPosteriori<latent::MixturePrior<latent::BetaPrior>>;
    const auto fit =
        latent::ExpectationMaximization<latent::Batch<>, MaximumAPosteriori>{.mstep = {{2, prior}}}.fit(truth,
                                                                                                        x);
    CHECK(fit.converged());
    CHECK(fit.model.emission().probabilities()(1, 1) == 0);
    CHECK(fit.model.emission().probabilities()(2, 1) == 1);
}

TEST_CASE("every vector of coordinates is a family, what is 0 or 1 has none") {
    Bernoulli<> family(probabilities);
    REQUIRE(family.coordinates() == 4);
    family.from_vector(std::vector{-1e4, 1e4, 50.0, 0.0});
    CHECK(family.coordinates() == 4);
    CHECK(family.probabilities().col(1) == Eigen::Vector3d(0.5, 0, 1));
    std::vector<double> v(4);
    family.to_vector(v);
    CHECK(std::isfinite(v[0]));
    CHECK(std::isfinite(v[1]));
}

TEST_CASE("draws of features have their probabilities") {
    const Bernoulli<> family(probabilities);
    latent::Random random(3);
    constexpr int n = 20'000;
    for (Index k = 0; k < 2; ++k) {
        Eigen::Vector3d x, sum = Eigen::Vector3d::Zero();
        for (int i = 0; i < n; ++i) family.sample(k, random, x.data()), sum += x;
        for (Index j = 0; j < 3; ++j) {
            const double p = probabilities(j, k);
            CHECK_THAT(sum(j) / n, WithinAbs(p, 1e-12 + 5 * std::sqrt(p * (1 - p) / n)));
        }
    }
}

TEST_CASE("what is no probability or no feature is refused by name") {
    CHECK(Bernoulli<>(3, 2).all_equal());
    CHECK_FALSE(Bernoulli<>(probabilities).all_equal());
    CHECK_THROWS_WITH(Bernoulli<>(0, 2), ContainsSubstring("probabilities is 2 × 0"));
    CHECK_THROWS_WITH(Bernoulli<>(Eigen::RowVector2d(0.5, 1.5)),
                      ContainsSubstring("probabilities(0, 1) is 1.5"));
    const Bernoulli<> family(1, 1);
    const Eigen::RowVector3d two(1, 0, 2), half(1, 0.5, 0);
    CHECK_THROWS_WITH(family.check(two),
                      ContainsSubstring("observation 2, dimension 0 is 2, expected 0 or 1"));
    CHECK_THROWS_WITH(family.check(half),
                      ContainsSubstring("latent::Bernoulli: observation 1, dimension 0 is 0.5"));
    const Eigen::Vector2d tall(1, 0);
    CHECK_THROWS_WITH(family.check(tall), ContainsSubstring("2 rows"));
}
