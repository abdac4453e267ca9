// Where a fit stands, and how it ended.
#include "latent/core/progress.hpp"

#include <sstream>

#include "catch.hpp"

using namespace latent;

TEST_CASE("a status reads as words, each as others") {
    const auto words = [](Status status) { return (std::ostringstream() << status).str(); };
    CHECK(words(Status::converged) == "converged");
    CHECK(words(Status::iteration_limit) == "iteration limit reached");
    CHECK(words(Status::time_limit) == "time limit reached");
    CHECK(words(Status::stopped) == "stopped by the observer");
    CHECK(words(Status::objective_decreased) == "objective decreased");
    CHECK(words(Status::degenerate) == "degenerate");
    CHECK(words(Status::running) == "running");
}

TEST_CASE("limits below zero are refused, those that end a fit at once are not") {
    CHECK_NOTHROW((Limits{.iterations = 0, .seconds = 0}.check()));
    CHECK_THROWS_WITH((Limits{.iterations = -1}.check()), ContainsSubstring("iterations is -1"));
    CHECK_THROWS_WITH((Limits{.seconds = -0.5}.check()), ContainsSubstring("seconds is -0.5"));
    CHECK_THROWS_AS((Limits{.seconds = std::nan("")}.check()), std::invalid_argument);
}

TEST_CASE("a model that computes in float resolves less") {
    struct InFloat {
        using Scalar = float;
    };
    struct InDouble {
        using Scalar = double;
    };
    struct Unknown {};
    CHECK(detail::resolution<InFloat>() > 1e7 * detail::resolution<InDouble>());
    CHECK(detail::resolution<InDouble>() == Progress{}.resolution);
    CHECK(detail::resolution<Unknown>() == Progress{}.resolution);
}
