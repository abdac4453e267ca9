// When a fit has converged.
#include "catch.hpp"
#include "latent/convergence/aitken.hpp"
#include "latent/convergence/any_of.hpp"
#include "latent/convergence/relative_change.hpp"

using latent::Aitken, latent::AnyOf, latent::Progress, latent::RelativeChange;

namespace {

using Trace = std::vector<double>;

constexpr double n = 100;  // observations

template <class Criterion>
bool converged(const Criterion& criterion, const Trace& trace,
               double remaining = std::numeric_limits<double>::quiet_NaN()) {
    return criterion(
        Progress{.objective = trace.back(), .observations = n, .remaining = remaining, .trace = trace});
}

/// The number of terms of limit − 10·rateᵗ, t = 0, 1, …, after which they are called converged: EM near its
/// limit grows like this.
template <class Criterion>
int length_at_convergence(const Criterion& criterion, double rate, double limit = -100) {
    std::vector<double> trace;
    for (double gap = 10; trace.empty() || !converged(criterion, trace); gap *= rate)
        trace.push_back(limit - gap);
    return static_cast<int>(trace.size());
}

/// What was still to come when the criterion stopped, an observation.
template <class Criterion>
double missed(const Criterion& criterion, double rate) {
    return 10 * std::pow(rate, length_at_convergence(criterion, rate) - 1) / n;
}

}  // namespace

TEST_CASE("Aitken stops where the limit is near, however slow the way") {
    for (const double rate : {0.1, 0.5, 0.9, 0.99, 0.999}) {
        CAPTURE(rate);
        CHECK(missed(Aitken{1e-6}, rate) < 1.001e-6);
        CHECK(missed(Aitken{1e-6}, rate) > 0.999e-6 * rate);  // and no iteration later
    }
    // the length of a step says nothing about the distance
    CHECK(missed(RelativeChange{1e-6}, 0.999) > 1e-4);
}

TEST_CASE("a constant added to the objective, as by other units of the data, does not matter") {
    for (const double limit : {-1e5, -100.0, 0.0, 1e-9, 100.0, 1e5}) {
        CAPTURE(limit);
        CHECK(length_at_convergence(Aitken{1e-6}, 0.9, limit) == length_at_convergence(Aitken{1e-6}, 0.9));
        CHECK(length_at_convergence(RelativeChange{1e-6}, 0.9, limit) ==
              length_at_convergence(RelativeChange{1e-6}, 0.9));
    }
}

TEST_CASE("Aitken waits while steps grow, and stops where they are rounding") {
    CHECK_FALSE(converged(Aitken{}, {-100}));
    CHECK_FALSE(converged(Aitken{}, {-100, -100}));
    CHECK(converged(Aitken{}, {-100, -100, -100}));
    CHECK_FALSE(converged(Aitken{1}, {-100, -99, -97}));  // rate 2: gathering speed
    CHECK(converged(Aitken{1e-3}, {-100, -99, -99}));
    CHECK(converged(Aitken{1e-15}, {-100, -100 + 2e-14, -100 + 1e-14}));
}

TEST_CASE("an estimate that comes with the progress is taken instead") {
    CHECK(converged(Aitken{1e-6}, {-100, -90, -80}, 0.7e-4));
    CHECK_FALSE(converged(Aitken{1e-6}, {-100, -99.9999, -99.99989999}, 1.1e-4));
}

TEST_CASE("what a model cannot resolve is not waited for") {
    const std::vector trace{-100.0, -99.999999, -99.999998};
    const auto in_float = [&](auto criterion) {
        return criterion(
            Progress{.objective = trace.back(), .observations = n, .resolution = 3e-8, .trace = trace});
    };
    CHECK(in_float(Aitken{}));
    CHECK(in_float(RelativeChange{}));
    CHECK_FALSE(converged(Aitken{}, trace));
    CHECK_FALSE(converged(RelativeChange{}, trace));
}

TEST_CASE("RelativeChange looks at the last step alone") {
    CHECK_FALSE(converged(RelativeChange{1}, {-100}));
    CHECK(converged(RelativeChange{1e-3}, {-200, -100.05, -100}));
    CHECK_FALSE(converged(RelativeChange{1e-3}, {-100.2, -100}));
    CHECK(converged(RelativeChange{1e-3}, {-100, -100.05}));  // down as well as up
}

TEST_CASE("a tolerance of zero never converges") {
    const std::vector<double> still(10, -3.0);
    CHECK_FALSE(converged(Aitken{0}, still));
    CHECK_FALSE(converged(RelativeChange{0}, still));
    CHECK_FALSE(converged(Aitken{0}, still, 0.0));
}

TEST_CASE("AnyOf is met as soon as one criterion is") {
    const auto always = [](const Progress&) { return true; };
    const auto never = [](const Progress&) { return false; };
    CHECK(converged(AnyOf(never, always), {0}));
    CHECK_FALSE(converged(AnyOf(never, never), {0}));
    const AnyOf both(Aitken{1e-6}, RelativeChange{1e-6});
    CHECK(length_at_convergence(both, 0.999) == length_at_convergence(RelativeChange{1e-6}, 0.999));
    CHECK(length_at_convergence(both, 0.1) == length_at_convergence(Aitken{1e-6}, 0.1));
}
