// SQUAREM: where EM creeps it leaps, and never downwards.
#include "latent/acceleration/squarem.hpp"

#include "kit/acceleration_properties.hpp"
#include "latent/fit.hpp"

using namespace latent;

TEST_CASE("two Poisson components for death notices: 2055 steps of EM, under 120 with SQUAREM") {
    const auto em = kit::fit_notices<Plain>();
    CHECK(em.status == Status::stopped);
    CHECK_THAT(em.trace.front(), WithinAbs(-1992.723266, 1e-6));
    CHECK(std::abs(em.evaluations - 2055) <= 1);
    CHECK((kit::parameters(em.model) - kit::published_notices).norm() < 1e-7 / (1 - 0.9956662));
    kit::finds_what_em_creeps_to<Squarem>(120);
}

TEST_CASE("the default criterion takes SQUAREM's own estimate of the way to go") {
    kit::estimates_the_way_to_go<Squarem>(120);
}

TEMPLATE_TEST_CASE("SQUAREM never lowers the objective and ends at the model's own", "", Soft, Hard) {
    kit::never_lowers_the_objective<TestType, Squarem>();
}

TEST_CASE("what remedies do in an attempt that is given up has not happened") {
    Journal journal;
    journal.record(0, Cause::empty_component, Action::kept);
    const MaximumLikelihood<> mstep;
    const detail::Maximizer<MaximumLikelihood<>> maximize{mstep, journal};
    const auto attempt = [&](Action action, bool result) {
        return maximize.attempt([&] {
            journal.record(1, Cause::singular_covariance, action);
            return result;
        });
    };
    CHECK_FALSE(attempt(Action::reseeded, false));
    CHECK_FALSE(attempt(Action::gave_up, true));
    CHECK_FALSE(maximize.attempt([]() -> bool { throw CollapsedComponent(1, Cause::empty_component, 2); }));
    CHECK_THROWS_AS(maximize.attempt([]() -> bool { throw std::runtime_error("other"); }),
                    std::runtime_error);
    CHECK(journal.events().size() == 1);
    CHECK_FALSE(journal.discontinuous);
    CHECK_FALSE(journal.gave_up());
    CHECK(attempt(Action::floored, true));
    CHECK(journal.events().size() == 2);
}

TEST_CASE("an extrapolation that leads astray is replaced by two EM steps") {
    kit::falls_back_on_em<Squarem>(10, 20);
}

TEST_CASE("SQUAREM's estimate is what was still to come when the cycle began") {
    const double limit = ExpectationMaximization<>{.convergence = {1e-15}}
                             .fit(kit::published_start, kit::published_rounds)
                             .objective;
    kit::Coins near = kit::published_start;
    auto e = kit::expect(Soft{}, near, kit::published_rounds);
    while (limit - e.objective > 1e-5) {  // linear convergence is what the estimate supposes
        near.maximize(e.statistics);
        e = kit::expect(Soft{}, near, kit::published_rounds);
    }
    double remaining = 0;
    const auto look = [&](const Progress& p, const kit::Coins&) { remaining = p.remaining; };
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem, Aitken, decltype(look)>
        em{.convergence = {0}, .limits = {.iterations = 1}, .observer = look};
    em.fit(near, kit::published_rounds);
    CHECK_THAT(remaining, WithinRel(limit - e.objective, 0.02));
}

TEST_CASE("a step of EM that falls is no sign that nothing remains") {
    const auto normals = [](double a, double b, double variance) {
        const Eigen::MatrixXd each = Eigen::MatrixXd::Constant(1, 1, variance);
        return GaussianMixture<>(Eigen::Vector2d(0.5, 0.5),
                                 Gaussian<>(Eigen::RowVector2d(a, b), {each, each}));
    };
    Random random(1);
    const Eigen::MatrixXd x = normals(0, 2.5, 1).sample(500, random);
    const MaximumLikelihood<Ridge> ridge{{.absolute = 0.01}};
    const double plain = fit(normals(1, 1.6, 2), x, ridge).objective;
    CHECK_THAT(fit(normals(1, 1.6, 2), x, ridge, Squarem{}).objective, WithinRel(plain, 1e-8));
}
