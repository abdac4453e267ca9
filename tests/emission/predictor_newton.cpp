// Newton's method finds the maximum from anywhere, and says where there is none.
#include "latent/emission/predictor_newton.hpp"

#include "catch.hpp"
#include "latent/core/random.hpp"
#include "latent/emission/binomial_regressions.hpp"
#include "latent/emission/poisson_regressions.hpp"

using namespace latent;

namespace {

/// Observations, one a column, all of one component, with weights of their own.
WeightedSample sample_of(const Eigen::MatrixXd& x, const Eigen::VectorXd& weights) {
    WeightedSample s;
    s.reset(x.rows(), 1);
    s.value.assign(x.data(), x.data() + x.size());
    s.weight.assign(weights.data(), weights.data() + weights.size());
    return s;
}
WeightedSample sample_of(const Eigen::MatrixXd& x) { return sample_of(x, Eigen::VectorXd::Ones(x.cols())); }

template <class Response>
Eigen::VectorXd maximum(const WeightedSample& s, Eigen::VectorXd beta, bool bounded = true) {
    const detail::PredictorLikelihood<Response> likelihood(s, 0, beta.size());
    CHECK(detail::maximize_predictor(likelihood, beta) == bounded);
    CHECK(beta.allFinite());
    return beta;
}

/// Intercept, regressor about `centre`, a count (or trials and successes).
template <class Response>
Eigen::MatrixXd responses(Index n, double centre = 0) {
    Random random(5);
    Eigen::MatrixXd x(2 + Response::numbers, n);
    for (Index i = 0; i < n; ++i) {
        const double u = 2 * random.uniform() - 1;
        x.col(i).head(2) << 1, centre + u;
        if constexpr (Response::numbers == 2) x(2, i) = 4;
        x(1 + Response::numbers, i) = std::floor(4.99 * random.uniform() * (u + 1) / 2);
    }
    return x;
}

}  // namespace

TEMPLATE_TEST_CASE("derivatives of a term are those of its value, and it is the log-density", "",
                   detail::PoissonResponse, detail::BinomialResponse) {
    const double y[] = {5, 3}, other[] = {9, 3};
    for (const double eta : {-30.0, -2.0, 0.0, 0.7, 20.0}) {
        const auto at = [&](double h) { return TestType::term(eta + h, y); };
        const double h = 1e-5, scale = 1e-9 * (1 + std::abs(at(0).value)) / h;
        CHECK_THAT(at(0).slope, WithinAbs((at(h).value - at(-h).value) / (2 * h), scale));
        CHECK_THAT(at(0).information, WithinAbs((at(-h).slope - at(h).slope) / (2 * h), scale));
        const double gain = TestType::log_density(eta, other) - TestType::log_density(0, other);
        CHECK_THAT(gain, WithinAbs(TestType::term(eta, other).value - TestType::term(0, other).value,
                                   1e-12 * std::abs(gain) + 1e-12));
    }
}

TEMPLATE_TEST_CASE("at the maximum the gradient vanishes, wherever Newton's method began", "",
                   detail::PoissonResponse, detail::BinomialResponse) {
    for (const double centre : {0.0, 2020.0}) {
        const WeightedSample s =
            sample_of(responses<TestType>(80, centre), Eigen::VectorXd::LinSpaced(80, 0, 2));
        const Eigen::VectorXd top = maximum<TestType>(s, Eigen::VectorXd::Zero(2));
        const detail::PredictorLikelihood<TestType> likelihood(s, 0, 2);
        Eigen::VectorXd gradient;
        Eigen::MatrixXd information;
        likelihood.slopes(top, gradient, information);
        CHECK(std::abs(gradient(0)) < 1e-9);
        CHECK(std::abs(gradient(1)) < 1e-9 * (1 + centre * centre));
        for (const double far : {-700.0, -30.0, 3.0, 50.0, 1e5}) {
            const Eigen::Vector2d start(far, 0.1 * far);
            CHECK(likelihood.farthest(maximum<TestType>(s, start) - top) < 1e-7);
        }
    }
}

TEST_CASE("one count, or one share, is fitted in closed form") {
    const Eigen::MatrixXd counts{{1, 1, 1}, {3, 7, 2}}, shares{{1, 1}, {5, 9}, {2, 1}};
    CHECK_THAT(maximum<detail::PoissonResponse>(sample_of(counts), Eigen::VectorXd::Zero(1))(0),
               WithinRel(std::log(4.0), 1e-14));
    CHECK_THAT(maximum<detail::BinomialResponse>(sample_of(shares), Eigen::VectorXd::Zero(1))(0),
               WithinRel(std::log(3.0 / 11), 1e-14));
}

TEST_CASE("where there is no maximum coefficients are finite, stay from there on, and it is said") {
    Eigen::MatrixXd apart(4, 20), zeros(3, 20), partly;
    for (Index i = 0; i < 20; ++i) {
        const auto u = static_cast<double>(i);
        apart.col(i) << 1, u, 1, i < 10 ? 0 : 1;
        zeros.col(i) << 1, u, 0;
    }
    partly = apart;  // at u = 9 there are both: the slope still has no maximum
    partly.col(10) << 1, 9, 1, 1;
    for (const double centre : {0.0, 2000.0}) {
        for (Eigen::MatrixXd x : {apart, partly}) {
            x.row(1).array() += centre;
            const auto s = sample_of(x);
            const Eigen::VectorXd once =
                maximum<detail::BinomialResponse>(s, Eigen::VectorXd::Zero(2), false);
            CHECK(maximum<detail::BinomialResponse>(s, once, false) == once);
            const double supremum = x == apart || x(1, 10) != x(1, 9) ? 0 : 2 * std::log(0.5);
            const detail::PredictorLikelihood<detail::BinomialResponse> likelihood(s, 0, 2);
            CHECK_THAT(likelihood.value(once), WithinAbs(supremum, 1e-8));
        }
    }
    maximum<detail::PoissonResponse>(sample_of(zeros), Eigen::VectorXd::Zero(2), false);
}

TEST_CASE("in directions that regressors do not have coefficients stay") {
    const Eigen::MatrixXd x = responses<detail::PoissonResponse>(40);
    Eigen::MatrixXd doubled(4, 40);
    doubled << x.topRows(2), -3 * x.row(1), x.row(2);
    const Eigen::VectorXd one = maximum<detail::PoissonResponse>(sample_of(x), Eigen::VectorXd::Zero(2)),
                          two =
                              maximum<detail::PoissonResponse>(sample_of(doubled), Eigen::VectorXd::Zero(3));
    CHECK(two(2) == 0);
    CHECK((two.head(2) - one).isZero(1e-10));
}
