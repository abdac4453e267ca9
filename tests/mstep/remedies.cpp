// What is done when a component collapses.
#include "latent/mstep/remedies.hpp"

#include "catch.hpp"
#include "latent/latent.hpp"
#include "model/sound_mixtures.hpp"
#include "naive_mixture.hpp"

using namespace latent;
using namespace sound_mixtures;

namespace {

/// A cloud, and five copies of one point far from it, which component 1 takes and collapses onto.
Eigen::MatrixXd cloud_and_copies() {
    Eigen::MatrixXd x = naive::observations<double>(2, 45, 0);
    x.rightCols(5).setConstant(20);
    return x;
}

template <class Covariance = Full>
GaussianMixture<Covariance> cloud_and_copies_start() {
    Eigen::MatrixXd means(2, 2);
    means << 0, 19, 0, 20;
    return standard<Covariance>(means);
}

}  // namespace

TEMPLATE_TEST_CASE("VarianceFloor keeps a collapsing component at the floor", "", Full, Diagonal, Spherical) {
    const Eigen::MatrixXd x = cloud_and_copies();
    const auto fit = fit_with(VarianceFloor{1e-4}, cloud_and_copies_start<TestType>(), x);
    check_finite(fit);
    CHECK(fit.converged());
    REQUIRE(fit.events.size() == 1);
    CHECK(happened(fit, 1, Cause::singular_covariance, Action::floored));
    CHECK(fit.events[0].count == fit.iterations);
    CHECK(fit.model.means().col(1).isApprox(Eigen::Vector2d(20, 20)));
    const Eigen::VectorXd floor = 1e-4 * fit.model.data_scale(Sequences<double>(x), Sequential{}).cwiseAbs2();
    if (std::is_same_v<TestType, Diagonal>)
        CHECK_THAT(fit.model.covariance(1)(0, 0), WithinRel(floor(0), 1e-9));
    CHECK_THAT(fit.model.covariance(1)(0, 0), WithinRel(floor(0), 0.2));
    CHECK(fit.flaws == std::vector<Flaw>{{1, Cause::singular_covariance}});
    CHECK_FALSE(fit.sound());
}

TEST_CASE("a start's good variances are not below the floor, whatever one value is") {
    Random random(2);
    std::vector<double> x;
    for (int i = 0; i < 199; ++i) x.push_back(random.normal());
    x.push_back(1e5);
    const auto start =
        GaussianMixture<>(Gaussian<>::alike(Eigen::RowVector2d(0, 1e5), Eigen::VectorXd::Ones(1)));
    const auto fit = latent::fit(start, x);
    CHECK(fit.converged());
    CHECK_THAT(fit.model.means()(0, 0), WithinAbs(0, 0.2));
    CHECK(fit.model.means()(0, 1) == 1e5);
}

TEMPLATE_TEST_CASE("a start below the floor is lifted to it, and so are accelerated points", "", Plain,
                   Squarem, Anderson) {
    const Eigen::MatrixXd x = naive::observations<double>(2, 60, 0);
    Eigen::MatrixXd means(2, 2);
    means << x.col(0), x.col(1);
    const GaussianMixture<> start(Gaussian<>::alike(means, Eigen::VectorXd::Constant(2, 1e-12)));
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, TestType> em;
    const auto fit = em.fit(start, x);
    CHECK(fit.converged());
    CHECK(happened(fit, 0, Cause::singular_covariance, Action::floored));
    const Eigen::VectorXd scale = start.data_scale(start.units(x), Sequential{});
    auto lifted = start;
    for (const Index k : {0, 1}) REQUIRE(lifted.emission().floor_variances(k, 1e-6 * scale.cwiseAbs2()));
    CHECK_THAT(fit.trace.front(), WithinRel(lifted.score(x), 1e-12));
}

TEMPLATE_TEST_CASE("NoRemedy ends a collapse as degenerate, with the last sound model", "", Full, Diagonal,
                   Spherical) {
    const Eigen::MatrixXd x = cloud_and_copies();
    const auto fit = fit_with(NoRemedy{}, cloud_and_copies_start<TestType>(), x);
    check_finite(fit);
    CHECK(fit.status == Status::degenerate);
    CHECK_FALSE(fit.converged());
    CHECK(happened(fit, 1, Cause::singular_covariance, Action::gave_up));
    CHECK(fit.objective == fit.trace.back());
    CHECK_THAT(fit.model.score(x), WithinRel(fit.objective, 1e-12));
}

TEMPLATE_TEST_CASE("Ridge keeps variances away from zero", "", Full, Diagonal, Spherical) {
    const auto fit = fit_with(Ridge{.absolute = 0.01, .relative = 0}, cloud_and_copies_start<TestType>(),
                              cloud_and_copies());
    check_finite(fit);
    CHECK(fit.status != Status::degenerate);
    CHECK(fit.events.empty());
    CHECK_THAT(fit.model.covariance(1)(1, 1), WithinRel(0.01, 1e-6));
}

TEMPLATE_TEST_CASE("Drop takes the collapsed component out", "", Full, Diagonal, Spherical) {
    const auto fit = fit_with(Drop{}, cloud_and_copies_start<TestType>(), cloud_and_copies());
    check_finite(fit);
    CHECK(fit.converged());
    CHECK(fit.model.size() == 1);
    CHECK(fit.model.weights()(0) == 1);
    CHECK(happened(fit, 1, Cause::singular_covariance, Action::dropped));
    CHECK(fit.model.means().col(0).isApprox(cloud_and_copies().rowwise().mean(), 1e-10));
}

TEMPLATE_TEST_CASE("Reseed starts the collapsed component anew", "", Full, Diagonal, Spherical) {
    const auto fit = fit_with(Reseed{.attempts = 3}, cloud_and_copies_start<TestType>(), cloud_and_copies());
    check_finite(fit);
    CHECK(happened(fit, 1, Cause::singular_covariance, Action::reseeded));
    CHECK(fit.model.size() == 2);
    CHECK(fit.events[0].count <= 3);
}

TEMPLATE_TEST_CASE("Throw tells the component, the cause and the iteration", "", Full, Diagonal, Spherical) {
    try {
        fit_with(Throw{}, cloud_and_copies_start<TestType>(), cloud_and_copies());
        FAIL("nothing was thrown");
    } catch (const CollapsedComponent& collapse) {
        CHECK(collapse.component == 1);
        CHECK(collapse.cause == Cause::singular_covariance);
        CHECK(collapse.iteration >= 1);
        CHECK_THAT(collapse.what(), ContainsSubstring("component 1 collapsed in iteration ") &&
                                        ContainsSubstring("singular covariance"));
    }
}

TEST_CASE("a component that no observation goes to") {
    const Eigen::MatrixXd x = naive::observations<double>(2, 40, 0);
    Eigen::MatrixXd means(2, 3);
    means << -1, 1e6, 1, 0, 1e6, 0;
    const auto start = standard(means);
    const auto kept = fit_with(VarianceFloor{}, start, x);
    check_finite(kept);
    CHECK(kept.converged());
    CHECK(happened(kept, 1, Cause::empty_component, Action::kept));
    CHECK(kept.model.weights()(1) == 0);
    CHECK(kept.model.means().col(1) == means.col(1));

    const auto dropped = fit_with(Drop{}, start, x);
    check_finite(dropped);
    CHECK(dropped.model.size() == 2);
    CHECK(happened(dropped, 1, Cause::empty_component, Action::dropped));

    const auto reseeded = fit_with(Reseed{}, start, x);
    check_finite(reseeded);
    CHECK(happened(reseeded, 1, Cause::empty_component, Action::reseeded));
    CHECK(reseeded.model.weights().minCoeff() > 0);
}

TEST_CASE("every component collapsed at once is more than Drop can mend") {
    Eigen::MatrixXd x(1, 20);
    for (Index i = 0; i < 20; ++i) x(0, i) = static_cast<double>(i % 2) * 10;
    const auto fit = fit_with(Drop{}, standard(Eigen::RowVector2d(0, 10)), x);
    check_finite(fit);
    CHECK(fit.status == Status::degenerate);
}

TEST_CASE("a model with an empty component is admitted as it is, one with a collapsed component lifted") {
    const Eigen::MatrixXd x = naive::observations<double>(2, 40, 0);
    auto model = standard(Eigen::MatrixXd{{-1, 1e6, 1}, {0, 1e6, 0}});
    GaussianMixture<>::Posterior q;
    auto s = model.zero_statistics();
    model.infer(x, q);
    model.accumulate(x, q, s);
    model.maximize(s);
    REQUIRE(model.emission().collapse_cause(1, {}) == Cause::empty_component);
    const auto admitted = [&](double floor) {
        Journal journal;
        CHECK(VarianceFloor{.floor = Eigen::VectorXd::Constant(2, floor)}.admit(model, journal));
        return journal.events();
    };
    CHECK(admitted(1e-6).empty());
    const auto lifted = admitted(100);
    REQUIRE(lifted.size() == 2);
    for (const Event& e : lifted) {
        CHECK(e.component != 1);
        CHECK(e.cause == Cause::singular_covariance);
        CHECK(e.action == Action::floored);
    }
    CHECK(model.covariance(0).isApprox(100 * Eigen::Matrix2d::Identity(), 1e-9));
    CHECK(model.covariance(1) == Eigen::Matrix2d::Identity());
}
