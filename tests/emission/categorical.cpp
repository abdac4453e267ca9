// Categorical densities, their validation and their prior.
#include "latent/emission/categorical.hpp"

#include "catch.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture_prior.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "latent/start/k_means.hpp"

using latent::Categorical, latent::Index;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Two features of three symbols, two components; one probability is zero.
const Eigen::MatrixXd two_features{{0.2, 0.5}, {0.3, 0.5}, {0.5, 0}, {0.1, 0.6}, {0.1, 0.3}, {0.8, 0.1}};

/// The panel of a d × n matrix, its filler the last observation.
template <class Scalar>
latent::Panel<Scalar> panel(const latent::MatrixX<Scalar>& x) {
    latent::Panel<Scalar> p;
    latent::detail::pack<Scalar>(x, p);
    return p;
}

/// The panel of an n × K matrix of weights, its filler zero.
latent::Panel<double> weights(const Eigen::MatrixXd& w) {
    latent::Panel<double> p;
    p.resize(w.rows(), w.cols());
    for (Index k = 0; k < w.cols(); ++k)
        for (Index i = 0; i < p.padded(); ++i) p(i, k) = i < w.rows() ? w(i, k) : 0;
    return p;
}

}  // namespace

TEMPLATE_TEST_CASE("categorical densities are products of probabilities", "", double, float) {
    const Categorical<TestType> family(two_features, 2);
    CHECK(family.size() == 2);
    CHECK(family.dimension() == 2);
    CHECK(family.symbols() == 3);
    CHECK(family.parameters() == 8);
    latent::MatrixX<TestType> x(2, 600);  // more than a stretch
    for (Index i = 0; i < x.cols(); ++i) x(0, i) = TestType(i % 3), x(1, i) = TestType(i / 3 % 3);
    latent::Panel<TestType> log_density, density;
    family.log_density(panel(x), log_density);
    family.density(panel(x), density);
    for (Index i = 0; i < x.cols(); ++i)
        for (Index k = 0; k < 2; ++k) {
            const double expected = two_features(i % 3, k) * two_features(3 + i / 3 % 3, k);
            const double rounding = 10 * std::numeric_limits<TestType>::epsilon();
            CHECK_THAT(density(i, k), WithinAbs(expected, rounding));
            if (expected > 0) CHECK_THAT(log_density(i, k), WithinAbs(std::log(expected), rounding));
            if (expected == 0) CHECK(log_density(i, k) == -std::numeric_limits<TestType>::infinity());
        }
}

TEST_CASE("what is no symbol has the density zero and counts for nothing, the filler is finite") {
    const Categorical<> family(3, 4);
    const Eigen::MatrixXd x{{0, -1, 4, 1e300, -infinity, std::nan("")}};
    latent::Panel<double> log_density, density;
    family.log_density(panel(x), log_density);
    family.density(panel(x), density);
    for (Index k = 0; k < 3; ++k) {
        CHECK(log_density(0, k) == std::log(0.25));
        for (Index i = 1; i < x.cols(); ++i) {
            CHECK(log_density(i, k) == -infinity);
            CHECK(density(i, k) == 0);
        }
        for (Index i = x.cols(); i < log_density.padded(); ++i) {
            CHECK(std::isfinite(log_density(i, k)));
            CHECK(std::isfinite(density(i, k)));
        }
    }
    auto s = family.zero_statistics();
    family.accumulate(panel(x), weights(Eigen::MatrixXd::Ones(x.cols(), 3)), s);
    CHECK(s.count == Eigen::MatrixXd{{1, 1, 1}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}});
}

TEST_CASE("the M-step is the weighted shares of the symbols, with any number of components") {
    const Index K = GENERATE(1, 2, 4, 7), n = GENERATE(1, 30, 1100);
    latent::Random random(4);
    Categorical<> family(K, 3, 2);
    const Eigen::MatrixXd x = Eigen::MatrixXd::NullaryExpr(2, n, [&] { return double(random.below(3)); });
    const Eigen::MatrixXd w = Eigen::MatrixXd::NullaryExpr(n, K, [&] { return random.uniform(); });
    auto s = family.zero_statistics();
    family.accumulate(panel(x), weights(w), s);
    family.maximize(s);
    double expected_log_density = 0;
    for (Index k = 0; k < K; ++k)
        for (Index j = 0; j < 2; ++j)
            for (Index m = 0; m < 3; ++m) {
                double count = 0;
                for (Index i = 0; i < n; ++i) count += x(j, i) == double(m) ? w(i, k) : 0;
                const double share = count / w.col(k).sum();
                CHECK_THAT(family.probabilities()(3 * j + m, k), WithinRel(share, 1e-12));
                if (count > 0) expected_log_density += count * std::log(share);
            }
    CHECK_THAT(family.expected_log_density(s), WithinRel(expected_log_density, 1e-12));
}

TEST_CASE("more symbols than observations are counted as few are") {
    latent::Random random(5);
    const Index M = 300, K = 5, n = 100;
    const Categorical<> family(K, M);
    const Eigen::MatrixXd x = Eigen::MatrixXd::NullaryExpr(1, n, [&] { return double(random.below(M)); });
    const Eigen::MatrixXd w = Eigen::MatrixXd::NullaryExpr(n, K, [&] { return random.uniform(); });
    auto s = family.zero_statistics();
    family.accumulate(panel(x), weights(w), s);
    Eigen::MatrixXd expected = Eigen::MatrixXd::Zero(M, K);
    for (Index i = 0; i < n; ++i) expected.row(Index(x(0, i))) += w.row(i);
    CHECK((s.count - expected).cwiseAbs().maxCoeff() < 1e-14);
}

TEST_CASE("features of different alphabets are as features of their own") {
    const Eigen::MatrixXd first{{0.2, 0.5}, {0.8, 0.5}}, second{{0.1, 0.6}, {0.1, 0.3}, {0.8, 0.1}},
        third{{1, 1}};
    Eigen::MatrixXd all(6, 2);
    all << first, second, third;
    const Index n = GENERATE(3, 1100);
    Categorical<> family(all, {2, 3, 1});
    CHECK(family.dimension() == 3);
    CHECK(family.symbols(1) == 3);
    CHECK(family.parameters() == 2 * (1 + 2));
    latent::Random random(4);
    Eigen::MatrixXd x(3, n);
    for (Index i = 0; i < n; ++i) family.sample(i % 2, random, x.col(i).data());
    family.check(x);
    const Eigen::MatrixXd w = Eigen::MatrixXd::NullaryExpr(n, 2, [&] { return random.uniform(); });
    latent::Panel<double> together, alone;
    family.log_density(panel(x), together);
    auto s = family.zero_statistics();
    family.accumulate(panel(x), weights(w), s);
    family.maximize(s);
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(n, 2);
    for (Index j = 0, row = 0; j < 3; ++j) {
        Categorical<> feature(j == 0 ? first : j == 1 ? second : third);
        const Eigen::MatrixXd own = x.row(j);
        feature.log_density(panel(own), alone);
        for (Index k = 0; k < 2; ++k)
            for (Index i = 0; i < n; ++i) sum(i, k) += alone(i, k);
        auto t = feature.zero_statistics();
        feature.accumulate(panel(own), weights(w), t);
        feature.maximize(t);
        CHECK(family.probabilities().middleRows(row, feature.symbols()) == feature.probabilities());
        row += feature.symbols();
    }
    for (Index k = 0; k < 2; ++k)
        for (Index i = 0; i < n; ++i) CHECK_THAT(together(i, k), WithinAbs(sum(i, k), 1e-14));
}

TEST_CASE("criteria count the parameters of every alphabet, and coordinates keep them apart") {
    const latent::Mixture<Categorical<>> shape(2, std::vector<Index>{2, 5, 3});
    CHECK(shape.parameters() == 1 + 2 * (1 + 4 + 2));
    CHECK(shape.emission().probabilities().col(0) ==
          Eigen::VectorXd{{0.5, 0.5, 0.2, 0.2, 0.2, 0.2, 0.2, 1 / 3.0, 1 / 3.0, 1 / 3.0}});
    latent::Random random(2);
    Eigen::MatrixXd x(3, 400);
    for (Index i = 0; i < x.cols(); ++i)
        x.col(i) << double(random.below(2)), double(random.below(5)), double(random.below(3));
    using Squarem = latent::ExpectationMaximization<latent::Batch<>, latent::MaximumLikelihood<>,
                                                    latent::Sequential, latent::Squarem>;
    const auto fit = Squarem{}.fit(latent::RandomValues{.seed = 1}(shape, x), x);
    CHECK(fit.converged());
    for (Index k = 0; k < 2; ++k) {
        const auto p = fit.model.emission().probabilities().col(k);
        for (const double sum : {p.head(2).sum(), p.segment(2, 5).sum(), p.tail(3).sum()})
            CHECK_THAT(sum, WithinRel(1, 1e-12));
    }
    CHECK_THAT(fit.model.bic(x), WithinRel(15 * std::log(400) - 2 * fit.log_likelihood, 1e-12));
}

TEST_CASE("a component of weight zero keeps its probabilities") {
    Categorical<> family(two_features, 2);
    auto s = family.zero_statistics();
    s.count.col(0) << 1, 1, 2, 4, 0, 0;
    family.maximize(s);
    CHECK(family.probabilities().col(0) == Eigen::VectorXd{{0.25, 0.25, 0.5, 1, 0, 0}});
    CHECK(family.probabilities().col(1) == two_features.col(1));
}

TEST_CASE("draws of symbols have their probabilities") {
    const Categorical<> family(two_features, 2);
    latent::Random random(3);
    constexpr int n = 20'000;
    for (Index k = 0; k < 2; ++k) {
        Eigen::VectorXd share = Eigen::VectorXd::Zero(6);
        for (int i = 0; i < n; ++i) {
            std::array<double, 2> x;
            family.sample(k, random, x.data());
            share(Index(x[0])) += 1.0 / n;
            share(3 + Index(x[1])) += 1.0 / n;
        }
        for (Index m = 0; m < 6; ++m) {
            const double p = two_features(m, k);
            CHECK_THAT(share(m), WithinAbs(p, 1e-12 + 5 * std::sqrt(p * (1 - p) / n)));
        }
    }
}

TEST_CASE("zeros stay zero through a fit with a prior, and the others have coordinates") {
    latent::Random random(6);
    const latent::Mixture<Categorical<>> truth(Eigen::Vector2d(0.4, 0.6), Categorical<>(two_features, 2));
    const Eigen::MatrixXd x = truth.sample(300, random);
    using Prior = latent::MixturePrior<latent::DirichletPrior>;
    const latent::ExpectationMaximization<latent::Batch<>, latent::MaximumAPosteriori<Prior>> em{
        .mstep = {Prior{2, {.concentration = 1.5}}}};
    const auto fit = em.fit(truth, x);
    CHECK(fit.converged());
    CHECK(fit.model.emission().probabilities()(2, 1) == 0);
    CHECK((fit.model.emission().probabilities().array() > 0).count() == 11);
}

TEST_CASE("every vector of coordinates is a family whose zeros are those it had") {
    Categorical<> family(two_features, 2);
    std::vector<double> v(7);
    for (std::size_t i = 0; i < v.size(); ++i) v[i] = i % 2 == 0 ? -2000.0 : 3000.0 * double(i);
    family.from_vector(v);
    CHECK(family.coordinates() == 7);
    CHECK(family.probabilities().allFinite());
    CHECK(family.probabilities()(2, 1) == 0);
    for (Index k = 0; k < 2; ++k)
        for (Index j = 0; j < 2; ++j)
            CHECK_THAT(family.probabilities().col(k).segment(3 * j, 3).sum(), WithinRel(1, 1e-12));
}

TEST_CASE("components are the same where all their probabilities are") {
    CHECK(Categorical<>(3, 4).all_equal());
    CHECK_FALSE(Categorical<>(two_features, 2).all_equal());
}

TEST_CASE("what is no probability or no symbol is refused by name") {
    CHECK_THROWS_WITH(Categorical<>(0, 3), ContainsSubstring("K = 0 components, M = 3"));
    CHECK_THROWS_WITH(Categorical<>(two_features, 4),
                      ContainsSubstring("6 × 2") && ContainsSubstring("d = 4"));
    CHECK_THROWS_WITH(Categorical<>(two_features, 1), ContainsSubstring("component 0, rows 0 … 5, sum to 2"));
    CHECK_THROWS_WITH(Categorical<>(Eigen::MatrixXd(Eigen::Vector2d(1.5, -0.5))),
                      ContainsSubstring("probabilities(1, 0) is -0.5"));
    const Categorical<> letters(2, 27);
    Eigen::RowVectorXd x = Eigen::RowVectorXd::Constant(20, 26);
    CHECK_NOTHROW(letters.check(x));
    for (const double wrong : {27.0, -1.0, 2.5, infinity}) {
        x(17) = wrong;
        CHECK_THROWS_WITH(letters.check(x),
                          ContainsSubstring("latent::Categorical: observation 17, dimension 0 is ") &&
                              ContainsSubstring(", expected a symbol 0 … 26"));
    }
    x(17) = 27;
    CHECK_THROWS_WITH(letters.check(x), ContainsSubstring("dimension 0 is 27, expected"));
    const Categorical<> items(2, {2, 3});
    const Eigen::Vector2d wrong_item(2, 2);
    CHECK_THROWS_WITH(items.check(wrong_item),
                      ContainsSubstring("dimension 0 is 2, expected a symbol 0 … 1"));
    CHECK_THROWS_WITH(Categorical<>(2, std::vector<Index>{2, 0}), ContainsSubstring("M = 0 symbols"));
    CHECK_THROWS_WITH(Categorical<>(2, std::vector<Index>{}), ContainsSubstring("d = 0 dimensions"));
    CHECK_THROWS_WITH(Categorical<>(two_features, {2, 3}),
                      ContainsSubstring("6 × 2, expected a row for each of the alphabets' 5 symbols"));
    CHECK_THROWS_WITH(Categorical<>(two_features, {6, 0}), ContainsSubstring("an alphabet has 0 symbols"));
    const Eigen::Vector2d tall(1, 2);
    CHECK_THROWS_WITH(letters.check(tall), ContainsSubstring("2 rows"));
}

TEST_CASE("symbols of alphabets larger than the data are counted in their own dimension") {
    latent::Random random(4);
    const Categorical<> family(2, std::vector<Index>{20, 30});
    const Eigen::MatrixXd x = Eigen::MatrixXd::NullaryExpr(2, 10, [&] { return double(random.below(20)); });
    const Eigen::MatrixXd w = Eigen::MatrixXd::NullaryExpr(10, 2, [&] { return random.uniform(); });
    auto s = family.zero_statistics();
    family.accumulate(panel(x), weights(w), s);
    Eigen::MatrixXd expected = Eigen::MatrixXd::Zero(50, 2);
    for (Index i = 0; i < 10; ++i) {
        expected.row(Index(x(0, i))) += w.row(i);
        expected.row(20 + Index(x(1, i))) += w.row(i);
    }
    CHECK(s.count.isApprox(expected, 1e-14));
}
