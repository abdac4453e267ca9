// Highest-density regions against their definition: the probability, and equal densities at all ends, higher inside.
#include "latent/model/highest_density_region.hpp"

#include "catch.hpp"
#include "latent/emission/exponential.hpp"
#include "latent/emission/gamma.hpp"
#include "latent/emission/student_t.hpp"

using namespace latent;

namespace {

GaussianMixture<> normals(const std::vector<double>& weights, const std::vector<double>& means,
                          const std::vector<double>& deviations) {
    std::vector<Eigen::MatrixXd> variances;
    for (const double deviation : deviations)
        variances.push_back(Eigen::MatrixXd::Constant(1, 1, deviation * deviation));
    return {Eigen::Map<const Eigen::VectorXd>(weights.data(), std::ssize(weights)),
            Gaussian<>(Eigen::Map<const Eigen::RowVectorXd>(means.data(), std::ssize(means)), variances)};
}

template <class E>
double density(const Mixture<E>& mixture, double x) {
    const Eigen::MatrixXd one = Eigen::MatrixXd::Constant(1, 1, x);
    return std::exp(mixture.score(one));
}

/// Of the probability, with the same density at all ends (but where the support ends), and lower outside.
template <class E>
void check_region(const Mixture<E>& mixture, double probability, std::size_t intervals,
                  double support = -1e300) {
    CAPTURE(probability);
    const std::vector<Interval> region = highest_density_region(mixture, probability);
    REQUIRE(region.size() == intervals);
    double sum = 0, level = density(mixture, region.back().upper);
    for (const auto& [lower, upper] : region) {
        sum += cdf(mixture, upper) - cdf(mixture, lower);
        CHECK(lower < upper);
        CHECK_THAT(density(mixture, upper), WithinRel(level, 1e-7));
        if (lower > support + 1e-9) CHECK_THAT(density(mixture, lower), WithinRel(level, 1e-7));
        for (int i = 1; i < 20; ++i)
            CHECK(density(mixture, lower + (upper - lower) * i / 20) >= level * (1 - 1e-9));
    }
    CHECK_THAT(sum, WithinAbs(probability, 1e-10));
    for (std::size_t i = 1; i < intervals; ++i) {
        const double from = region[i - 1].upper, to = region[i].lower;
        CHECK(from < to);
        for (int j = 1; j < 20; ++j)
            CHECK(density(mixture, from + (to - from) * j / 20) <= level * (1 + 1e-9));
    }
}

}  // namespace

TEST_CASE("of one normal density the region is about its mean") {
    const auto normal = normals({1}, {3}, {0.5});
    for (const double probability : {0.01, 0.5, 0.9, 0.999, 0.9999999}) {
        CAPTURE(probability);
        const auto region = highest_density_region(normal, probability);
        REQUIRE(region.size() == 1);
        CHECK_THAT(region[0].upper, WithinAbs(quantile(normal, (1 + probability) / 2), 1e-8));
        CHECK_THAT(region[0].lower + region[0].upper, WithinAbs(6.0, 1e-8));
    }
    REQUIRE(modes(normal).size() == 1);
    CHECK_THAT(modes(normal)[0], WithinAbs(3, 1e-8));
}

TEST_CASE("two modes have two intervals, until what is between them counts") {
    const auto two = normals({0.4, 0.6}, {-2, 2}, {0.7, 0.5});
    REQUIRE(modes(two).size() == 2);
    CHECK_THAT(modes(two)[0], WithinAbs(-2, 1e-3));
    CHECK_THAT(modes(two)[1], WithinAbs(2, 1e-3));
    for (const double probability : {0.1, 0.2, 0.3}) check_region(two, probability, 1);  // of the higher one
    for (const double probability : {0.6, 0.9, 0.99}) check_region(two, probability, 2);
    for (const double probability : {0.9999, 0.999999}) check_region(two, probability, 1);
}

TEST_CASE("modes are where the derivative changes its sign") {
    // Of equal deviations σ and weights, means 2σ apart or less: one mode; more: two.
    CHECK(modes(normals({0.5, 0.5}, {0, 1.99}, {1, 1})).size() == 1);
    CHECK(modes(normals({0.5, 0.5}, {0, 2.2}, {1, 1})).size() == 2);
    CHECK(modes(normals({0.5, 0.5}, {0, 0}, {1, 10})).size() == 1);
    CHECK(modes(normals({0.3, 0.3, 0.4}, {0, 100, 1e6}, {1, 1e-3, 1})).size() == 3);
}

TEST_CASE("far apart and of different scales") {
    const auto far = normals({0.5, 0.3, 0.2}, {-1e3, 0, 1e6}, {1, 1e-4, 100});
    check_region(far, 0.2, 1);
    check_region(far, 0.7, 2);
    check_region(far, 0.97, 3);
    check_region(normals({0.98, 0.02}, {0, 0.5}, {1, 1e-3}), 0.5, 1);
}

TEST_CASE("of heavy tails and of what begins at zero") {
    const auto one = [](double value) { return Eigen::MatrixXd::Constant(1, 1, value); };
    const Mixture heavy(StudentT<>(Eigen::RowVector2d(-5, 5), {one(1), one(0.25)}, Eigen::Vector2d(1, 4)));
    check_region(heavy, 0.8, 2);
    check_region(heavy, 0.98, 1);
    check_region(Mixture(Exponential<>(Eigen::RowVector2d(1, 5))), 0.9, 1, 0);
    check_region(Mixture(Gamma<>(Eigen::RowVector2d(3, 100), Eigen::RowVector2d(2, 5))), 0.9, 2);
    // Of an exponential density the region begins at 0.
    const auto region = highest_density_region(Mixture(Exponential<>(one(2))), 0.9);
    CHECK_THAT(region[0].lower, WithinAbs(0, 1e-14));
    CHECK_THAT(region[0].upper, WithinRel(std::log(10) / 2, 1e-9));
}

TEST_CASE("what has no highest-density region is refused") {
    const Mixture<Gaussian<>> two(1, 2), one(1, 1);
    CHECK_THROWS_WITH(modes(two), ContainsSubstring("latent::modes: the mixture has 2 dimensions"));
    CHECK_THROWS_WITH(highest_density_region(two, 0.5), ContainsSubstring("2 dimensions"));
    for (const double p : {0.0, 1.0, std::nan("")})
        CHECK_THROWS_WITH(highest_density_region(one, p), ContainsSubstring("between 0 and 1"));
}
