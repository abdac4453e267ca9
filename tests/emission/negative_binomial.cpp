// Negative binomial densities: their formula, their estimates, extremes and validation.
#include "latent/emission/negative_binomial.hpp"

#include "catch.hpp"
#include "kernel/naive.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

namespace {

NegativeBinomial<> one(double mean, double size) {
    return {Eigen::MatrixXd::Constant(1, 1, mean), Eigen::MatrixXd::Constant(1, 1, size)};
}
double log_density(const NegativeBinomial<>& family, double count) {
    Panel<double> out;
    family.log_density(naive::packed(Eigen::MatrixXd(Eigen::MatrixXd::Constant(1, 1, count))), out);
    return out(0, 0);
}
NegativeBinomialStatistics statistics(const NegativeBinomial<>& family, const Eigen::MatrixXd& x) {
    auto s = family.zero_statistics();
    family.accumulate(naive::packed(x), naive::table(Eigen::MatrixXd::Ones(x.cols(), 1), 0.0), s);
    return s;
}

/// Red mites on 150 apple leaves (Bliss & Fisher 1953, "Fitting the negative binomial distribution to
/// biological data").
Eigen::MatrixXd mites() {
    Eigen::MatrixXd x(1, 150);
    Index next = 0;
    for (Index count = 0; const Index leaves : {70, 38, 17, 10, 9, 3, 2, 1}) {
        x.middleCols(next, leaves).setConstant(static_cast<double>(count++));
        next += leaves;
    }
    return x;
}
constexpr double mites_size = 1.02459238679212534, mites_log_likelihood = -222.437153598434808;

}  // namespace

TEST_CASE(
    "negative binomial densities and clusters, in the table and beyond, against 50 digits (mpmath 1.3)") {
    struct Values {
        double x, mean, size, log_density, excess;
    };
    constexpr Values all[] = {
        {0, 0.5, 2, -0.446287102628419512, 0.0},
        {3, 4, 0.25, -3.03415726428076565, 1.68888888888888889},
        {127, 100, 3, -5.34362249563937341, 115.177302908278994},
        {128, 100, 3, -5.35767711134495256, 116.154225985202071},
        {5000, 300, 0.0009765625, -15.4683997537865774, 4998.99112040643286},
        {1e6, 1e6, 2, -14.4292171968435502, 999973.214544554271},
        {1e6, 1e6, 1048576, -8.16154986651397065, 297755.968003640806},
        {10, 12, 8388608, -2.25534643282335953, 5.3644139796949929e-6},
        {200, 180, 134217728, -4.64061626930685679, 0.000148266406957584002},
        {7, 1e-3, 1e-9, -22.669182997363736, 5.99999999755},
    };
    for (const auto& v : all) {
        CAPTURE(v.x, v.mean, v.size);
        const NegativeBinomial<> family = one(v.mean, v.size);
        CHECK_THAT(log_density(family, v.x), WithinAbs(v.log_density, 1e-12));
        const double excess = statistics(family, Eigen::MatrixXd::Constant(1, 1, v.x)).excess(0, 0);
        CHECK_THAT(excess, WithinAbs(v.excess, 1e-9 * v.excess + 1e-15));
    }
    CHECK(log_density(one(2, 1), -1) == -std::numeric_limits<double>::infinity());
    CHECK(NegativeBinomial<>(3, 2).parameters() == 12);
}

TEST_CASE("a mean of zero allows nothing but zeros, and stays") {
    NegativeBinomial<> family = one(3, 2);
    family.maximize(statistics(family, Eigen::MatrixXd::Zero(1, 9)));
    CHECK(family.means()(0, 0) == 0);
    CHECK(family.sizes()(0, 0) == 2);
    CHECK(log_density(family, 0) == 0);
    CHECK(log_density(family, 1) == -std::numeric_limits<double>::infinity());
    CHECK(log_density(family, 1000) == -std::numeric_limits<double>::infinity());
    CHECK(family.expected_log_density(statistics(family, Eigen::MatrixXd::Zero(1, 9))) == 0);
    CHECK(family.coordinates() == 1);
}

TEST_CASE("red mites on apple leaves, where EM and its acceleration end") {
    const Eigen::MatrixXd x = mites();
    const Mixture<NegativeBinomial<>> start{NegativeBinomial<>(1, 1)};
    const auto check = [](const auto& fit) {
        CHECK(fit.converged());
        CHECK_THAT(fit.model.means()(0, 0), WithinRel(172.0 / 150, 1e-14));
        CHECK_THAT(fit.model.emission().sizes()(0, 0), WithinRel(mites_size, 1e-5));
        CHECK_THAT(fit.log_likelihood, WithinAbs(mites_log_likelihood, 1e-9));
    };
    const ExpectationMaximization<> plain;
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem> accelerated;
    const auto slow = plain.fit(start, x), fast = accelerated.fit(start, x);
    check(slow);
    check(fast);
    CHECK(fast.evaluations < slow.evaluations);
}

TEST_CASE("sizes from small to large are recovered, with the means at once") {
    for (const double size : {0.05, 0.7, 6.0}) {
        CAPTURE(size);
        const Mixture<NegativeBinomial<>> truth{one(8, size)};
        Random random(3);
        const Eigen::MatrixXd x = truth.sample(20'000, random);
        const double variance = 8 + 64 / size;
        CHECK_THAT(x.mean(), WithinAbs(8, 5 * std::sqrt(variance / 20'000)));
        CHECK_THAT((x.array() - 8).square().mean(), WithinRel(variance, 0.25));
        const auto fit = latent::fit(Mixture<NegativeBinomial<>>{NegativeBinomial<>(1, 1)}, x);
        CHECK(fit.converged());
        CHECK_THAT(fit.model.emission().sizes()(0, 0), WithinRel(size, 0.1));
        CHECK_THAT(fit.model.means()(0, 0), WithinRel(x.mean(), 1e-13));
    }
}

TEST_CASE("counts that vary no more than Poisson's drive the size to its end, without harm") {
    Eigen::MatrixXd alternating(1, 40);
    for (Index i = 0; i < 40; ++i) alternating(i) = static_cast<double>(i % 2 + 4);
    NegativeBinomial<> family = one(4.5, 4.5e6);
    family.maximize(statistics(family, alternating));
    CHECK(family.sizes()(0, 0) == 4.5e6);
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem> accelerated;
    const auto fit = accelerated.fit(Mixture<NegativeBinomial<>>{NegativeBinomial<>(1, 1)}, alternating);
    CHECK(fit.model.emission().sizes()(0, 0) > 1e3);
    double poisson = 0;
    for (const double value : alternating.reshaped())
        poisson += value * std::log(4.5) - 4.5 - detail::log_factorial(value);
    CHECK_THAT(fit.log_likelihood, WithinAbs(poisson, 0.05));

    NegativeBinomial<> ones = one(1, 1);  // of x ≤ 1 every event is a cluster
    ones.maximize(statistics(ones, Eigen::MatrixXd::Identity(1, 5)));
    CHECK(ones.sizes()(0, 0) == 0.2e6);
}

TEST_CASE("counts of a million") {
    NegativeBinomial<> family = one(5e5, 1);
    const Eigen::RowVector4d x(0, 1e3, 1e6, 3e6);
    double before = -std::numeric_limits<double>::infinity();
    for (int iteration = 0; iteration < 200; ++iteration) {
        double likelihood = 0;
        for (const double value : x) likelihood += log_density(family, value);
        CHECK(likelihood >= before - 1e-12);
        before = likelihood;
        family.maximize(statistics(family, x));
    }
    CHECK_THAT(family.means()(0, 0), WithinRel(x.mean(), 1e-15));
    CHECK(family.sizes()(0, 0) > 0.05);
    CHECK(family.sizes()(0, 0) < 0.5);
}

TEST_CASE("a negative binomial component without observations keeps its parameters") {
    NegativeBinomial<> family(Eigen::RowVector2d(2, 3), Eigen::RowVector2d(4, 5));
    auto s = family.zero_statistics();
    s.count(0) = 2, s.sum(0, 0) = 3, s.excess(0, 0) = 0.5;
    family.maximize(s);
    CHECK(family.means() == Eigen::RowVector2d(1.5, 3));
    CHECK(family.sizes()(0, 1) == 5);
    CHECK(NegativeBinomial<>(2, 3).all_equal());
    CHECK_FALSE(family.all_equal());
}

TEST_CASE("what is no negative binomial parameter or no count is refused by name") {
    const Eigen::RowVector2d fine(1, 1);
    CHECK_THROWS_WITH(NegativeBinomial<>(Eigen::RowVector2d(1, -2), fine),
                      ContainsSubstring("means(0, 1) is -2"));
    CHECK_THROWS_WITH(NegativeBinomial<>(fine, Eigen::RowVector2d(0, 1)),
                      ContainsSubstring("sizes(0, 0) is 0"));
    const NegativeBinomial<> family(1, 1);
    const Eigen::RowVector3d half(1, 2.5, 3);
    CHECK_THROWS_WITH(family.check(half), ContainsSubstring("observation 1, dimension 0 is 2.5"));
    const Eigen::Vector2d tall(1, 2);
    CHECK_THROWS_WITH(family.check(tall), ContainsSubstring("2 rows"));
}

TEST_CASE("with the mean 0 there is nothing but zeros") {
    for (const double size : {0.09, 0.15, 1.0, 77.7}) {
        CHECK(log_density(one(0, size), 0) == 0);
        for (const double count : {1.0, 127.0, 128.0, 200.0, 1e6})
            CHECK(log_density(one(0, size), count) == -std::numeric_limits<double>::infinity());
    }
}

TEST_CASE("a component that comes to be of zeros alone gets there") {
    Random random(1);
    Eigen::MatrixXd x = Eigen::MatrixXd::Zero(1, 60);
    for (Index i = 30; i < 60; ++i) one(400, 20).sample(0, random, &x(0, i));
    const Mixture<NegativeBinomial<>> start(Eigen::Vector2d(0.5, 0.5),
                                            {Eigen::RowVector2d(5, 300), Eigen::RowVector2d(0.05, 5)});
    const auto fitted = fit(start, x);
    CHECK(fitted.converged());
    CHECK(fitted.model.emission().means()(0, 0) == 0);
}
