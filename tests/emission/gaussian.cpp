// Gaussian: its densities, statistics and estimates against the textbook's formulas.
#include "latent/emission/gaussian.hpp"

#include "catch.hpp"
#include "naive_mixture.hpp"

using namespace latent;
using naive::Families;
using naive::random_gaussian;

namespace {

/// A relative tolerance: some roundings of Scalar.
template <class Scalar>
constexpr double precise = std::is_same_v<Scalar, float> ? 2e-5 : 1e-12;

/// n × K weights between 0 and 1.
Eigen::MatrixXd random_weights(Index n, Index K) {
    Random random(7);
    Eigen::MatrixXd weights(n, K);
    for (double& value : weights.reshaped()) value = static_cast<float>(random.uniform());
    return weights;
}

/// The family's statistics of x with the given weights.
template <class Family>
typename Family::Statistics statistics(const Family& g, const MatrixX<typename Family::Scalar>& x,
                                       const Eigen::MatrixXd& weights) {
    auto s = g.zero_statistics();
    g.accumulate(naive::packed(x), naive::table(weights, typename Family::Scalar(0)), s);
    return s;
}

/// Weighted observations, and two families of other means to take their statistics about.
template <class Family>
struct Sample {
    using Scalar = typename Family::Scalar;
    static constexpr Index n = 41, K = 3, d = 4;
    Family here = random_gaussian<Family>(K, d, 5, 1), there = random_gaussian<Family>(K, d, 5, 2);
    MatrixX<Scalar> x = naive::observations<Scalar>(d, n, 5);
    Eigen::MatrixXd weights = random_weights(n, K);
};

template <class Family>
void check_same_parameters(const Family& a, const Family& b, double tolerance) {
    CHECK(a.means().isApprox(b.means(), tolerance));
    for (Index k = 0; k < a.size(); ++k) CHECK(a.covariance(k).isApprox(b.covariance(k), tolerance));
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("the log-density is the textbook's", "", Families) {
    using Scalar = typename TestType::Scalar;
    for (const Index d : {1, 2, 3, 5, 9}) {
        const Index n = 37, K = 3;
        const auto g = random_gaussian<TestType>(K, d, 5);
        const auto x = naive::observations<Scalar>(d, n, 5);
        Panel<Scalar> out;
        g.log_density(naive::packed(x), out);
        REQUIRE(out.size() == n);
        REQUIRE(out.columns() == K);
        const naive::Matrix expected = naive::log_normal_densities(g, x);
        for (Index k = 0; k < K; ++k)
            for (Index i = 0; i < n; ++i)
                CHECK_THAT(static_cast<double>(out(i, k)),
                           WithinRel(static_cast<double>(expected(k, i)), precise<Scalar>));
    }
}

TEMPLATE_LIST_TEST_CASE("maximize takes the weighted sample moments", "", Families) {
    using Scalar = typename TestType::Scalar;
    using Covariance = typename TestType::Covariance;
    for (const Index d : {1, 2, 4, 7}) {
        const Index n = 53, K = 3;
        auto g = random_gaussian<TestType>(K, d, 5);
        const auto x = naive::observations<Scalar>(d, n, 5);
        const Eigen::MatrixXd weights = random_weights(n, K), data = x.template cast<double>();
        g.maximize(statistics(g, x, weights));

        Eigen::MatrixXd pooled = Eigen::MatrixXd::Zero(d, d);
        for (Index k = 0; k < K; ++k) {
            const double count = weights.col(k).sum();
            const Eigen::VectorXd mean = data * weights.col(k) / count;
            const Eigen::MatrixXd centred = data.colwise() - mean;
            const Eigen::MatrixXd scatter = centred * weights.col(k).asDiagonal() * centred.transpose();
            pooled += scatter / weights.sum();
            CHECK(g.means().col(k).isApprox(mean, precise<Scalar>));
            if (!Covariance::shared)
                CHECK(g.covariance(k).isApprox(naive::structured<Covariance>(scatter / count),
                                               precise<Scalar>));
        }
        if (Covariance::shared) CHECK(g.covariance(0).isApprox(pooled, precise<Scalar>));
    }
}

TEMPLATE_LIST_TEST_CASE("parameters come back as they were given", "", Families) {
    using Covariance = typename TestType::Covariance;
    Random random(3);
    for (const Index d : {1, 2, 6}) {
        const Eigen::MatrixXd means = naive::observations<double>(d, 3, 1e6);
        std::vector<Eigen::MatrixXd> covariances;
        for (int g = 0; g < (Covariance::shared ? 1 : 3); ++g)
            covariances.push_back(naive::structured<Covariance>(naive::random_covariance(d, random)));
        const TestType g(means, covariances);
        CHECK(g.size() == 3);
        CHECK(g.dimension() == d);
        CHECK(g.means() == means);
        for (Index k = 0; k < 3; ++k) {
            CHECK(g.covariance(k) == covariances[Covariance::shared ? 0 : static_cast<std::size_t>(k)]);
            CHECK((g.precision(k) * g.covariance(k)).isIdentity(1e-13));
        }
    }
}

TEST_CASE("the number of free parameters") {
    CHECK(Gaussian<Full>(3, 4).parameters() == 3 * 4 + 3 * 10);
    CHECK(Gaussian<Tied>(3, 4).parameters() == 3 * 4 + 10);
    CHECK(Gaussian<Diagonal>(3, 4).parameters() == 3 * 4 + 3 * 4);
    CHECK(Gaussian<Spherical>(3, 4).parameters() == 3 * 4 + 3);
}

TEMPLATE_LIST_TEST_CASE("the expected log-density is the weighted sum of log-densities", "", Families) {
    using Scalar = typename TestType::Scalar;
    const Sample<TestType> sample;
    const auto& [here, there, x, weights] = sample;
    const naive::Matrix densities = naive::log_normal_densities(here, x);
    const auto expected =
        static_cast<double>(densities.cwiseProduct(weights.transpose().template cast<naive::Real>()).sum());
    CHECK_THAT(here.expected_log_density(statistics(here, x, weights)), WithinRel(expected, precise<Scalar>));
    CHECK_THAT(here.expected_log_density(statistics(there, x, weights)),
               WithinRel(expected, precise<Scalar>));
}

TEMPLATE_LIST_TEST_CASE("statistics move from one centre to another", "", Families) {
    using Scalar = typename TestType::Scalar;
    const Sample<TestType> sample;
    const auto& [here, there, x, weights] = sample;
    const auto expected = statistics(there, x, weights);
    auto moved = statistics(here, x, weights);
    moved.recentre(expected.centre);
    CHECK(moved.centre == expected.centre);
    CHECK(moved.mean_count.isApprox(expected.mean_count, precise<Scalar>));
    CHECK(moved.sum.isApprox(expected.sum, precise<Scalar>));
    auto a = here, b = here;
    a.maximize(moved);
    b.maximize(expected);
    check_same_parameters(a, b, precise<Scalar>);
}

TEMPLATE_LIST_TEST_CASE("statistics of two shards add up, whatever their centres", "", Families) {
    using Scalar = typename TestType::Scalar;
    const Sample<TestType> sample;
    const auto& [here, there, x, weights] = sample;
    const Index first = 15, rest = sample.n - first;
    auto sum = statistics(here, MatrixX<Scalar>(x.leftCols(first)), weights.topRows(first));
    add(sum, statistics(there, MatrixX<Scalar>(x.rightCols(rest)), weights.bottomRows(rest)));
    auto merged = here, whole = here;
    merged.maximize(sum);
    whole.maximize(statistics(here, x, weights));
    check_same_parameters(merged, whole, precise<Scalar>);
}

TEMPLATE_LIST_TEST_CASE("coordinates lead back to the parameters", "", Families) {
    const auto g = random_gaussian<TestType>(3, 4, 5);
    std::vector<double> v(static_cast<std::size_t>(g.coordinates()));
    CHECK(g.coordinates() == g.parameters());
    g.to_vector(v);
    TestType back(3, 4);
    back.from_vector(v);
    check_same_parameters(back, g, 1e-14);
}

TEMPLATE_LIST_TEST_CASE("draws have the mean and the covariance of their component", "", Families) {
    using Scalar = typename TestType::Scalar;
    const Index n = 20'000, d = 3;
    const auto g = random_gaussian<TestType>(2, d, 5);
    Random random(11), again(11);
    Eigen::MatrixXd x(d, n);
    for (Index i = 0; i < n; ++i) {
        Scalar draw[d], repeated[d];
        g.sample(1, random, draw);
        g.sample(1, again, repeated);
        for (Index j = 0; j < d; ++j) x(j, i) = static_cast<double>(draw[j]);
        REQUIRE(std::equal(draw, draw + d, repeated));
    }
    const Eigen::VectorXd mean = x.rowwise().mean();
    const Eigen::MatrixXd centred = x.colwise() - mean,
                          covariance = centred * centred.transpose() / static_cast<double>(n);
    const double scale = g.covariance(1).diagonal().maxCoeff(), root_n = std::sqrt(static_cast<double>(n));
    CHECK((mean - g.means().col(1)).cwiseAbs().maxCoeff() < 5 * std::sqrt(scale) / root_n);
    CHECK((covariance - g.covariance(1)).cwiseAbs().maxCoeff() < 5 * std::sqrt(2.0) * scale / root_n);
}

TEMPLATE_LIST_TEST_CASE("components without observations keep their parameters", "", Families) {
    using Scalar = typename TestType::Scalar;
    const auto before = random_gaussian<TestType>(3, 2, 5);
    auto g = before;
    Eigen::MatrixXd weights = random_weights(20, 3);
    weights.col(1).setZero();
    g.maximize(statistics(g, naive::observations<Scalar>(2, 20, 5), weights));
    CHECK(g.means().col(1) == before.means().col(1));
    CHECK(g.means().col(0) != before.means().col(0));
    if (!TestType::Covariance::shared) CHECK(g.covariance(1) == before.covariance(1));
    CHECK(g.collapse_cause(1, {}) == Cause::empty_component);
    CHECK_FALSE(g.collapse_cause(0, {}));
}

TEST_CASE("components are the same when all means and covariances are") {
    CHECK(Gaussian<Full>(3, 2).all_equal());
    CHECK(Gaussian<Tied>(3, 2).all_equal());
    CHECK(Gaussian<Diagonal>(1, 2).all_equal());
    CHECK_FALSE(random_gaussian<Gaussian<Full>>(2, 2).all_equal());
    const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(2, 2), two = 2 * one;
    CHECK_FALSE(Gaussian<Spherical>(Eigen::MatrixXd::Zero(2, 2), {one, two}).all_equal());
}
