// Standard errors against closed forms, and what is said where there are none.
#include "latent/uncertainty/standard_errors.hpp"

#include <sstream>

#include "catch.hpp"
#include "latent/chain/stationary_distribution.hpp"
#include "latent/data/known.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

namespace {

bool names_one(const Unidentified& direction, const std::string& name) {
    return std::ranges::count(direction.parameters, name) == 1;
}

/// 300 symbols of three kinds, of which a mixture of two says nothing.
Eigen::MatrixXd symbols() {
    Eigen::MatrixXd x(1, 300);
    for (Index i = 0; i < x.cols(); ++i) x(0, i) = static_cast<double>(i % 3);
    return x;
}

}  // namespace

TEST_CASE("errors of one normal density are those of the textbook") {
    Random random(1);
    const Index n = 250;
    const Eigen::MatrixXd x = GaussianMixture<>(1, 2).sample(n, random);
    const auto model = fit(GaussianMixture<>(1, 2), x).model;
    const StandardErrors errors = standard_errors(model, x);
    const Eigen::MatrixXd c = model.covariance(0);
    const auto count = static_cast<double>(n);
    CHECK_THAT(errors.error("means[0][1]"), WithinRel(std::sqrt(c(1, 1) / count), 1e-6));
    CHECK_THAT(errors.error("covariances[0][0][0]"), WithinRel(std::sqrt(2 / count) * c(0, 0), 1e-6));
    CHECK_THAT(errors.error("covariances[0][1][0]"),
               WithinRel(std::sqrt((c(0, 0) * c(1, 1) + c(1, 0) * c(1, 0)) / count), 1e-6));
    CHECK_THAT(errors.error("deviations[0][1]"), WithinRel(std::sqrt(c(1, 1) / (2 * count)), 1e-6));
    CHECK(errors.missing.cwiseAbs().maxCoeff() < 1e-7);                  // nothing is hidden
    CHECK_THROWS_AS(errors.error("weights[0]"), std::invalid_argument);  // it is 1
}

TEST_CASE("where the components are known the weights' errors are those of shares") {
    Random random(2);
    const Mixture<Poisson<>> truth(Eigen::Vector2d(0.3, 0.7), Poisson<>(Eigen::RowVector2d(2, 9)));
    std::vector<Index> labels;
    const Eigen::MatrixXd x = truth.sample(400, random, labels);
    const auto known = labelled(x, labels);
    const auto model = fit(truth, known).model;
    const StandardErrors errors = standard_errors(model, known);
    const double w = model.weights()(0), rate = model.emission().rates()(0, 1);
    CHECK_THAT(errors.error("weights[0]"), WithinRel(std::sqrt(w * (1 - w) / 400), 1e-6));
    CHECK_THAT(errors.error("rates[1][0]"), WithinRel(std::sqrt(rate / ((1 - w) * 400)), 1e-6));
    CHECK_THAT(errors.covariance(0, 1), WithinRel(-w * (1 - w) / 400, 1e-6));
}

TEST_CASE("a weight of w is w copies for errors, too") {
    Random random(3);
    const Mixture<Poisson<>> model(Eigen::Vector2d(0.3, 0.7), Poisson<>(Eigen::RowVector2d(2, 9)));
    const Eigen::MatrixXd x = model.sample(200, random);
    const Eigen::VectorXd fours = Eigen::VectorXd::Constant(200, 4);
    const StandardErrors once = standard_errors(model, x),
                         copies = standard_errors(model, weighted(x, fours));
    CHECK((once.errors - 2 * copies.errors).cwiseAbs().maxCoeff() < 1e-5 * once.errors.maxCoeff());
}

TEST_CASE("intervals of a level") {
    const Mixture<Poisson<>> model(Poisson<>(Eigen::MatrixXd::Constant(1, 1, 4)));
    const StandardErrors errors = standard_errors(model, Eigen::MatrixXd::Constant(1, 100, 4).eval());
    REQUIRE(errors.errors.size() == 1);
    CHECK_THAT(errors.errors(0), WithinRel(0.2, 1e-6));
    CHECK_THAT(errors.interval()(0, 0), WithinRel(4 - 1.959963984540054 * 0.2, 1e-6));
    CHECK_THAT(errors.interval(0.99)(0, 1), WithinRel(4 + 2.5758293035489 * 0.2, 1e-6));
    CHECK_THROWS_AS(errors.interval(1), std::invalid_argument);
}

TEST_CASE("functions of a model have errors") {
    Random random(4);
    const HMM<Poisson<>> model(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.8, 0.2}, {0.3, 0.7}},
                               Poisson<>(Eigen::RowVector2d(1, 9)));
    const Eigen::MatrixXd x = model.sample(500, random).x;
    const auto ratio = [](const auto& m) {
        const Eigen::VectorXd p = stationary_distribution(m.transition());
        return NaturalParameters{{"first", "second"}, p};
    };
    const StandardErrors errors = standard_errors(model, x, Sequential{}, ratio);
    REQUIRE(errors.errors.size() == 2);
    CHECK(errors.estimates.names == std::vector<std::string>{"first", "second"});
    CHECK_THAT(errors.errors(0), WithinRel(errors.errors(1), 1e-6));  // they sum to one
    const StandardErrors all = standard_errors(model, x);
    const auto at = [&](const std::string& name) {
        return std::ranges::find(all.estimates.names, name) - all.estimates.names.begin();
    };
    const Index to = at("transition[1][0]"), away = at("transition[0][1]");
    // a / (a + b), a = p(1 → 0) and b = p(0 → 1), has the slopes b / (a + b)² and −a / (a + b)².
    const double a = 0.3, b = 0.2, whole = (a + b) * (a + b);
    const double variance = (b * b * all.covariance(to, to) + a * a * all.covariance(away, away) -
                             2 * a * b * all.covariance(to, away)) /
                            (whole * whole);
    CHECK_THAT(errors.errors(0), WithinRel(std::sqrt(variance), 1e-5));
}

TEST_CASE("parameters that the data do not tell apart are named, and have no error") {
    const Eigen::MatrixXd x = symbols();
    const Mixture<Categorical<>> start(Eigen::Vector2d(0.4, 0.6),
                                       Categorical<>(Eigen::MatrixXd{{0.2, 0.5}, {0.3, 0.1}, {0.5, 0.4}}));
    const auto model = fit(start, x, Aitken{1e-14}).model;
    const StandardErrors errors = standard_errors(model, x);
    REQUIRE(errors.unidentified.size() == 3);  // of five coordinates two are seen
    for (const Unidentified& direction : errors.unidentified) {
        CHECK(direction.reason == Unidentified::Reason::flat);
        CHECK(names_one(direction, "weights[0]"));
    }
    CHECK(errors.errors.array().isInf().all());
    std::ostringstream out;
    out << errors;
    CHECK(out.str().find("the likelihood is flat along a change of: ") != std::string::npos);
    CHECK(out.str().find("nan") == std::string::npos);
}

TEST_CASE("a probability at its boundary has no error, and the others keep theirs") {
    Random random(5);
    const HMM<Poisson<>> truth(Eigen::Vector2d(1, 0), Eigen::Matrix2d{{0.8, 0.2}, {0.3, 0.7}},
                               Poisson<>(Eigen::RowVector2d(1, 9)));
    const Eigen::MatrixXd x = truth.sample(300, random).x;
    const HMM<Poisson<>> start(Eigen::Vector2d(0.5, 0.5), truth.transition(), truth.emission());
    for (const int iterations : {20, 300}) {  // on the way to zero, and as near as it comes
        CAPTURE(iterations);
        const auto model = fit(start, x, Aitken{0}, Limits{.iterations = iterations}).model;
        const StandardErrors errors = standard_errors(model, x);
        CHECK(std::isfinite(errors.error("transition[0][1]")));
        CHECK(std::isfinite(errors.error("rates[1][0]")));
        for (const Unidentified& direction : errors.unidentified) {
            CHECK(direction.reason == Unidentified::Reason::no_information);
            CHECK(names_one(direction, "initial[1]"));
        }
        const bool there = std::ranges::count(errors.estimates.names, "initial[1]") > 0;
        CHECK(errors.unidentified.size() == (there ? 1 : 0));
        if (there) CHECK(std::isinf(errors.error("initial[1]")));
    }
}

TEST_CASE("a move that was forbidden is held, and the error of what is left is as if it were not there") {
    Random random(6);
    const HMM<Poisson<>> model(Eigen::Vector3d(0.4, 0.3, 0.3),
                               Eigen::Matrix3d{{0.8, 0.2, 0}, {0, 0.7, 0.3}, {0.5, 0, 0.5}},
                               Poisson<>(Eigen::RowVector3d(1, 9, 30)));
    const Eigen::MatrixXd x = model.sample(500, random).x;
    const std::vector<Index> lengths(50, 10);
    const StandardErrors errors = standard_errors(model, Sequences<double>(x, lengths));
    CHECK(errors.held ==
          std::vector<std::string>{"transition[0][2]", "transition[1][0]", "transition[2][1]"});
    CHECK(errors.unidentified.empty());
    CHECK_THAT(errors.error("transition[0][0]"), WithinRel(errors.error("transition[0][1]"), 1e-6));
}

TEST_CASE("a component without observations has no errors, and the other has") {
    const Eigen::MatrixXd x = Eigen::RowVectorXd::LinSpaced(100, -1, 1);
    const GaussianMixture<> model(
        Eigen::Vector2d(1 - 1e-9, 1e-9),
        Gaussian<>(Eigen::RowVector2d(0, 500),
                   std::vector<Eigen::MatrixXd>(2, Eigen::MatrixXd::Constant(1, 1, 0.34))));
    const StandardErrors errors = standard_errors(model, x);
    CHECK(std::isfinite(errors.error("means[0][0]")));
    CHECK(std::isfinite(errors.error("deviations[0][0]")));
    CHECK(std::isinf(errors.error("means[1][0]")));
    CHECK(std::isinf(errors.error("deviations[1][0]")));
    CHECK(!errors.covariance.hasNaN());
    bool named = false;
    for (const Unidentified& direction : errors.unidentified)
        named = named || names_one(direction, "means[1][0]");
    CHECK(named);
}

TEST_CASE("a saddle is no maximum, and a point on the way says how far it is") {
    Random random(7);
    const GaussianMixture<Tied> truth(
        Eigen::Vector2d(0.5, 0.5), Gaussian<Tied>(Eigen::RowVector2d(-3, 3), {Eigen::MatrixXd::Ones(1, 1)}));
    const Eigen::MatrixXd x = truth.sample(400, random);
    const double mean = x.mean(), variance = (x.array() - mean).square().mean();
    const GaussianMixture<Tied> saddle(Eigen::Vector2d(0.5, 0.5),
                                       Gaussian<Tied>(Eigen::RowVector2d(mean - 0.01, mean + 0.01),
                                                      {Eigen::MatrixXd::Constant(1, 1, variance)}));
    const StandardErrors errors = standard_errors(saddle, x);
    bool rising = false;
    for (const Unidentified& direction : errors.unidentified)
        rising = rising || direction.reason == Unidentified::Reason::rising;
    CHECK(rising);
    const auto early = fit(truth, x, Limits{.iterations = 1}).model,
               late = fit(truth, x, Aitken{1e-14}).model;
    CHECK(standard_errors(late, x).distance < 1e-4);
    CHECK(standard_errors(early, x).distance > standard_errors(late, x).distance);
}
