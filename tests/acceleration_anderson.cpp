// Anderson acceleration: what EM creeps to, from the last few steps together, and never downwards.
#include "kit/acceleration_properties.hpp"
#include "latent/acceleration/anderson.hpp"
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

TEST_CASE("of a linear iteration in p dimensions, p + 1 residuals find the fixed point") {
    const Eigen::Matrix3d contraction{{0.9, 0.05, 0}, {0.02, 0.8, 0.1}, {0, 0.03, 0.95}};
    const Eigen::Vector3d limit(1, -2, 3);
    detail::AndersonHistory history;
    std::vector<double> x{0, 0, 0};
    const auto image = [&] {
        const Eigen::Vector3d to = limit + contraction * (Eigen::Map<Eigen::Vector3d>(x.data()) - limit);
        return std::vector<double>(to.begin(), to.end());
    };
    x = history.next(x, image(), 3, 1);
    for (int i = 0; i < 3; ++i) x = history.next(x, image(), 3, 1);
    CHECK((Eigen::Map<Eigen::Vector3d>(x.data()) - limit).norm() < 1e-5);
}

TEST_CASE("strong damping shortens the combination, none leaves it, and a full history starts anew") {
    detail::AndersonHistory free, damped;
    const auto image = [](const std::vector<double>& x) {
        return std::vector<double>{0.9 * x[0] + 1, 0.5 * x[1] - 1};
    };
    std::vector<double> a{0, 0}, b{0, 0};
    for (int i = 0; i < 2; ++i) {
        a = free.next(a, image(a), 2, 1);
        b = damped.next(b, image(b), 2, 1e-6);
    }
    const auto plain = image(image({0, 0}));
    CHECK(std::abs(b[0] - plain[0]) < 0.01);
    CHECK(a[0] > plain[0] + 1);
    for (int i = 0; i < 10; ++i) a = free.next(a, image(a), 2, 1);
    CHECK_THAT(a[0], WithinAbs(10, 1e-6));
    CHECK_THAT(a[1], WithinAbs(-2, 1e-6));
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
            CHECK(fit.model.emission().flaw(k, floor) != Cause::singular_covariance);
    }
}
