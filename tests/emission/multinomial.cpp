// Multinomial densities, their validation and their prior.
#include "latent/emission/multinomial.hpp"

#include "catch.hpp"
#include "latent/model/mixture.hpp"

using latent::Index, latent::Multinomial;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Three outcomes, two components; one outcome is impossible.
const Eigen::MatrixXd probabilities{{0.2, 0.5}, {0.3, 0}, {0.5, 0.5}};

}  // namespace

TEMPLATE_TEST_CASE("multinomial densities of any numbers of trials, with probabilities of zero", "", double,
                   float) {
    const Multinomial<TestType> family(probabilities);
    latent::MatrixX<TestType> x(3, 5);
    x << 0, 1, 2, 300, 7,  //
        0, 0, 1, 0, 200,   // more than the table of factorials holds
        0, 0, 1, 400, 1000;
    latent::Panel<TestType> packed, out;
    latent::detail::pack<TestType>(x, packed);
    family.log_density(packed, out);
    for (Index i = 0; i < x.cols(); ++i)
        for (Index k = 0; k < 2; ++k) {
            double n = 0, expected = 0;
            for (Index j = 0; j < 3; ++j) {
                const double count = static_cast<double>(x(j, i));
                n += count;
                expected -= std::lgamma(count + 1);
                if (count > 0) expected += count * std::log(probabilities(j, k));
            }
            expected += std::lgamma(n + 1);
            if (std::isfinite(expected))
                CHECK_THAT(out(i, k), WithinAbs(expected, std::numeric_limits<TestType>::epsilon() *
                                                                  (10 + std::abs(expected)) +
                                                              1e-11));
            else
                CHECK(out(i, k) == -std::numeric_limits<TestType>::infinity());
        }
    CHECK(out(0, 1) == 0);  // no trials are certain to come to nothing
}

TEST_CASE("multinomial densities of large counts lose no digits") {
    const Eigen::MatrixXd x{{8192, 1e8}, {3, 200005000}, {0, 1e8}};
    latent::Panel<double> packed, out;
    latent::detail::pack<double>(x, packed);
    Multinomial<>(Eigen::MatrixXd{{0.5, 0.25}, {0.25, 0.5}, {0.25, 0.25}}).log_density(packed, out);
    CHECK_THAT(out(0, 0), WithinRel(-5657.17887334023314, 1e-14));  // with 60 digits (mpmath 1.3)
    CHECK_THAT(out(1, 1), WithinAbs(-19.94324008122024179, 1e-11));
    Multinomial<>(probabilities).log_density(packed, out);
    CHECK(out(0, 1) == -infinity);
}

TEST_CASE("the densities of all outcomes of four trials sum to one") {
    const Multinomial<> family(probabilities);
    Eigen::MatrixXd x(3, 15);
    for (Index a = 0, i = 0; a <= 4; ++a)
        for (Index b = 0; a + b <= 4; ++b) x.col(i++) << double(a), double(b), double(4 - a - b);
    latent::Panel<double> packed, out;
    latent::detail::pack<double>(x, packed);
    family.log_density(packed, out);
    for (Index k = 0; k < 2; ++k) {
        double total = 0;
        for (Index i = 0; i < 15; ++i) total += std::exp(out(i, k));
        CHECK_THAT(total, WithinRel(1, 1e-14));
    }
}

TEST_CASE("the M-step is the outcomes' shares of the trials, without trials the probabilities stay") {
    Multinomial<> family(probabilities);
    auto s = family.zero_statistics();
    s.count << 3, 2;  // the second component has observations, but of no trials
    s.sum.col(0) << 1, 3, 0;
    family.maximize(s);
    CHECK(family.probabilities().col(0) == Eigen::Vector3d(0.25, 0.75, 0));
    CHECK(family.probabilities().col(1) == probabilities.col(1));
    CHECK_THAT(family.expected_log_density(s), WithinRel(std::log(0.25) + 3 * std::log(0.75), 1e-15));
    s.sum(2, 0) = 1;
    CHECK(family.expected_log_density(s) == -infinity);
}

TEST_CASE("every vector of coordinates is a family with the same impossible outcomes") {
    Multinomial<> family(probabilities);
    REQUIRE(family.coordinates() == 3);
    CHECK(family.parameters() == 4);
    family.from_vector(std::vector{-1e4, 1e4, 0.0});
    CHECK(family.coordinates() == 3);
    CHECK(family.probabilities()(1, 0) == 1);
    CHECK(family.probabilities().col(1) == Eigen::Vector3d(0.5, 0, 0.5));
}

TEST_CASE("draws make the trials asked for, in the outcomes' proportions") {
    const Multinomial<> family(probabilities, 50);
    CHECK(family.trials() == 50);
    latent::Random random(3);
    constexpr int n = 1000;
    for (Index k = 0; k < 2; ++k) {
        Eigen::Vector3d x, sum = Eigen::Vector3d::Zero();
        for (int i = 0; i < n; ++i) {
            family.sample(k, random, x.data());
            REQUIRE(x.sum() == 50);
            sum += x;
        }
        for (Index j = 0; j < 3; ++j) {
            const double p = probabilities(j, k);
            CHECK_THAT(sum(j) / (50 * n), WithinAbs(p, 1e-12 + 5 * std::sqrt(p * (1 - p) / (50 * n))));
        }
    }
}

TEST_CASE("what is no probability or no count is refused by name") {
    CHECK(Multinomial<>(3, 2).all_equal());
    CHECK_FALSE(Multinomial<>(probabilities).all_equal());
    CHECK_THROWS_WITH(Multinomial<>(2, 0), ContainsSubstring("probabilities is 0 × 2"));
    CHECK_THROWS_WITH(Multinomial<>(probabilities, -1), ContainsSubstring("trials is -1"));
    CHECK_THROWS_WITH(Multinomial<>(0.9 * probabilities),
                      ContainsSubstring("component 0, rows 0 … 2, sum to 0.9"));
    const Multinomial<> family(1, 1);
    const Eigen::RowVector3d half(1, 2.5, 3), negative(1, 2, -3);
    CHECK_THROWS_WITH(family.check(half),
                      ContainsSubstring("latent::Multinomial: observation 1, dimension 0 is 2.5"));
    CHECK_THROWS_WITH(family.check(negative),
                      ContainsSubstring("observation 2, dimension 0 is -3, expected a count"));
    const Eigen::Vector2d tall(1, 2);
    CHECK_THROWS_WITH(family.check(tall), ContainsSubstring("2 rows"));
}
