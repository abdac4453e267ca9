// Properties of an acceleration: it finds in far fewer E-steps what EM creeps to, never downwards.
#pragma once

#include <array>

#include "catch.hpp"
#include "kit/coins.hpp"
#include "kit/numerics.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/estep/hard.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture.hpp"
#include "latent/observer/observers.hpp"

namespace kit {

using latent::Batch, latent::ExpectationMaximization, latent::MaximumLikelihood, latent::Sequential,
    latent::Status;
using Deaths = latent::Mixture<latent::Poisson<>>;

/// Days with 0 … 9 deaths of women over 80 in The Times, 1910–1912 (Hasselblad 1969).
inline constexpr std::array days{162.0, 267.0, 271.0, 185.0, 111.0, 61.0, 27.0, 8.0, 3.0, 1.0};
inline constexpr std::array deaths{0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0};
inline const latent::Observations<double> notices(deaths.data(), 1, 10, 1, 1, days.data());

inline Deaths notices_start() {
    return {Eigen::Vector2d(0.3, 0.7), latent::Poisson<>(Eigen::MatrixXd(Eigen::RowVector2d(1, 2.5)))};
}
inline Eigen::Vector3d parameters(const Deaths& m) {
    return {m.weights()(0), m.emission().rates()(0), m.emission().rates()(1)};
}
inline const Eigen::Vector3d published_notices(0.359885397, 1.256095101, 2.663404357);
inline constexpr double published_notices_objective = -1989.945859883;

/// ‖F(θ) − θ‖ in (p, μ₁, μ₂): how far one EM step goes.
inline double residual(const Deaths& model) {
    Deaths next = model;
    next.maximize(expect(latent::Soft{}, model, model.units(notices)).statistics);
    return (parameters(next) - parameters(model)).norm();
}

/// Until an EM step is shorter than 1e-7.
template <class A>
auto fit_notices() {
    const latent::StopWhen still{[](const latent::Progress&, const Deaths& m) { return residual(m) < 1e-7; }};
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, A, latent::Aitken,
                                  std::remove_const_t<decltype(still)>>
        em{.convergence = {0}, .observer = still};
    return em.fit(notices_start(), notices);
}

template <class A>
void finds_what_em_creeps_to(int evaluations) {
    const auto fit = fit_notices<A>();
    CHECK(fit.status == Status::stopped);
    CHECK(fit.evaluations < evaluations);
    CHECK((parameters(fit.model) - published_notices).norm() <
          1e-7 / (1 - 0.9956662));  // the last step / (1 − rate)
    CHECK_THAT(fit.objective, WithinAbs(published_notices_objective, 1e-8));
}

template <class A>
void estimates_the_way_to_go(int evaluations) {
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, A> em{};
    const auto fit = em.fit(notices_start(), notices);
    CHECK(fit.converged());
    CHECK_THAT(fit.objective, WithinRel(published_notices_objective, 1e-9));
    CHECK(fit.evaluations < evaluations);
}

template <class Rule, class A>
void never_lowers_the_objective() {
    const ExpectationMaximization<Batch<Rule>, MaximumLikelihood<>, Sequential, A> em{.convergence = {1e-14}};
    for (const double bias : {0.1, 0.3, 0.45, 0.55, 0.9}) {
        const auto fit = em.fit(Coins{{0.5, 0.5}, {bias, 0.5}}, published_rounds);
        CHECK(fit.converged());
        for (std::size_t t = 1; t < fit.trace.size(); ++t)
            CHECK(fit.trace[t] >= fit.trace[t - 1] - 1e-13 * std::abs(fit.trace[t]));
        CHECK(fit.trace.back() == expect(Rule{}, fit.model, published_rounds).objective);
    }
}

/// Coins whose coordinates lead to nonsense.
struct Astray : Coins {
    void from_vector(std::span<const double>) { bias = {1e-9, 1 - 1e-9}; }
};
struct Broken : Coins {
    void from_vector(std::span<const double>) { bias = {std::nan(""), 0.5}; }
};

/// Where every extrapolation leads astray, `iterations` do what EM does in `steps`.
template <class A>
void falls_back_on_em(int iterations, int steps) {
    const auto check = [&](const auto& model) {
        const ExpectationMaximization<> plain{.convergence = {0}, .limits = {.iterations = steps}};
        const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, A> em{
            .convergence = {0}, .limits = {.iterations = iterations}};
        const auto expected = plain.fit(model, published_rounds);
        const auto fit = em.fit(model, published_rounds);
        CHECK(fit.status == Status::iteration_limit);
        CHECK(fit.objective >= expected.objective);
    };
    check(Astray{published_start});
    check(Broken{published_start});
}

}  // namespace kit
