// Distribution functions against integrals and sums of densities, quantiles against distribution functions.
#include "latent/model/univariate.hpp"

#include <numeric>

#include "catch.hpp"
#include "latent/emission/bernoulli.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/exponential.hpp"
#include "latent/emission/gamma.hpp"
#include "latent/emission/mixture_emission.hpp"
#include "latent/emission/negative_binomial.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/student_t.hpp"
#include "latent/emission/tied_emission.hpp"

using namespace latent;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

using Row = Eigen::RowVector3d;

template <class Covariance = Full>
Gaussian<Covariance> normal() {
    const auto one = [](double variance) { return Eigen::MatrixXd::Constant(1, 1, variance); };
    if constexpr (Covariance::shared)
        return {Row(-2, 0, 5), {one(2)}};
    else
        return {Row(-2, 0, 5), {one(0.25), one(4), one(1e-4)}};
}
StudentT<> heavy_tailed() {
    const Gaussian<> like = normal();
    return {like.means(), {like.covariance(0), like.covariance(1), like.covariance(2)}, Row(1, 2.5, 30)};
}
template <class E>
Mixture<E> mixed(E emission) {
    return {Eigen::Vector3d(0.2, 0.5, 0.3), std::move(emission)};
}

/// ∫ p(x) dx over [a, b], by Simpson's rule.
template <class E>
double integral(const Mixture<E>& mixture, double a, double b) {
    constexpr Index n = 4000;
    const Eigen::RowVectorXd x = Eigen::RowVectorXd::LinSpaced(n + 1, a, b);
    const Eigen::ArrayXd p = mixture.score_samples(x).array().exp();
    double sum = p(0) + p(n);
    for (Index i = 1; i < n; ++i) sum += (i % 2 == 1 ? 4 : 2) * p(i);
    return sum * (b - a) / n / 3;
}

/// Between the points the distribution function grows as the density says; what is left and right of them is what is left.
template <class E>
void check_integral(const Mixture<E>& mixture, const std::vector<double>& points) {
    for (std::size_t i = 1; i < points.size(); ++i) {
        const double a = points[i - 1], b = points[i], between = integral(mixture, a, b);
        CAPTURE(a, b);
        CHECK_THAT(cdf(mixture, b) - cdf(mixture, a), WithinAbs(between, 1e-10));
        CHECK_THAT(survival(mixture, a) - survival(mixture, b), WithinAbs(between, 1e-10));
        CHECK_THAT(cdf(mixture, b) + survival(mixture, b), WithinRel(1.0, 1e-14));
    }
}

/// Of counts: P(X ≤ x) is the sum of the probabilities so far.
template <class E>
void check_sum(const Mixture<E>& mixture, int counts, double precision = 1e-13) {
    double sum = 0;
    CHECK(cdf(mixture, -1) == 0);
    CHECK(survival(mixture, -0.5) == 1);
    for (int x = 0; x < counts; ++x) {
        CAPTURE(x);
        const Eigen::MatrixXd one = Eigen::MatrixXd::Constant(1, 1, x);
        sum += std::exp(mixture.score(one));
        CHECK_THAT(cdf(mixture, x), WithinRel(sum, precision));
        CHECK(cdf(mixture, x + 0.75) == cdf(mixture, x));
        CHECK_THAT(cdf(mixture, x) + survival(mixture, x), WithinRel(1.0, 1e-14));
        if (const double p = cdf(mixture, x); p < 0.5) CHECK(quantile(mixture, p) == x);
    }
}

template <class E>
void check_round_trip(const Mixture<E>& mixture) {
    for (const double p : {1e-100, 1e-30, 1e-9, 0.01, 0.2, 0.3, 0.5, 0.7, 0.99, 1 - 1e-9}) {
        CAPTURE(p);
        const double x = quantile(mixture, p);
        if (p <= 0.5)
            CHECK_THAT(cdf(mixture, x), WithinRel(p, 1e-12));
        else
            CHECK_THAT(survival(mixture, x), WithinRel(1 - p, 1e-12));
    }
    double last = -infinity;
    for (int i = 1; i < 200; ++i) {
        const double x = quantile(mixture, i / 200.0);
        CHECK(x > last);
        last = x;
    }
}

template <class E>
void check_ends(const Mixture<E>& mixture) {
    CHECK(cdf(mixture, -infinity) == 0);
    CHECK(survival(mixture, infinity) == 0);
    CHECK_THAT(cdf(mixture, infinity), WithinRel(1.0, 1e-15));
    CHECK_THAT(survival(mixture, -infinity), WithinRel(1.0, 1e-15));
    for (const double x : {-1e300, -1e10, 1e10, 1e300})
        CHECK((cdf(mixture, x) >= 0 && cdf(mixture, x) <= 1 + 1e-15));
}

}  // namespace

TEST_CASE("distribution functions are integrals of densities") {
    const std::vector<double> points = {-60, -20, -8,   -4, -3,   -2,  -1, 0, 1.5,
                                        3,   4.9, 4.99, 5,  5.02, 5.1, 8,  20};
    check_integral(mixed(normal<Full>()), points);
    check_integral(mixed(normal<Tied>()), points);
    check_integral(mixed(normal<Diagonal>()), points);
    check_integral(mixed(normal<Spherical>()), points);
    check_integral(mixed(heavy_tailed()), points);
    const std::vector<double> positive = {1e-3, 0.1, 0.5, 1, 2, 3, 5, 10, 30, 60};
    check_integral(mixed(Gamma<>(Row(0.7, 3, 50), Row(1, 2, 10))), positive);
    check_integral(mixed(Exponential<>(Row(0.1, 1, 7))), positive);
    const Eigen::MatrixXd shares = Eigen::MatrixXd::Constant(3, 1, 1.0 / 3);
    check_integral(Mixture(MixtureEmission(shares, normal<Full>())), points);
    check_integral(mixed(TiedEmission(normal<Full>(), {0, 1, 2})), points);
}

TEST_CASE("distribution functions of counts are sums of probabilities") {
    check_sum(mixed(Poisson<>(Row(0, 3.5, 20))), 40);
    check_sum(mixed(NegativeBinomial<>(Row(0.5, 4, 20), Row(0.3, 2, 1e4))), 60);
    check_sum(mixed(Bernoulli<>(Row(0, 0.3, 0.9))), 2);
    check_sum(mixed(Categorical<>(Eigen::Matrix3d{{0.2, 0, 1}, {0.3, 0.5, 0}, {0.5, 0.5, 0}})), 3);
    check_sum(mixed(TiedEmission(Poisson<>(Row(1, 3.5, 20)), {0, 1, 2})), 40);
    STATIC_REQUIRE(Discrete<TiedEmission<Poisson<>>>);
    STATIC_REQUIRE(Discrete<MixtureEmission<Bernoulli<>>>);
    STATIC_REQUIRE(!Discrete<MixtureEmission<Gaussian<>>>);
}

TEST_CASE("distribution functions that have a name") {
    const auto t = [](double degrees) {
        return Mixture(StudentT<>(Eigen::MatrixXd::Constant(1, 1, 0), {Eigen::MatrixXd::Constant(1, 1, 1)},
                                  Eigen::VectorXd::Constant(1, degrees)));
    };
    for (const double x : {-1e8, -40.0, -1.0, -1e-3, 0.0, 0.3, 2.0, 1e3}) {
        CAPTURE(x);
        // Cauchy's: of the two forms that which has its digits.
        CHECK_THAT(cdf(t(1), x), WithinRel(x < -1 ? std::atan(-1 / x) / std::numbers::pi
                                                  : 0.5 + std::atan(x) / std::numbers::pi,
                                           1e-12));
        CHECK_THAT(survival(t(1), x), WithinRel(cdf(t(1), -x), 1e-15));
        const double root = std::sqrt(2 + x * x);
        CHECK_THAT(cdf(t(2), x), WithinRel(x < 0 ? 1 / (root * (root - x)) : 0.5 + x / (2 * root), 1e-12));
    }
    // Tables of Student's t and of the normal distribution.
    CHECK_THAT(quantile(t(5), 0.975), WithinRel(2.570581835636314, 1e-13));
    CHECK_THAT(quantile(t(30), 0.0005), WithinRel(-3.645958635009, 1e-11));
    CHECK_THAT(quantile(t(1e6), 0.975), WithinRel(1.959966, 1e-6));
    const Mixture<Gaussian<>> standard(1, 1);
    CHECK_THAT(quantile(standard, 0.975), WithinRel(1.959963984540054, 1e-15));
    CHECK_THAT(quantile(standard, 1e-20), WithinRel(-9.262340089798408, 1e-15));
    CHECK_THAT(quantile(standard, 0.5), WithinAbs(0.0, 1e-15));
}

TEST_CASE("quantiles invert the distribution function, in the tails too") {
    check_round_trip(mixed(normal<Full>()));
    check_round_trip(mixed(normal<Tied>()));
    check_round_trip(mixed(heavy_tailed()));
    check_round_trip(mixed(Gamma<>(Row(2, 3, 50), Row(1, 2, 10))));
    check_round_trip(mixed(Exponential<>(Row(0.1, 1, 7))));
}

TEST_CASE("distribution functions are defined everywhere") {
    check_ends(mixed(normal<Full>()));
    check_ends(mixed(heavy_tailed()));
    check_ends(mixed(Gamma<>(Row(0.7, 3, 50), Row(1, 2, 10))));
    check_ends(mixed(Exponential<>(Row(0.1, 1, 7))));
    check_ends(mixed(Poisson<>(Row(0, 3.5, 20))));
    check_ends(mixed(NegativeBinomial<>(Row(0, 4, 20), Row(0.3, 2, 1e4))));
    check_ends(mixed(Bernoulli<>(Row(0, 0.3, 0.9))));
    check_ends(mixed(Categorical<>(Eigen::Matrix3d{{0.2, 0, 1}, {0.3, 0.5, 0}, {0.5, 0.5, 0}})));
}

TEST_CASE("what has no distribution function is refused") {
    const Mixture<Gaussian<>> two(1, 2), one(1, 1);
    CHECK_THROWS_WITH(cdf(two, 0), ContainsSubstring("latent::cdf: the mixture has 2 dimensions"));
    CHECK_THROWS_WITH(survival(two, 0), ContainsSubstring("latent::survival"));
    CHECK_THROWS_WITH(quantile(two, 0.5), ContainsSubstring("latent::quantile"));
    CHECK_THROWS_WITH(cdf(one, std::nan("")), ContainsSubstring("x is nan"));
    for (const double p : {0.0, 1.0, -0.1, 1.1, std::nan("")})
        CHECK_THROWS_WITH(quantile(one, p), ContainsSubstring("expected a number between 0 and 1"));
}
