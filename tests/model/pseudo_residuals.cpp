// Pseudo-residuals against ratios of likelihoods, and what is known of their distribution.
#include "latent/model/pseudo_residuals.hpp"

#include "catch.hpp"
#include "latent/data/csv.hpp"
#include "latent/data/known.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/gamma.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/student_t.hpp"

using namespace latent;

namespace {

const Eigen::Matrix2d transition{{0.9, 0.1}, {0.3, 0.7}};
Eigen::MatrixXd one(double value) { return Eigen::MatrixXd::Constant(1, 1, value); }

GaussianHMM<> normal_model() {
    return {Eigen::Vector2d(0.2, 0.8), transition, Gaussian<>(Eigen::RowVector2d(0, 3), {one(1), one(4)})};
}

double normal_cdf(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

/// Mean and deviation of numbers, and the largest distance of their distribution function to the normal one (Kolmogorov).
struct Summary {
    double mean, deviation, distance;
};
Summary summary(const Eigen::VectorXd& z) {
    std::vector<double> sorted(z.begin(), z.end());
    std::sort(sorted.begin(), sorted.end());
    const auto n = static_cast<double>(z.size());
    double distance = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i)
        distance = std::max(distance,
                            std::abs(normal_cdf(sorted[i]) - (static_cast<double>(i) + 0.5) / n) + 0.5 / n);
    return {z.mean(), std::sqrt((z.array() - z.mean()).square().mean()), distance};
}

}  // namespace

TEST_CASE("of counts the segments are the probabilities below an observation and with it") {
    const HiddenMarkovModel<Poisson<>> model(Eigen::Vector2d(0.2, 0.8), transition,
                                             Poisson<>(Eigen::RowVector2d(2, 9)));
    const Eigen::RowVectorXd x{{1, 0, 4, 12, 7, 30, 2}};
    const auto [lower, middle, upper] = pseudo_residuals(model, x);
    for (Index t = 0; t < x.size(); ++t) {
        CAPTURE(t);
        // P(X_t = y | before) = p(before, y) / p(before), summed up.
        const Eigen::RowVectorXd before = x.head(t);
        double below = 0, own = 0;
        for (int y = 0; y <= x(t); ++y) {
            Eigen::RowVectorXd longer(t + 1);
            longer << before, y;
            below += own;
            own = std::exp(model.score(longer) - (t > 0 ? model.score(before) : 0.0));
        }
        CHECK_THAT(normal_cdf(lower(t)), WithinAbs(below, 1e-13));
        CHECK_THAT(normal_cdf(upper(t)), WithinAbs(below + own, 1e-13));
        CHECK_THAT(normal_cdf(middle(t)), WithinAbs(below + own / 2, 1e-13));
        CHECK((lower(t) < middle(t) && middle(t) < upper(t)));
    }
    CHECK(lower(1) == -std::numeric_limits<double>::infinity());
    // The tail above 30 has its digits, though 1 − F has none of them left.
    CHECK(upper(5) > 5);
    CHECK(std::isfinite(upper(5)));
}

TEST_CASE("of symbols the segments are sums of their probabilities") {
    const Eigen::MatrixXd probabilities{{0.5, 0.1}, {0.25, 0.1}, {0.25, 0.8}};
    const HiddenMarkovModel<Categorical<>> model(Eigen::Vector2d(1, 0), transition,
                                                 Categorical<>(probabilities));
    const Eigen::RowVectorXd x{{0, 1, 2}};
    const auto [lower, middle, upper] = pseudo_residuals(model, x);
    CHECK_THAT(normal_cdf(upper(0)), WithinRel(0.5, 1e-14));
    CHECK_THAT(normal_cdf(upper(1)), WithinRel(0.9 * 0.75 + 0.1 * 0.2, 1e-14));
    CHECK(upper(2) == std::numeric_limits<double>::infinity());
}

TEST_CASE("under the true model the residuals are standard normal") {
    Random random(5);
    const auto check = [&](const auto& model) {
        const auto x = model.sample(20'000, random).x;
        const Eigen::VectorXd z = pseudo_residuals(model, x);
        const Summary s = summary(z);
        CHECK(std::abs(s.mean) < 0.03);
        CHECK(std::abs(s.deviation - 1) < 0.03);
        CHECK(s.distance < 0.012);
        const Index n = z.size() - 1;
        CHECK(std::abs(z.head(n).dot(z.tail(n))) / static_cast<double>(n) < 0.03);  // and independent
    };
    check(normal_model());
    check(HiddenMarkovModel<Gamma<>>(Eigen::Vector2d(0.2, 0.8), transition,
                                     Gamma<>(Eigen::RowVector2d(2, 9), Eigen::RowVector2d(1, 0.5))));
    check(HiddenMarkovModel<StudentT<>>(
        Eigen::Vector2d(0.2, 0.8), transition,
        StudentT<>(Eigen::RowVector2d(-3, 3), {one(1), one(0.2)}, Eigen::Vector2d(1, 5))));
}

TEST_CASE("a model that is wrong shows: outliers, and what stands in for two states") {
    Random random(6);
    auto x = normal_model().sample(2000, random).x;
    x(0, 1000) += 20;
    const Eigen::VectorXd z = pseudo_residuals(normal_model(), x);
    CHECK(z(1000) > 6);
    const GaussianHMM<> single(Eigen::VectorXd::Ones(1), one(1), Gaussian<>(one(x.mean()), {one(1)}));
    CHECK(summary(pseudo_residuals(single, x)).deviation > 1.3);
}

TEST_CASE("each sequence begins anew, and a missing observation has no residual") {
    const Eigen::RowVectorXd x{{0.1, 2, 5, -1, 3}}, first = x.head(3), second = x.tail(2);
    const std::vector<Index> lengths = {3, 2};
    const auto model = normal_model();
    const Eigen::VectorXd all = pseudo_residuals(model, {x, lengths});
    CHECK((all.head(3) - pseudo_residuals(model, first)).norm() < 1e-14);
    CHECK((all.tail(2) - pseudo_residuals(model, second)).norm() < 1e-14);

    Eigen::RowVectorXd holes = x;
    holes(1) = std::nan("");
    const Eigen::VectorXd z = pseudo_residuals(model, with_missing(holes));
    CHECK(std::isnan(z(1)));
    CHECK(z(0) == all(0));
    const Eigen::VectorXd states =
        transition.transpose() * transition.transpose() * model.filter(first).col(0);
    const double expected = states(0) * normal_cdf(5) + states(1) * normal_cdf(1);
    CHECK_THAT(normal_cdf(z(2)), WithinAbs(expected, 1e-14));
}

TEST_CASE("earthquakes: two states explain the counts, one does not") {
    const Eigen::RowVectorXd x =
        read_csv(std::filesystem::path(LATENT_TEST_DATA) / "../../examples/data/earthquakes.csv").values;
    // Zucchini & MacDonald 2009, section 3.2: the stationary models of one and two states.
    const HiddenMarkovModel<Poisson<>> two(Eigen::Vector2d(0.6608, 0.3392),
                                           Eigen::Matrix2d{{0.9340, 0.0660}, {0.1285, 0.8715}},
                                           Poisson<>(Eigen::RowVector2d(15.4723, 26.1254)));
    const HiddenMarkovModel<Poisson<>> single(Eigen::VectorXd::Ones(1), one(1), Poisson<>(one(x.mean())));
    const Summary good = summary(pseudo_residuals(two, x).middle),
                  bad = summary(pseudo_residuals(single, x).middle);
    CHECK(std::abs(good.mean) < 0.1);
    CHECK(std::abs(good.deviation - 1) < 0.1);
    CHECK(good.distance < 0.08);  // the 5 % point of Kolmogorov's distance at n = 107 is 0.13
    CHECK(bad.deviation > 1.4);
    CHECK(bad.distance > 0.13);
}

TEST_CASE("residuals are of one dimension") {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Zero(2, 3);
    CHECK_THROWS_WITH(pseudo_residuals(GaussianHMM<>(2, 2), x),
                      ContainsSubstring("the model has 2 dimensions"));
}
