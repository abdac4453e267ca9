// Mixture: what it answers about observations, against the textbook's formulas.
#include "catch.hpp"
#include "latent/model/mixture.hpp"
#include "naive_mixture.hpp"

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

}  // namespace

TEMPLATE_LIST_TEST_CASE("responsibilities, densities, labels and criteria", "", Families) {
    const auto plane = naive::random_mixture<TestType>(3, 2, 5);
    for (const Index n : {1, 7, 1023, 1025}) check_answers(plane, n);  // blocks have 1024 observations
    check_answers(naive::random_mixture<TestType>(1, 1, 5), 20);
    check_answers(naive::random_mixture<TestType>(2, 1, 5), 20);
    check_answers(naive::random_mixture<TestType>(5, 9, 5), 300);
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
