// What a fit returns, as it is told.
#include "latent/driver/result.hpp"

#include <sstream>

#include "catch.hpp"

using latent::Action, latent::Cause, latent::Status;

namespace {

latent::Result<int> one() {
    return {.model = 1,
            .objective = -2.5,
            .log_likelihood = -2.5,
            .status = Status::converged,
            .iterations = 3,
            .evaluations = 4,
            .seconds = 0.5,
            .trace = {},
            .events = {}};
}

}  // namespace

TEST_CASE(
    "a result prints as one line, then one for each event, for each flaw, and for what the model says") {
    auto result = one();
    const auto text = [&] { return (std::ostringstream() << result).str(); };
    const std::string line = "converged after 3 iterations (4 evaluations, 0.5 s), log-likelihood -2.5";
    CHECK(text() == line);
    result.events = {{1, Cause::singular_covariance, Action::floored, 2, 1}};
    result.flaws = {{0, Cause::few_observations}};
    result.explanation = "sequence 0 is impossible";
    CHECK(text() == line +
                        "\n  component 1: singular covariance, variance floored (first in iteration 2)"
                        "\n  component 0 is spurious: too few observations"
                        "\n  sequence 0 is impossible");
}

TEST_CASE(
    "a fit is sound that did not break down and has no spurious component, whether or not it converged") {
    auto result = one();
    CHECK((result.sound() && result.converged()));
    result.status = Status::iteration_limit;
    CHECK((result.sound() && !result.converged()));
    result.flaws = {{0, Cause::empty_component}};
    CHECK_FALSE(result.sound());
    result.flaws.clear();
    result.status = Status::degenerate;
    CHECK_FALSE(result.sound());
}
