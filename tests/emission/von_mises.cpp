// Von Mises densities: the textbook's formula, their estimates, extremes and validation.
#include "latent/emission/von_mises.hpp"

#include "catch.hpp"
#include "kernel/naive.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;
using std::numbers::pi;

namespace {

VonMises<> one(double direction, double concentration) {
    return {Eigen::MatrixXd::Constant(1, 1, direction), Eigen::MatrixXd::Constant(1, 1, concentration)};
}

/// n draws, and the family fitted to them from `shape`.
Eigen::MatrixXd draws(const VonMises<>& family, Index n) {
    Random random(5);
    Eigen::MatrixXd x(1, n);
    for (double& angle : x.reshaped()) family.sample(0, random, &angle);
    return x;
}
VonMises<> fitted(const Eigen::MatrixXd& x) {
    VonMises<> family(1, 1);
    auto s = family.zero_statistics();
    family.accumulate(naive::packed(x), naive::table(Eigen::MatrixXd::Ones(x.cols(), 1), 0.0), s);
    family.maximize(s);
    return family;
}
double log_density(const VonMises<>& family, double angle) {
    Panel<double> out;
    family.log_density(naive::packed(Eigen::MatrixXd(Eigen::MatrixXd::Constant(1, 1, angle))), out);
    return out(0, 0);
}

}  // namespace

TEST_CASE("von Mises densities integrate to one, whatever the concentration and the turn of the angles") {
    for (const double kappa : {0.0, 1e-6, 0.5, 3.0, 24.9, 25.1, 1e3}) {
        CAPTURE(kappa);
        const VonMises<> family = one(2.5, kappa);
        constexpr int n = 2000;
        double total = 0;
        for (int i = 0; i < n; ++i)  // the trapezoidal rule is exact for periodic functions as smooth
            total += std::exp(log_density(family, 40 + 2 * pi * i / n)) * 2 * pi / n;
        CHECK_THAT(total, WithinAbs(1, 1e-12));
    }
    CHECK_THAT(log_density(one(1, 2), 1.25 - 20 * pi), WithinRel(log_density(one(1, 2), 0.75), 1e-12));
    CHECK(VonMises<>(3, 2).parameters() == 12);
}

TEST_CASE("von Mises densities of great concentration are normal ones") {
    const double kappa = 1e5, deviation = 1 / std::sqrt(kappa);
    for (const double z : {0.0, 0.1, 1.0, 3.0}) {
        const double normal = 0.5 * std::log(kappa / (2 * pi)) - 0.5 * z * z;
        // the next terms of log I₀(κ) and of the cosine
        const double expected = normal - 1 / (8 * kappa) + z * z * z * z / (24 * kappa);
        CHECK_THAT(log_density(one(-2, kappa), -2 + z * deviation), WithinAbs(expected, 1e-9));
    }
}

TEST_CASE("von Mises directions and concentrations are recovered") {
    for (const double kappa : {0.3, 2.0, 40.0, 1e5})
        for (const double direction : {-3.1, 0.0, 1.5, 3.1}) {
            CAPTURE(kappa, direction);
            const VonMises<> family = fitted(draws(one(direction, kappa), 20'000));
            const double deviation = 1 / std::sqrt(20'000 * kappa * detail::bessel_ratio(kappa).ratio);
            CHECK_THAT(std::remainder(family.directions()(0, 0) - direction, 2 * pi),
                       WithinAbs(0, 5 * deviation));
            CHECK_THAT(family.concentrations()(0, 0), WithinRel(kappa, kappa < 1 ? 0.15 : 0.05));
        }
}

TEST_CASE("concentrations solve the likelihood equation from 0 to the largest") {
    VonMises<> family(1, 1);
    for (const double kappa : {1e-12, 1e-3, 0.7, 5.0, 24.9, 25.1, 300.0, 1e5, 1e8, 1e12, 1e20}) {
        CAPTURE(kappa);
        auto s = family.zero_statistics();
        s.centre(0, 0) = pi / 2;
        s.count(0) = 4;
        s.gap(0, 0) = 4 * detail::bessel_ratio(kappa).gap;
        family.maximize(s);
        CHECK_THAT(family.concentrations()(0, 0), WithinRel(kappa, kappa < 1e-3 ? 1e-3 : 1e-12));
        CHECK_THAT(family.directions()(0, 0), WithinAbs(pi / 2, 1e-15));
    }
    const Eigen::RowVector4d around(0, pi / 2, pi, 3 * pi / 2), nowhere(2, 2, 2, 2);
    CHECK(fitted(around).concentrations()(0, 0) < 1e-15);
    VonMises<> point = one(2, 1e9);  // of angles that are all the same
    auto s = point.zero_statistics();
    point.accumulate(naive::packed(Eigen::MatrixXd(nowhere)), naive::table(Eigen::MatrixXd::Ones(4, 1), 0.0),
                     s);
    point.maximize(s);
    CHECK(point.collapse_cause(0, {}) == Cause::singular_covariance);
    REQUIRE(point.floor_variances(0, Eigen::VectorXd::Constant(1, 1e-14)));
    CHECK_FALSE(point.collapse_cause(0, Eigen::VectorXd::Constant(1, 1e-14)));
    CHECK_THAT(point.concentrations()(0, 0), WithinRel(1e14, 1e-12));
    CHECK_THAT(log_density(point, 2), WithinRel(0.5 * std::log(1e14 / (2 * pi)), 1e-9));
}

TEST_CASE("angles close to each other lose no digits, wherever they lie") {
    Eigen::RowVectorXd x(60);  // 1 − cos of them is ½ x² to 1e-9
    for (Index i = 0; i < 60; ++i) x(i) = 1e-4 * std::sin(static_cast<double>(i * i));
    const double mean = x.mean(), variance = (x.array() - mean).square().mean();
    for (const double spread : {1.0, 1e-3, 1e-5})
        for (const double direction : {0.0, 0.5, pi}) {
            CAPTURE(spread, direction);
            const Eigen::RowVectorXd y =
                direction == pi
                    ? (spread * x).unaryExpr([](double v) { return v > 0 ? v - pi : v + pi; }).eval()
                    : (spread * x.array() + direction).matrix().eval();
            const Mixture<VonMises<>> start(one(direction, 1));
            const auto fit = latent::fit(start, y);
            CHECK(fit.converged());
            const double kappa = fit.model.emission().concentrations()(0, 0);
            const double resolution = direction == 0 ? 1e-8 : 1e-8 + 1e-11 / spread;
            CHECK_THAT(kappa * spread * spread * variance, WithinRel(1, resolution));
            CHECK_THAT(fit.log_likelihood,
                       WithinRel(30 * (std::log(kappa / (2 * pi)) - 1), 1e-9 + resolution));
        }
}

TEST_CASE(
    "a von Mises component without observations keeps its parameters, one without a mean its direction") {
    VonMises<> family(Eigen::RowVector2d(1, 2), Eigen::RowVector2d(3, 4));
    auto s = family.zero_statistics();
    s.count(0) = s.gap(0, 0) = 5;
    family.maximize(s);
    CHECK(family.directions() == Eigen::RowVector2d(1, 2));
    CHECK(family.concentrations() == Eigen::RowVector2d(0, 4));
    std::vector<double> v(4);
    family.to_vector(v);
    family.from_vector(v);
    CHECK(family.concentrations()(0, 0) == 0);
    CHECK_FALSE(family.all_equal());
    CHECK(VonMises<>(Eigen::RowVector2d(1, 2), Eigen::RowVector2d(0, 0)).all_equal());  // uniform both
    CHECK(VonMises<>(2, 3).all_equal());
}

TEST_CASE("draws of a von Mises density follow it") {
    for (const double kappa : {0.0, 1e-7, 0.9, 30.0, 1e6}) {
        CAPTURE(kappa);
        const Eigen::ArrayXd x = draws(one(0.5, kappa), 20'000).transpose();
        CHECK(x.abs().maxCoeff() <= pi);
        const double cosine = (x - 0.5).cos().mean(), sine = (x - 0.5).sin().mean();
        const double ratio = detail::bessel_ratio(kappa).ratio;
        CHECK_THAT(1 - cosine, WithinAbs(1 - ratio, 5 * std::sqrt((1 - ratio * ratio) / 20'000)));
        CHECK_THAT(sine, WithinAbs(0, 5 * std::sqrt((1 - ratio * ratio) / 20'000)));
        if (kappa > 10) CHECK_THAT((x - 0.5).square().mean(), WithinRel(1 / kappa, 0.08));
    }
}

TEST_CASE("von Mises mixtures part directions across the cut of the circle") {
    const Mixture<VonMises<>> truth(Eigen::Vector2d(0.4, 0.6),
                                    VonMises<>(Eigen::RowVector2d(3.1, 0), Eigen::RowVector2d(20, 3)));
    Random random(2);
    const Eigen::MatrixXd x = truth.sample(10'000, random);
    const Mixture<VonMises<>> start(VonMises<>(Eigen::RowVector2d(-2, 1), Eigen::RowVector2d(1, 1)));
    const auto fit = latent::fit(start, x);
    CHECK(fit.converged());
    CHECK_THAT(fit.model.weights()(0), WithinAbs(0.4, 0.03));
    CHECK_THAT(std::cos(fit.model.emission().directions()(0, 0) - 3.1), WithinAbs(1, 1e-3));
    CHECK_THAT(fit.model.emission().concentrations()(0, 0), WithinRel(20, 0.1));
}

TEST_CASE("an angle is what its sine and cosine say, however many turns it has made") {
    for (const double angle : {1e3, -1e8, 1e16, 1e150}) {
        CAPTURE(angle);
        const double same = std::atan2(std::sin(angle), std::cos(angle));
        for (const double kappa : {2.0, 1e7, 1e9, 1e18}) {
            const VonMises<> given = one(angle, kappa), reduced = one(same, kappa);
            CHECK_THAT(given.directions()(0, 0), WithinAbs(same, 1e-15));
            CHECK_THAT(log_density(reduced, angle), WithinRel(log_density(reduced, same), 1e-12));
            CHECK_THAT(log_density(given, same), WithinRel(log_density(reduced, same), 1e-12));
        }
    }
}

TEST_CASE(
    "a component that narrows beyond what its statistics can tell says so, and the next iteration finds it") {
    Eigen::MatrixXd x(1, 40);
    for (Index i = 0; i < 40; ++i) x(0, i) = i % 2 == 1 ? 2 : 0.5 + 1e-8 * static_cast<double>(i - 20);
    x(0, 1) = 2.001;
    const Mixture<VonMises<>> start(VonMises<>(Eigen::RowVector2d(0.5, 2), Eigen::RowVector2d(1e4, 1e4)));
    const auto fit = latent::fit(start, x);
    CHECK(fit.converged());
    REQUIRE(fit.events.size() == 1);
    CHECK(fit.events[0].cause == Cause::long_step);
    double square = 0;
    for (Index i = 0; i < 40; i += 2) square += std::pow(1e-8 * static_cast<double>(i - 20 + 1), 2);
    CHECK_THAT(fit.model.emission().directions()(0, 0), WithinAbs(0.5 - 1e-8, 1e-14));
    CHECK_THAT(fit.model.emission().concentrations()(0, 0), WithinRel(20 / square, 1e-6));
}

TEST_CASE("what is no von Mises parameter or no angle is refused by name") {
    const double infinity = std::numeric_limits<double>::infinity();
    const Eigen::RowVector2d fine(1, 1);
    CHECK_THROWS_WITH(VonMises<>(fine, Eigen::RowVector2d(1, -2)),
                      ContainsSubstring("concentrations(0, 1) is -2"));
    CHECK_THROWS_WITH(VonMises<>(fine, Eigen::RowVector2d(1, 1e22)),
                      ContainsSubstring("concentrations(0, 1) is 1e+22, expected a number 0 … 2^70"));
    CHECK_THROWS_WITH(VonMises<>(Eigen::RowVector2d(infinity, 1), fine),
                      ContainsSubstring("directions(0, 0) is inf"));
    const VonMises<> family(1, 1);
    const Eigen::RowVector3d endless(1, 2, infinity);
    CHECK_THROWS_WITH(family.check(endless), ContainsSubstring("observation 2, dimension 0 is inf"));
    const Eigen::Vector2d tall(1, 2);
    CHECK_THROWS_WITH(family.check(tall), ContainsSubstring("2 rows"));
}

TEST_CASE("statistics of angles moved to another direction are those collected about it") {
    Random random(9);
    Eigen::MatrixXd x(2, 50), r(50, 2);
    for (double& angle : x.reshaped()) angle = 2 * random.normal();
    for (double& share : r.reshaped()) share = random.uniform();
    const auto about = [&](const Eigen::MatrixXd& directions) {
        const VonMises<> family(directions, Eigen::MatrixXd::Constant(2, 2, 3));
        auto s = family.zero_statistics();
        family.accumulate(naive::packed(x), naive::table(r, 0.0), s);
        return s;
    };
    const Eigen::MatrixXd here{{0.5, -3}, {2, 1}}, there{{-1, 3}, {2, 1.5}};
    auto moved = about(here);
    moved.recentre(there);
    const auto expected = about(there);
    CHECK(moved.centre == there);
    CHECK(moved.gap.isApprox(expected.gap, 1e-13));
    CHECK(moved.across.isApprox(expected.across, 1e-13));
    CHECK(moved.count == expected.count);
}

TEST_CASE("draws of hardly concentrated angles are angles") {
    Random random(3);
    for (const double kappa : {0.0, 1e-9, 1e-8, 1.2e-8, 1e-7, 1e-3}) {
        const VonMises<> flat(Eigen::MatrixXd::Zero(1, 1), Eigen::MatrixXd::Constant(1, 1, kappa));
        double sum = 0;
        for (int i = 0; i < 1000; ++i) {
            double angle = 0;
            flat.sample(0, random, &angle);
            REQUIRE(std::abs(angle) <= std::numbers::pi);
            sum += std::cos(angle);
        }
        CHECK(std::abs(sum) < 100);
    }
}
