// Observers: they see every iteration, and any of them can stop the fit.
#include "latent/observer/observers.hpp"

#include <sstream>
#include <thread>

#include "catch.hpp"
#include "kit/coins.hpp"
#include "latent/expectation_maximization.hpp"

using namespace latent;
using kit::Coins, kit::published_rounds, kit::published_start;

namespace {

/// At most `iterations`, never converged, watched.
template <class Observer>
auto watched(const Observer& observer, int iterations) {
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Plain, Aitken, Observer> em{
        .convergence = {0}, .limits = {.iterations = iterations}, .observer = observer};
    return em.fit(published_start, published_rounds);
}

}  // namespace

TEST_CASE("an observer sees each iteration with its own model, the start included") {
    std::vector<int> iterations, evaluations;
    double worst = 0;
    const auto look = [&](const Progress& p, const Coins& coins) {
        iterations.push_back(p.iteration);
        evaluations.push_back(p.evaluations);
        Coins::Posterior q;
        double objective = 0;
        for (const int heads : published_rounds) objective += coins.infer(heads, q);
        worst = std::max(worst, std::abs(objective - p.objective));
        CHECK(p.trace.size() == iterations.size());
        CHECK(p.trace.back() == p.objective);
        CHECK(p.seconds >= p.step_seconds);
        CHECK(std::isnan(p.remaining));
    };
    watched(look, 3);
    CHECK(iterations == std::vector{0, 1, 2, 3});
    CHECK(evaluations == std::vector{1, 2, 3, 4});
    CHECK(worst < 1e-13);
}

TEST_CASE("History keeps every model") {
    std::vector<Coins> models;
    const auto fit = watched(History{&models}, 4);
    REQUIRE(models.size() == 5);
    CHECK(models.front().bias == published_start.bias);
    CHECK(models.back().bias == fit.model.bias);
}

TEST_CASE("StopWhen stops, and the model of that iteration comes back") {
    const auto fit = watched(StopWhen{[](const Progress& p, const Coins&) { return p.iteration == 2; }}, 100);
    CHECK(fit.status == Status::stopped);
    CHECK(fit.iterations == 2);
    CHECK(fit.trace.size() == 3);
    CHECK_FALSE(fit.converged());
}

TEST_CASE("another thread cancels", "[threads]") {
    std::atomic<bool> cancelled = false;
    std::thread other;
    const auto begin_then_watch = [&](const Progress& p, const Coins& coins) {
        if (p.iteration == 3) {
            other = std::thread([&] { cancelled = true; });
            other.join();
        }
        return Cancellation{&cancelled}(p, coins);
    };
    const auto fit = watched(begin_then_watch, 1000);
    CHECK(fit.status == Status::stopped);
    CHECK(fit.iterations == 3);
}

TEST_CASE("AllOf calls every observer, even after one asked to stop") {
    std::vector<Coins> models;
    int calls = 0;
    const AllOf all(StopWhen{[](const Progress& p, const Coins&) { return p.iteration == 1; }},
                    History{&models}, [&](const Progress&, const Coins&) { return ++calls, true; });
    const auto fit = watched(all, 10);
    CHECK(fit.status == Status::stopped);
    CHECK(models.size() == 2);
    CHECK(calls == 2);
}

TEST_CASE("PrintProgress writes a line an iteration and leaves the stream's format alone") {
    std::ostringstream out;
    out.precision(3);
    watched(PrintProgress{.out = &out}, 2);
    std::istringstream lines(out.str());
    std::string line;
    REQUIRE(std::getline(lines, line));
    CHECK_THAT(line,
               StartsWith("iteration      0  objective ") && EndsWith(" s") && !ContainsSubstring("change"));
    REQUIRE(std::getline(lines, line));
    CHECK_THAT(line, StartsWith("iteration      1  objective ") && ContainsSubstring("  change "));
    REQUIRE(std::getline(lines, line));
    CHECK_FALSE(std::getline(lines, line));
    CHECK(out.precision() == 3);

    std::ostringstream rewritten, thinned;
    watched(PrintProgress{.out = &rewritten, .rewrite = true}, 2);
    CHECK(rewritten.str().find('\n') == std::string::npos);
    CHECK(rewritten.str().front() == '\r');
    watched(PrintProgress{.out = &thinned, .every = 1e6}, 2);
    CHECK(thinned.str().empty());
}
