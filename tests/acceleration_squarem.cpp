// SQUAREM: where EM creeps it leaps, and never downwards.
#include <array>

#include "catch.hpp"
#include "kit/coins.hpp"
#include "kit/numerics.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/estep/hard.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture.hpp"
#include "latent/observer/observers.hpp"

using namespace latent;

namespace {

using Deaths = Mixture<Poisson<>>;

/// Days with 0 … 9 deaths of women over 80 in The Times, 1910–1912 (Hasselblad 1969).
constexpr std::array days{162.0, 267.0, 271.0, 185.0, 111.0, 61.0, 27.0, 8.0, 3.0, 1.0};
constexpr std::array deaths{0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0};
const Observations<double> data(deaths.data(), 1, 10, 1, 1, days.data());

Deaths start() { return {Eigen::Vector2d(0.3, 0.7), Poisson<>(Eigen::MatrixXd(Eigen::RowVector2d(1, 2.5)))}; }

Eigen::Vector3d parameters(const Deaths& m) {
    return {m.weights()(0), m.emission().rates()(0), m.emission().rates()(1)};
}

/// ‖F(θ) − θ‖ in (p, μ₁, μ₂): how far one EM step goes.
double residual(const Deaths& model) {
    Deaths next = model;
    next.maximize(kit::expect(Soft{}, model, model.units(data)).statistics);
    return (parameters(next) - parameters(model)).norm();
}

/// Until an EM step is shorter than 1e-7.
template <class A>
auto fit_deaths() {
    const StopWhen still{[](const Progress&, const Deaths& m) { return residual(m) < 1e-7; }};
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, A, Aitken,
                                  std::remove_const_t<decltype(still)>>
        em{.convergence = {0}, .observer = still};
    return em.fit(start(), data);
}

}  // namespace

TEST_CASE("two Poisson components for death notices: 2055 steps of EM, under 120 with SQUAREM") {
    const auto em = fit_deaths<Plain>();
    const auto squarem = fit_deaths<Squarem>();
    CHECK(em.status == Status::stopped);
    CHECK(squarem.status == Status::stopped);
    CHECK_THAT(em.trace.front(), WithinAbs(-1992.723266, 1e-6));
    CHECK(std::abs(em.evaluations - 2055) <= 1);
    CHECK(squarem.evaluations < 120);
    const Eigen::Vector3d published(0.359885397, 1.256095101, 2.663404357);
    CHECK((parameters(em.model) - published).norm() < 1e-7 / (1 - 0.9956662));  // the last step / (1 − rate)
    CHECK((parameters(squarem.model) - published).norm() < 1e-7 / (1 - 0.9956662));
    CHECK_THAT(squarem.objective, WithinAbs(-1989.945859883, 1e-8));
}

TEST_CASE("the default criterion takes SQUAREM's own estimate of the way to go") {
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem> em{};
    const auto fit = em.fit(start(), data);
    CHECK(fit.converged());
    CHECK_THAT(fit.objective, WithinRel(-1989.945859883, 1e-9));
    CHECK(fit.evaluations < 120);
}

TEMPLATE_TEST_CASE("SQUAREM never lowers the objective and ends at the model's own", "", Soft, Hard) {
    const ExpectationMaximization<Batch<TestType>, MaximumLikelihood<>, Sequential, Squarem> em{
        .convergence = {1e-14}};
    for (const double bias : {0.1, 0.3, 0.45, 0.55, 0.9}) {
        const auto fit = em.fit(kit::Coins{{0.5, 0.5}, {bias, 0.5}}, kit::published_rounds);
        CHECK(fit.converged());
        for (std::size_t t = 1; t < fit.trace.size(); ++t)
            CHECK(fit.trace[t] >= fit.trace[t - 1] - 1e-13 * std::abs(fit.trace[t]));
        CHECK(fit.trace.back() == kit::expect(TestType{}, fit.model, kit::published_rounds).objective);
    }
}

TEST_CASE("an extrapolation that leads astray is replaced by two EM steps") {
    /// Coins whose coordinates lead to nonsense.
    struct Astray : kit::Coins {
        void from_vector(std::span<const double>) { bias = {1e-9, 1 - 1e-9}; }
    };
    struct Broken : kit::Coins {
        void from_vector(std::span<const double>) { bias = {std::nan(""), 0.5}; }
    };
    const auto check = [](const auto& model) {
        const ExpectationMaximization<> plain{.convergence = {0}, .limits = {.iterations = 20}};
        const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem> em{
            .convergence = {0}, .limits = {.iterations = 10}};
        const auto expected = plain.fit(model, kit::published_rounds);
        const auto fit = em.fit(model, kit::published_rounds);
        CHECK(fit.status == Status::iteration_limit);
        CHECK(fit.objective >= expected.objective);
    };
    check(Astray{kit::published_start});
    check(Broken{kit::published_start});
}
