// Linear regressions are least squares, of one component; of several, clusters of lines, and lines that switch.
#include "latent/emission/linear_regressions.hpp"

#include <Eigen/QR>

#include "catch.hpp"
#include "latent/check/check_emission.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/k_means.hpp"

using namespace latent;

namespace {

using E = LinearRegressions<>;
static_assert(Collapsible<E> && VectorizableEmission<E> && Archivable<E> && Savable<E> && !TakesMissing<E>);

/// n observations of an intercept, a regressor and a response, by the line that line(i) names: 1 + 2 u, or 6 − u.
template <class Line>
Eigen::MatrixXd draws(Index n, const Line& line, double noise = 0.5) {
    Random random(11);
    Eigen::MatrixXd x(3, n);
    for (Index i = 0; i < n; ++i) {
        const double u = 4 * random.uniform();
        x.col(i) << 1, u, (line(i) == 0 ? 1 + 2 * u : 6 - u) + noise * random.normal();
    }
    return x;
}
Index in_turn(Index i) { return i % 3 == 0; }
E lines() { return {Eigen::Matrix2d{{1, 6}, {2, -1}}, Eigen::Vector2d(0.5, 0.5)}; }

}  // namespace

TEST_CASE("linear regressions are an emission, but for what is drawn") {
    const Eigen::MatrixXd x = draws(120, in_turn);
    const CheckReport report = check_emission(lines(), x);
    INFO(report);
    CHECK(report.findings().size() == 2);
    CHECK(report.found("draws are observations"));
    CHECK(report.found("draws follow the density"));
}

TEST_CASE("one component is least squares, wherever the regressors lie") {
    Eigen::MatrixXd x = draws(50, [](Index) { return 0; });
    x.row(1).array() += 2020;
    const auto fitted = fit(Mixture<E>(1, 2), x).model.emission();
    const Eigen::VectorXd expected =
        x.topRows(2).transpose().colPivHouseholderQr().solve(x.row(2).transpose());
    CHECK_THAT(fitted.coefficients()(1, 0), WithinRel(expected(1), 1e-10));
    CHECK_THAT(fitted.coefficients()(0, 0), WithinRel(expected(0), 1e-10));
    const Eigen::RowVectorXd rest = x.row(2) - fitted.predictions(x);
    CHECK_THAT(fitted.deviations()(0), WithinRel(std::sqrt(rest.squaredNorm() / 50), 1e-9));
    CHECK(fitted.predictions(x.topRows(2)) == fitted.predictions(x));
}

TEST_CASE("statistics about different coefficients add up, as a sweep of mini-batches adds them") {
    const Eigen::MatrixXd x = draws(900, [](Index) { return 0; });
    const auto whole = fit(Mixture<E>(1, 2), x).model.emission();
    const auto swept = fit(Mixture<E>(1, 2), x, Stepwise<>{}, Limits{.iterations = 30}).model.emission();
    CHECK((swept.coefficients() - whole.coefficients()).norm() < 0.05);
    CHECK_THAT(swept.deviations()(0), WithinRel(whole.deviations()(0), 0.05));

    const E here(Eigen::Vector2d(5, -3), Eigen::VectorXd::Ones(1)),
        there(Eigen::Vector2d(0, 9), here.deviations());
    const auto statistics = [](const E& e, const Eigen::MatrixXd& some) {
        Panel<double> panel, weights;
        detail::pack(Observations<double>(some), panel);
        weights.resize(some.cols(), 1);
        for (Index i = 0; i < weights.padded(); ++i) weights(i, 0) = i < some.cols() ? 1 : 0;
        auto s = e.zero_statistics();
        e.accumulate(panel, weights, s);
        return s;
    };
    auto sum = statistics(here, x.leftCols(400));
    add(sum, statistics(there, x.rightCols(500)));
    E mixed = here;
    mixed.maximize(sum);
    CHECK((mixed.coefficients() - whole.coefficients()).isZero(1e-10));
    CHECK_THAT(mixed.deviations()(0), WithinRel(whole.deviations()(0), 1e-10));
}

TEST_CASE("a mixture finds the lines") {
    const Eigen::MatrixXd x = draws(900, in_turn);
    const auto fitted = fit(Mixture<E>(2, 2), x, KMeans{.seed = 1});
    CHECK(fitted.sound());
    const E& e = fitted.model.emission();
    const Index first = e.coefficients()(1, 0) > e.coefficients()(1, 1) ? 0 : 1;
    CHECK((e.coefficients().col(first) - Eigen::Vector2d(1, 2)).norm() < 0.2);
    CHECK((e.coefficients().col(1 - first) - Eigen::Vector2d(6, -1)).norm() < 0.2);
    CHECK_THAT(fitted.model.weights()(first), WithinAbs(2.0 / 3, 0.04));
    CHECK((e.deviations().array() - 0.5).abs().maxCoeff() < 0.05);
}

TEST_CASE("a regression that switches is found by a hidden Markov model") {
    const auto blocks = [](Index i) { return i / 40 % 2; };
    const Eigen::MatrixXd x = draws(800, blocks, 1.5);
    const auto fitted = fit(HMM<E>(2, 2), x, KMeans{.seed = 1});
    for (std::size_t t = 1; t < fitted.trace.size(); ++t)
        REQUIRE(fitted.trace[t] >= fitted.trace[t - 1] - 1e-7);
    const auto path = fitted.model.viterbi(x).states;
    Index agree = 0;
    for (Index i = 0; i < 800; ++i) agree += path[static_cast<std::size_t>(i)] == blocks(i);
    CHECK(std::max(agree, 800 - agree) > 760);
}

TEST_CASE("regressors that depend on each other leave coefficients as they were, a perfect line is floored") {
    Eigen::MatrixXd x = draws(60, [](Index) { return 0; }), doubled(4, 60);
    doubled << x.topRows(2), 2 * x.row(1), x.row(2);
    const auto redundant = fit(Mixture<E>(1, 3), doubled).model.emission();
    CHECK(redundant.coefficients()(2, 0) == 0);
    CHECK((redundant.predictions(doubled) - fit(Mixture<E>(1, 2), x).model.emission().predictions(x))
              .isZero(1e-8));
    const auto perfect = fit(Mixture<E>(1, 2), draws(
                                                   60, [](Index) { return 0; }, 0));
    CHECK(perfect.sound() == false);
    CHECK(perfect.model.emission().deviations()(0) > 0);
    CHECK((perfect.model.emission().coefficients() - Eigen::Vector2d(1, 2)).isZero(1e-9));
}

TEST_CASE("linear regressions refuse what they cannot be") {
    CHECK_THROWS_WITH(E(Eigen::MatrixXd::Zero(2, 1), Eigen::VectorXd::Zero(1)),
                      "latent::LinearRegressions: deviations(0, 0) is 0, expected a finite number > 0");
    CHECK_THROWS_WITH(E(2, 0), ContainsSubstring("coefficients is 0 × 2"));
    CHECK_THROWS_WITH(lines().predictions(Eigen::MatrixXd::Zero(1, 4)),
                      "latent::LinearRegressions::predictions: x has 1 rows, expected p = 2 regressors");
    Eigen::MatrixXd x = draws(9, in_turn);
    x(1, 4) = std::nan("");
    CHECK_THROWS_WITH(fit(Mixture(lines()), x), ContainsSubstring("observation 4, dimension 1 is nan"));
    Random random(1);
    CHECK_THROWS_WITH(Mixture(lines()).sample(3, random), ContainsSubstring("nothing can be drawn"));
}
