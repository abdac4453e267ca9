// Mixture: what it answers about observations, against the textbook's formulas.
#include "latent/model/mixture.hpp"

#include "catch.hpp"
#include "latent/data/npy.hpp"
#include "latent/data/rows.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/execution/threads.hpp"
#include "naive_mixture.hpp"
#include "temporary_file.hpp"

using namespace latent;
using naive::Families;

namespace {

template <class Scalar>
constexpr double precise = std::is_same_v<Scalar, float> ? 1e-4 : 1e-11;

/// n draws of the mixture.
template <class M>
MatrixX<typename M::Scalar> drawn(const M& m, Index n) {
    Random random(5);
    return m.sample(n, random);
}

template <class M>
void check_answers(const M& m, Index n) {
    CAPTURE(n);
    using Scalar = typename M::Scalar;
    const auto x = drawn(m, n);
    const naive::Answers expected = naive::answers(m, x);
    const Eigen::MatrixXd r = m.predict_proba(x);
    REQUIRE(r.rows() == m.size());
    REQUIRE(r.cols() == n);
    CHECK((r - expected.responsibilities.template cast<double>()).cwiseAbs().maxCoeff() < precise<Scalar>);
    CHECK((r.colwise().sum().array() - 1).abs().maxCoeff() < precise<Scalar>);
    CHECK(m.score_samples(x).isApprox(expected.log_density.template cast<double>(), precise<Scalar>));
    const auto total = static_cast<double>(expected.log_density.sum());
    CHECK_THAT(m.score(x), WithinRel(total, precise<Scalar>));
    if constexpr (std::is_same_v<Scalar, double>) CHECK(m.predict(x) == expected.label);
    const auto p = static_cast<double>(m.parameters()), size = static_cast<double>(n);
    CHECK_THAT(m.aic(x), WithinRel(2 * p - 2 * total, precise<Scalar>));
    CHECK_THAT(m.bic(x), WithinRel(p * std::log(size) - 2 * total, precise<Scalar>));
    const auto certainty =
        static_cast<double>(expected.responsibilities.colwise().maxCoeff().array().log().sum());
    CHECK_THAT(m.icl(x), WithinRel(p * std::log(size) - 2 * total - 2 * certainty, precise<Scalar>));
}

/// All that is asked about x.
template <class M, class Data, class X = Sequential>
auto answers(const M& m, const Data& x, const X& execution = {}) {
    return std::tuple{m.predict_proba(x, execution),
                      m.predict(x, execution),
                      m.score_samples(x, execution),
                      m.score(x, execution),
                      m.aic(x, execution),
                      m.bic(x, execution),
                      m.icl(x, execution)};
}

/// The answers have the same bits from memory of any layout, from a file and from units, on any number of workers.
template <class Family>
void check_same_answers(Index d) {
    CAPTURE(d);
    const auto m = naive::random_mixture<Family>(3, d, 1);
    const auto x = drawn(m, 9001);
    const TemporaryFile file;
    write_npy(file.path, x);
    const NpyFile<typename Family::Scalar> source(file.path);
    const MatrixX<typename Family::Scalar> transposed = x.transpose();
    const auto expected = answers(m, x);
    CHECK(answers(m, source) == expected);
    CHECK(answers(m, rows(transposed)) == expected);
    CHECK(answers(m, m.units(source)) == expected);
    for (const Index workers : {1, 2, 3}) {
        CHECK(answers(m, x, Threads{workers}) == expected);
        CHECK(answers(m, source, Threads{workers}) == expected);
    }
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("responsibilities, densities, labels and criteria", "", Families) {
    const auto plane = naive::random_mixture<TestType>(3, 2, 5);
    for (const Index n : {1, 7, 1023, 1025}) check_answers(plane, n);  // blocks have 1024 observations
    check_answers(naive::random_mixture<TestType>(1, 1, 5), 20);
    check_answers(naive::random_mixture<TestType>(2, 1, 5), 20);
    check_answers(naive::random_mixture<TestType>(5, 9, 5), 300);
}

namespace {

template <class M>
concept Described = requires(const M m) {
    m.means();
    m.covariance(0);
    m.precision(0);
};
template <class M>
concept HasMeans = requires(const M m) {
    m.means();
};

}  // namespace

TEST_CASE("what an emission does not have its mixture has not either, which can be asked") {
    STATIC_REQUIRE(Described<GaussianMixture<Tied, float>>);
    STATIC_REQUIRE((HasMeans<Mixture<Poisson<>>> && !Described<Mixture<Poisson<>>>));
    STATIC_REQUIRE(!HasMeans<Mixture<Categorical<>>>);
}

TEST_CASE("the parts of a temporary mixture are values") {
    using M = GaussianMixture<>;
    static_assert(std::is_same_v<decltype(std::declval<M>().weights()), Eigen::VectorXd>);
    static_assert(std::is_same_v<decltype(std::declval<M>().emission()), Gaussian<>>);
    static_assert(std::is_same_v<decltype(std::declval<M>().means()), Eigen::MatrixXd>);
    static_assert(std::is_same_v<decltype(std::declval<const M&>().means()), const Eigen::MatrixXd&>);
    const auto& weights = M(3, 2).weights();  // copies, that live as long as the references
    const auto& emission = M(3, 2).emission();
    CHECK(weights == M(3, 2).weights());
    CHECK(emission.means() == M(3, 2).means());
}

TEST_CASE("the number of free parameters counts the weights") {
    CHECK(GaussianMixture<Full>(3, 4).parameters() == 2 + 12 + 30);
    CHECK(GaussianMixture<Tied>(3, 4).parameters() == 2 + 12 + 10);
    CHECK(GaussianMixture<Diagonal>(3, 4).parameters() == 2 + 12 + 12);
    CHECK(GaussianMixture<Spherical>(3, 4).parameters() == 2 + 12 + 3);
    CHECK(GaussianMixture<Full>(1, 1).parameters() == 2);
}

TEST_CASE("weights are equal unless they are given") {
    const GaussianMixture<Full> m(4, 2);
    CHECK((m.weights().array() == 0.25).all());
    const auto given = naive::random_mixture<Gaussian<Full>>(3, 2);
    CHECK(given.weights().isApprox(Eigen::Vector3d(1, 2, 3) / 6));
}

TEST_CASE("a component of weight zero answers for nothing") {
    const auto g = naive::random_gaussian<Gaussian<Full>>(2, 2);
    const GaussianMixture<Full> m(Eigen::Vector2d(0, 1), g),
        alone(GaussianMixture<Full>(Gaussian<Full>(g.means().col(1), {g.covariance(1)})));
    const auto x = drawn(m, 50);
    CHECK(m.predict_proba(x).row(0).isZero(0));
    CHECK(m.predict(x) == std::vector<Index>(50, 1));
    CHECK(m.score_samples(x).isApprox(alone.score_samples(x), 1e-14));
}

TEST_CASE("far from every component the responsibilities still sum to one") {
    const auto m = naive::random_mixture<Gaussian<Full>>(3, 2);
    const Eigen::MatrixXd x = Eigen::MatrixXd::Constant(2, 3, 1e8);
    CHECK((m.predict_proba(x).colwise().sum().array() - 1).abs().maxCoeff() < 1e-14);
    CHECK(m.score_samples(x).allFinite());
}

TEST_CASE("no observations have no answers") {
    const auto m = naive::random_mixture<Gaussian<Full>>(3, 2);
    const Eigen::MatrixXd none(2, 0);
    CHECK(m.predict(none).empty());
    CHECK(m.predict_proba(none).cols() == 0);
    CHECK(m.score_samples(none).size() == 0);
    CHECK(m.score(none) == 0);
}

TEMPLATE_LIST_TEST_CASE("draws have the mixture's mean and shares, and repeat with the seed", "", Families) {
    const auto m = naive::random_mixture<TestType>(3, 2, 5);
    const Index n = 20'000;
    const auto x = drawn(m, n);
    CHECK(x == drawn(m, n));
    const Eigen::VectorXd mean = m.means() * m.weights();
    CHECK((x.template cast<double>().rowwise().mean() - mean).cwiseAbs().maxCoeff() < 0.15);
    const Eigen::VectorXd share = m.predict_proba(x).rowwise().mean();
    CHECK((share - m.weights()).cwiseAbs().maxCoeff() < 0.02);
}

TEST_CASE("queries refuse observations of another dimension") {
    const auto m = naive::random_mixture<Gaussian<Full>>(3, 2);
    const Eigen::MatrixXd x(3, 5);
    const auto refused = [](const auto& query) {
        CHECK_THROWS_WITH(query(),
                          ContainsSubstring("observations have 3 rows") && ContainsSubstring("d = 2"));
    };
    refused([&] { m.predict(x); });
    refused([&] { m.predict_proba(x); });
    refused([&] { m.score_samples(x); });
    refused([&] { m.score(x); });
    refused([&] { m.aic(x); });
    refused([&] { m.bic(x); });
    refused([&] { m.icl(x); });
}

TEST_CASE("answers from a file and by any number of workers have the bits of those from memory") {
    for (const Index d : {1, 2, 9}) check_same_answers<Gaussian<Full>>(d);
    check_same_answers<Gaussian<Diagonal, float>>(2);
}

TEST_CASE("weighted observations answer alike on any number of workers") {
    const auto m = naive::random_mixture<Gaussian<Full>>(3, 2, 1);
    const Eigen::MatrixXd x = drawn(m, 9001);
    const Eigen::VectorXd w = Eigen::VectorXd::Random(9001).cwiseAbs();
    const auto expected = answers(m, weighted(x, w));
    for (const Index workers : {1, 2, 3}) CHECK(answers(m, weighted(x, w), Threads{workers}) == expected);
}

TEST_CASE("workers refuse what one refuses, and name the first observation that is wrong") {
    const auto m = naive::random_mixture<Gaussian<Full>>(3, 2, 1);
    Eigen::MatrixXd x = drawn(m, 30'000);
    x(1, 5000) = x(0, 29'000) = std::nan("");
    const TemporaryFile file;
    write_npy(file.path, x);
    const NpyFile<> source(file.path);
    const auto check_refused = [&](const auto& data, const auto& execution) {
        const auto* said = "latent::Gaussian: observation 5000, dimension 1 is nan, expected a finite number";
        CHECK_THROWS_WITH(m.predict(data, execution), said);
        CHECK_THROWS_WITH(m.predict_proba(data, execution), said);
        CHECK_THROWS_WITH(m.score_samples(data, execution), said);
        CHECK_THROWS_WITH(m.icl(data, execution), said);
    };
    check_refused(x, Threads{3});
    check_refused(source, Sequential{});
    check_refused(source, Threads{3});
    CHECK_THROWS_WITH(m.predict(x, Threads{-1}),
                      "latent::Threads: workers is -1, expected 0 (as many as there are) … 65536");
}

TEST_CASE("tempered responsibilities are those of the joint densities to a power, and so is the objective") {
    const auto m = naive::random_mixture<Gaussian<Full>>(3, 2);
    const Eigen::MatrixXd x = drawn(m, 40);
    GaussianMixture<>::Posterior q;
    const naive::Answers exact = naive::answers(m, x);
    for (const double beta : {0.2, 0.7, 1.0}) {
        CAPTURE(beta);
        const double found = m.infer(x, q, beta);
        double expected = 0, worst = 0;
        for (Index i = 0; i < 40; ++i) {
            // p(x, k)^β = (p(x) r_k)^β
            const Eigen::ArrayXd power = exact.responsibilities.col(i).cast<double>().array().pow(beta);
            expected += static_cast<double>(exact.log_density(i)) + std::log(power.sum()) / beta;
            for (Index k = 0; k < 3; ++k)
                worst = std::max(worst, std::abs(q.responsibilities(i, k) - power(k) / power.sum()));
        }
        CHECK_THAT(found, WithinRel(expected, 1e-11));
        CHECK(worst < 1e-11);
    }
}

TEST_CASE("a component starts anew with half of the heaviest one's weight and its own, or is taken out") {
    GaussianMixture<> m(Eigen::Vector3d(0.2, 0.5, 0.3), naive::random_gaussian<Gaussian<Full>>(3, 2));
    const GaussianMixture<> before = m;
    Random random(3);
    REQUIRE(m.split_heaviest(0, random));
    CHECK(m.weights().isApprox(Eigen::Vector3d(0.35, 0.35, 0.3), 1e-15));
    CHECK(m.covariance(0) == before.covariance(1));
    CHECK(m.means().col(0) != before.means().col(1));
    CHECK(m.means().rightCols(2) == before.means().rightCols(2));
    REQUIRE(m.remove(1));
    CHECK(m.weights().isApprox(Eigen::Vector2d(0.35, 0.3) / 0.65, 1e-15));
    CHECK(m.means().col(1) == before.means().col(2));
    REQUIRE(m.remove(0));
    CHECK(m.weights()(0) == 1);
    CHECK_FALSE(m.remove(0));
    CHECK_FALSE(m.split_heaviest(0, random));
}
