// Anderson acceleration: what EM creeps to, from the last few steps together, and never downwards.
#include "latent/acceleration/anderson.hpp"

#include "kit/acceleration_properties.hpp"
#include "latent/start/responsibilities.hpp"

using namespace latent;

TEST_CASE("death notices, 2055 steps of EM: under 80 with Anderson acceleration") {
    kit::finds_what_em_creeps_to<Anderson>(80);
}

TEST_CASE("the default criterion takes Anderson's own estimate of the way to go") {
    kit::estimates_the_way_to_go<Anderson>(80);
}

TEMPLATE_TEST_CASE("Anderson acceleration never lowers the objective and ends at the model's own", "", Soft,
                   Hard) {
    kit::never_lowers_the_objective<TestType, Anderson>();
}

TEST_CASE("a point that Anderson acceleration leads astray to is replaced by an EM step") {
    kit::falls_back_on_em<Anderson>(20, 20);
}

TEMPLATE_TEST_CASE("Anderson acceleration ends every fit of small data as EM does, at or above the floor", "",
                   Full, Diagonal) {
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Anderson> em{};
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        Random random(1000 + seed);
        Eigen::MatrixXd x(3, 30);
        for (Index i = 0; i < 30; ++i)
            for (Index j = 0; j < 3; ++j)
                x(j, i) = random.normal() + 3 * static_cast<double>(i * (j + 1) % 3);
        const GaussianMixture<TestType> shape(4, 3);
        const auto fit = em.fit(RandomResponsibilities{.seed = seed}(shape, x), x);
        CHECK(fit.converged());
        CHECK(fit.evaluations < 1000);
        const auto measured = detail::about(MaximumLikelihood<>{}, shape, shape.units(x), Sequential{});
        const Eigen::VectorXd floor = (1 - 1e-6) * detail::floor_of(measured.remedy);
        for (Index k = 0; k < 4; ++k)
            CHECK(fit.model.emission().collapse_cause(k, floor) != Cause::singular_covariance);
    }
}
