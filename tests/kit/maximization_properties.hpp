// Properties of a model's M-step and of its coordinates.
#pragma once

#include "catch.hpp"
#include "kit/numerics.hpp"

namespace kit {

/// The maximiser of expected_log_joint: its derivatives vanish there, and no disturbance raises it.
template <class S>
void maximize_is_stationary() {
    latent::Random random(6);
    const auto data = S::draw(200, random);
    auto model = S::start();
    const auto s = expect(latent::Soft{}, model, S::units(data)).statistics;
    model.maximize(s);
    const auto objective = [&](const auto& m) { return m.expected_log_joint(s); };
    const double best = objective(model), size = std::abs(best);
    for (const double slope : gradient(model, objective, 1e-5)) CHECK_THAT(slope, WithinAbs(0, 1e-7 * size));
    for (const double deviation : {1e-3, 1e-2, 0.1, 1.0})
        for (int t = 0; t < 10; ++t)
            CHECK(objective(at(model, disturbed(model.to_vector(), deviation, random))) <=
                  best + 1e-12 * size);
}

/// Fisher's identity: ∇ log p(x | θ) = ∇ E[log p(x, z | θ)], the expectation under p(z | x, θ). It ties
/// infer, accumulate and expected_log_joint together.
template <class S>
void gradients_agree() {
    latent::Random random(7);
    const auto data = S::draw(200, random);
    const auto& units = S::units(data);
    const auto s = expect(latent::Soft{}, S::start(), units).statistics;
    const double step = std::cbrt(S::rounding);
    const auto likelihood = gradient(
        S::start(), [&](const auto& m) { return expect(latent::Soft{}, m, units).objective; }, step);
    const auto joint = gradient(
        S::start(), [&](const auto& m) { return m.expected_log_joint(s); }, step);
    CHECK(distance(likelihood, joint) < 200 * 100 * step * step);
    CHECK(distance(likelihood, std::vector(joint.size(), 0.0)) > 1);  // not at an optimum by chance
}

/// Coordinates there and back are the same model, and every vector is a valid one.
template <class S>
void coordinates_round_trip() {
    latent::Random random(8);
    const auto data = S::draw(50, random);
    const auto likelihood = [&](const auto& m) {
        return expect(latent::Soft{}, m, S::units(data)).objective;
    };
    const auto v = S::truth().to_vector();
    const auto back = at(S::start(), v);
    CHECK(distance(back.to_vector(), v) < 1e-13);
    CHECK_THAT(likelihood(back), WithinRel(likelihood(S::truth()), 10 * S::rounding));
    for (int t = 0; t < 10; ++t) {
        const auto any = at(S::start(), disturbed(v, 1, random));
        const auto again = at(S::start(), any.to_vector());
        CHECK(std::isfinite(likelihood(any)));
        CHECK(distance(again.to_vector(), any.to_vector()) < 1e-12);
        CHECK_THAT(likelihood(again), WithinRel(likelihood(any), 100 * S::rounding));
    }
}

}  // namespace kit
