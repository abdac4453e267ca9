// Poisson densities, their validation and their prior.
#include "latent/emission/poisson.hpp"

#include "catch.hpp"
#include "latent/emission/multinomial.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/k_means.hpp"

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

TEST_CASE("Poisson densities of independent counts, with rates of zero") {
    const Eigen::MatrixXd rates = (Eigen::MatrixXd(2, 2) << 1.5, 0, 4, 2).finished();
    const latent::Poisson<> family(rates);
    latent::Panel<double> x, out;
    x.resize(3, 2);
    for (latent::Index i = 0; i < x.padded(); ++i) x(i, 0) = static_cast<double>(i % 3), x(i, 1) = 3;
    family.log_density(x, out);
    for (latent::Index i = 0; i < 3; ++i) {
        const double n = static_cast<double>(i);
        const double expected =
            n * std::log(1.5) - 1.5 - std::lgamma(n + 1) + 3 * std::log(4.0) - 4 - std::log(6.0);
        CHECK_THAT(out(i, 0), WithinAbs(expected, 1e-13));
    }
    CHECK_THAT(out(0, 1), WithinAbs(3 * std::log(2.0) - 2 - std::log(6.0), 1e-13));  // 0 of rate 0 is certain
    CHECK(out(1, 1) == -std::numeric_limits<double>::infinity());  // 1 of rate 0 is impossible
}

TEST_CASE("densities of large counts lose no digits") {
    struct Value {
        double count, rate, log_density;  // computed with 60 digits (mpmath 1.3)
    };
    constexpr Value values[] = {
        {8192, 8000, -7.7101914284233709},       {9000, 3, -63065.7795465728438},
        {1e7, 10003000, -9.427896387262307184},  {1e8, 1e8, -10.12927890601418881},
        {1e8, 100020000, -12.12901227934112321}, {1e12, 1000001500000, -15.8594479661702958},
        {1e12, 5e11, -193147180574.6797585}};
    for (const auto& v : values) {
        CAPTURE(v.count, v.rate);
        const latent::Poisson<> family(Eigen::RowVector2d(v.rate, 0));
        latent::Panel<double> x, out;
        x.resize(1, 1);
        std::fill_n(x.column(0), x.padded(), v.count);
        family.log_density(x, out);
        CHECK_THAT(out(0, 0), WithinRel(v.log_density, 1e-14) || WithinAbs(v.log_density, 1e-9));
        CHECK(out(0, 1) == -std::numeric_limits<double>::infinity());
    }
}

TEST_CASE("fits to large counts converge") {
    for (const double rate : {1e7, 1e8, 1e12})
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            CAPTURE(rate, seed);
            latent::Random random(seed);
            Eigen::MatrixXd x(2, 90);
            for (latent::Index i = 0; i < x.cols(); ++i)
                for (double& count : x.col(i)) {
                    const double mean = rate * (1 + 0.3 * static_cast<double>(i % 3));
                    count = std::round(mean + std::sqrt(mean) * 30 * random.normal());
                }
            const auto fit = latent::fit(latent::Mixture<latent::Poisson<>>(3, 2), x, latent::KMeans{seed});
            CHECK(fit.converged());
            const double total = x.colwise().sum().mean();
            const Eigen::MatrixXd trials = x * (total * x.colwise().sum().cwiseInverse()).asDiagonal();
            const auto shares = latent::fit(latent::Mixture<latent::Multinomial<>>(3, 2),
                                            Eigen::MatrixXd(trials.array().round()), latent::KMeans{seed});
            CHECK(shares.converged());
        }
}

TEST_CASE("draws have the rate as mean and variance") {
    const latent::Poisson<> family(Eigen::RowVector3d(0.4, 12, 1300));
    latent::Random random(3);
    for (latent::Index k = 0; k < 3; ++k) {
        const double rate = family.rates()(0, k);
        double sum = 0, squares = 0, x = 0;
        constexpr int n = 20'000;
        for (int i = 0; i < n; ++i) {
            family.sample(k, random, &x);
            sum += x, squares += (x - rate) * (x - rate);
        }
        CHECK_THAT(sum / n, WithinAbs(rate, 5 * std::sqrt(rate / n)));
        CHECK_THAT(squares / n, WithinRel(rate, 0.08));
    }
}

TEST_CASE("what is no rate or no count is refused by name") {
    CHECK_THROWS_WITH(latent::Poisson<>(Eigen::RowVector2d(1, -2)), ContainsSubstring("rates(0, 1) is -2"));
    const latent::Poisson<> family(1, 1);
    const Eigen::RowVector3d half(1, 2.5, 3), negative(1, 2, -3);
    CHECK_THROWS_WITH(family.check(half), ContainsSubstring("observation 1, dimension 0 is 2.5"));
    CHECK_THROWS_WITH(family.check(negative), ContainsSubstring("observation 2, dimension 0 is -3"));
    const Eigen::Vector2d tall(1, 2);
    CHECK_THROWS_WITH(family.check(tall), ContainsSubstring("2 rows"));
}
