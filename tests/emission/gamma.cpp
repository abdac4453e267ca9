// Gamma densities: the textbook's formula, their estimates, extremes and validation.
#include "latent/emission/gamma.hpp"

#include "catch.hpp"
#include "kernel/naive.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

namespace {

/// The statistics, about 1, of n observations by the means of x and of log x.
GammaStatistics expected(double n, double mean, double mean_of_log) {
    return {Eigen::VectorXd::Constant(1, n), Eigen::MatrixXd::Constant(1, 1, n * mean),
            Eigen::MatrixXd::Constant(1, 1, n * (mean - 1 - mean_of_log)), Eigen::MatrixXd::Ones(1, 1)};
}

/// The statistics of one dimension's observations, all of weight one, for a family of one component.
GammaStatistics statistics(const Gamma<>& family, const Eigen::MatrixXd& x) {
    auto s = family.zero_statistics();
    family.accumulate(naive::packed(x), naive::table(Eigen::MatrixXd::Ones(x.cols(), 1), 0.0), s);
    return s;
}

Eigen::MatrixXd draws(const Gamma<>& family, Index n) {
    Random random(5);
    Eigen::MatrixXd x(family.dimension(), n);
    for (Index i = 0; i < n; ++i) family.sample(0, random, x.col(i).data());
    return x;
}

}  // namespace

TEST_CASE("gamma densities of independent positive numbers") {
    const Eigen::MatrixXd shapes{{0.5, 3}, {20, 1}}, rates{{2, 0.1}, {5, 1}};
    const Gamma<> family(shapes, rates);
    const Eigen::MatrixXd x{{1e-8, 0.3, 17}, {4, 1e3, 2.5}};
    Panel<double> out;
    family.log_density(naive::packed(x), out);
    for (Index i = 0; i < 3; ++i)
        for (Index k = 0; k < 2; ++k) {
            double expected = 0;
            for (Index j = 0; j < 2; ++j) {
                const double a = shapes(j, k), b = rates(j, k);
                expected += a * std::log(b) - std::lgamma(a) + (a - 1) * std::log(x(j, i)) - b * x(j, i);
            }
            CHECK_THAT(out(i, k), WithinRel(expected, 1e-13));
        }
    CHECK(family.rates().isApprox(rates, 1e-15));
    CHECK(family.means().isApprox(shapes.cwiseQuotient(rates), 1e-15));
    CHECK(family.parameters() == 8);
}

TEST_CASE("the estimates of a gamma density") {
    // x: mean 4, mean of the logarithms log 2; log a − ψ(a) = log 2 (computed with 40 digits).
    Gamma<> family(1, 1);
    family.maximize(expected(10, 4, std::log(2.0)));
    CHECK_THAT(family.shapes()(0, 0), WithinRel(0.8495699912328983, 1e-12));
    CHECK_THAT(family.means()(0, 0), WithinRel(4.0, 1e-15));
}

TEST_CASE("gamma shapes from 10⁻³ to 10⁶ are recovered from data of any scale") {
    for (const double shape : {1e-3, 0.1, 1.0, 30.0, 1e6})
        for (const double rate : {1e-6, 1.0, 1e6}) {
            CAPTURE(shape, rate);
            const Gamma<> truth(Eigen::MatrixXd::Constant(1, 1, shape),
                                Eigen::MatrixXd::Constant(1, 1, rate));
            if (shape > 1e-2) {  // below, most draws underflow
                const Eigen::MatrixXd x = draws(truth, 4000);
                Gamma<> fitted(1, 1);
                for (int step = 0; step < 2; ++step)  // the first finds the mean
                    fitted.maximize(statistics(fitted, x));
                CHECK_THAT(fitted.shapes()(0, 0), WithinRel(shape, 0.12));
                CHECK_THAT(fitted.means()(0, 0), WithinRel(shape / rate, 5 / std::sqrt(4000 * shape)));
            }
            Gamma<> exact(1, 1);  // the statistics' expected values
            auto s = expected(1, 1, -detail::log_minus_digamma(shape));
            s.recentre(Eigen::MatrixXd::Constant(1, 1, 0.5));
            s.centre *= shape / rate;
            exact.maximize(s);
            CHECK_THAT(exact.shapes()(0, 0), WithinRel(shape, 1e-7));
        }
}

TEST_CASE(
    "observations that are all the same are a gamma component that has collapsed, of finite densities") {
    Gamma<> family(1, 1);
    const Eigen::MatrixXd x = Eigen::MatrixXd::Constant(1, 7, 0.3);
    family.maximize(statistics(family, x));
    CHECK(family.collapse_cause(0, {}) == Cause::singular_covariance);
    REQUIRE(family.floor_variances(0, Eigen::VectorXd::Zero(1)));
    CHECK_FALSE(family.collapse_cause(0, {}));
    CHECK_THAT(family.shapes()(0, 0), WithinRel(1e14, 1e-12));
    CHECK_THAT(family.means()(0, 0), WithinRel(0.3, 1e-13));
    Panel<double> out;
    family.log_density(naive::packed(x), out);
    CHECK_THAT(out(3, 0), WithinRel(0.5 * std::log(1e14 / (2 * std::numbers::pi)) - std::log(0.3), 1e-9));
    CHECK(std::isfinite(family.expected_log_density(statistics(family, x))));
}

TEST_CASE("a gamma component without observations keeps its parameters") {
    Gamma<> family(Eigen::RowVector2d(2, 3), Eigen::RowVector2d(4, 5));
    auto s = family.zero_statistics();
    s.count(0) = 2, s.sum(0, 0) = 3, s.excess(0, 0) = 0.5, s.centre.setOnes();
    family.maximize(s);
    CHECK(family.shapes()(0, 1) == 3);
    CHECK_THAT(family.rates()(0, 1), WithinRel(5, 1e-15));
    CHECK(family.means()(0, 0) == 1.5);
}

TEST_CASE("positive numbers close to each other lose no digits of their gamma shape") {
    for (const double deviation : {1e-3, 1e-5, 1e-6}) {
        CAPTURE(deviation);
        Random random(1);
        Eigen::RowVectorXd z(300), x;
        for (double& value : z) value = random.normal();
        x = 1e6 * (1 + deviation * z.array());
        const auto fit = latent::fit(Mixture<Gamma<>>(1, 1), x);
        CHECK(fit.converged());
        const double shape = fit.model.emission().shapes()(0, 0);
        const double variance = (z.array() - z.mean()).square().mean() * deviation * deviation;
        CHECK_THAT(shape * variance, WithinRel(1, 10 * deviation + 1e-16 / variance));
        CHECK_THAT(
            fit.log_likelihood,
            WithinAbs(150 * (std::log(shape / (2 * std::numbers::pi)) - 1) - x.array().log().sum(), 1e-3));
    }
}

TEST_CASE("a gamma component raised to the floor is the best one that the floor allows") {
    Gamma<> family(1, 1);
    Random random(2);
    Eigen::MatrixXd x(1, 100);
    for (double& value : x.reshaped()) value = 3 + 0.1 * random.normal();
    family.maximize(statistics(family, x));
    const auto s = statistics(family, x);
    for (const double floor : {0.02, 0.3, 2.0, 50.0}) {
        CAPTURE(floor);
        Gamma<> raised = family;
        REQUIRE(raised.collapse_cause(0, Eigen::VectorXd::Constant(1, floor)) == Cause::singular_covariance);
        REQUIRE(raised.floor_variances(0, Eigen::VectorXd::Constant(1, floor)));
        const double a = raised.shapes()(0, 0), m = raised.means()(0, 0);
        CHECK_THAT(m * m / a, WithinRel(floor, 1e-9));
        for (const double step : {-1e-3, 1e-3}) {  // along the boundary, and inwards
            const double shape = a * std::exp(step), mean = std::sqrt(shape * floor);
            const auto other = [](double p, double q) {
                return Gamma<>(Eigen::MatrixXd::Constant(1, 1, p), Eigen::MatrixXd::Constant(1, 1, p / q));
            };
            CHECK(other(shape, mean).expected_log_density(s) < raised.expected_log_density(s));
            CHECK(other(a, m * 1.001).expected_log_density(s) < raised.expected_log_density(s));
        }
    }
}

TEST_CASE("gamma mixtures part two kinds of waiting times") {
    const Mixture<Gamma<>> truth(Eigen::Vector2d(0.3, 0.7),
                                 Gamma<>(Eigen::RowVector2d(1, 50), Eigen::RowVector2d(2, 10)));
    Random random(2);
    const Eigen::MatrixXd x = truth.sample(20'000, random);
    const Mixture<Gamma<>> start(Gamma<>(Eigen::RowVector2d(1, 1), Eigen::RowVector2d(1, 0.3)));
    const auto fit = latent::fit(start, x);
    CHECK(fit.converged());
    CHECK_THAT(fit.model.weights()(0), WithinAbs(0.3, 0.02));
    CHECK_THAT(fit.model.emission().shapes()(0, 1), WithinRel(50, 0.05));
    CHECK_THAT(fit.model.means()(0, 1), WithinRel(5, 0.01));
}

TEST_CASE("what is no gamma parameter or no positive number is refused by name") {
    const Eigen::RowVector2d one(1, 1);
    CHECK_THROWS_WITH(Gamma<>(Eigen::RowVector2d(1, 0), one), ContainsSubstring("shapes(0, 1) is 0"));
    CHECK_THROWS_WITH(Gamma<>(one, Eigen::RowVector2d(1, -2)), ContainsSubstring("rates(0, 1) is -2"));
    CHECK_THROWS_WITH(Gamma<>(one, Eigen::RowVector3d(1, 1, 1)), ContainsSubstring("rates is 1 × 3"));
    CHECK_THROWS_WITH(Gamma<>(Eigen::RowVector2d(1, 1e15), one), ContainsSubstring("shapes(0, 1) is 1e+15"));
    CHECK_THROWS_WITH(Gamma<>(10 * one, Eigen::RowVector2d(1, 1e-308)),
                      ContainsSubstring("the means of shapes and rates(0, 1) is inf"));
    CHECK_THROWS_WITH(Gamma<>(0, 1), ContainsSubstring("shapes is 1 × 0"));
    const Gamma<> family(1, 1);
    const Eigen::RowVector3d zero(1, 0, 3);
    const double infinity = std::numeric_limits<double>::infinity();
    const Eigen::RowVector3d endless(1, 2, infinity);
    CHECK_THROWS_WITH(family.check(zero), ContainsSubstring("observation 1, dimension 0 is 0, expected"));
    CHECK_THROWS_WITH(family.check(endless), ContainsSubstring("observation 2, dimension 0 is inf"));
    const Eigen::Vector2d tall(1, 2);
    CHECK_THROWS_WITH(family.check(tall), ContainsSubstring("2 rows"));
}
