// Properties of a model's M-step and of its coordinates.
#include "catch.hpp"
#include "kit/properties.hpp"

namespace kit {

/// The maximiser of expected_log_joint: its derivatives vanish there, and no disturbance raises it.
void maximize_is_stationary(const AnySubject& subject) {
    latent::Random random(6);
    const auto data = subject.draw(200, random);
    AnyModel model = subject.start;
    const auto s = expect(latent::Soft{}, model, data->units()).statistics;
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
void gradients_agree(const AnySubject& subject) {
    latent::Random random(7);
    const auto data = subject.draw(200, random);
    const AnyUnits units = data->units();
    const auto s = expect(latent::Soft{}, subject.start, units).statistics;
    const double step = std::cbrt(subject.rounding);
    const auto likelihood = gradient(
        subject.start, [&](const auto& m) { return expect(latent::Soft{}, m, units).objective; }, step);
    const auto joint = gradient(
        subject.start, [&](const auto& m) { return m.expected_log_joint(s); }, step);
    CHECK(distance(likelihood, joint) < 200 * 100 * step * step);
    CHECK(distance(likelihood, std::vector(joint.size(), 0.0)) > 1);  // not at an optimum by chance
}

/// Coordinates there and back are the same model, and every vector is a valid one.
void coordinates_round_trip(const AnySubject& subject) {
    latent::Random random(8);
    const auto data = subject.draw(50, random);
    const auto likelihood = [&](const auto& m) { return expect(latent::Soft{}, m, data->units()).objective; };
    const auto v = subject.truth.to_vector();
    const auto back = at(subject.start, v);
    CHECK(distance(back.to_vector(), v) < 1e-13);
    CHECK_THAT(likelihood(back), WithinRel(likelihood(subject.truth), 10 * subject.rounding));
    for (int t = 0; t < 10; ++t) {
        const auto any = at(subject.start, disturbed(v, 1, random));
        const auto again = at(subject.start, any.to_vector());
        CHECK(std::isfinite(likelihood(any)));
        CHECK(distance(again.to_vector(), any.to_vector()) < 1e-12);
        CHECK_THAT(likelihood(again), WithinRel(likelihood(any), 100 * subject.rounding));
    }
}

}  // namespace kit
