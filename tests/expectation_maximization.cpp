// The driver: how fits end, and that what it returns belongs together.
#include "latent/expectation_maximization.hpp"

#include <iostream>
#include <sstream>

#include "catch.hpp"
#include "kit/coins.hpp"
#include "kit/numerics.hpp"
#include "latent/execution/openmp.hpp"
#include "latent/latent.hpp"

using namespace latent;
using kit::Coins, kit::published_rounds, kit::published_start;

namespace {

/// Exactly so many iterations.
ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Plain, Aitken> exactly(int iterations) {
    return {.convergence = {.tolerance = 0}, .limits = {.iterations = iterations}};
}

/// Coins whose `fault` has the last word after an M-step.
template <class Fault>
struct Faulty : Coins {
    void maximize(const Statistics& s) {
        Coins::maximize(s);
        Fault{}(*this, ++steps);
    }
    int steps = 0;
};
struct BecomesNan {
    void operator()(Coins& coins, int step) const {
        if (step == 3) coins.bias[1] = std::numeric_limits<double>::quiet_NaN();
    }
};
struct StepsBack {
    void operator()(Coins& coins, int step) const {
        if (step == 4) coins.bias = {0.01, 0.02};
    }
};

template <class M>
double log_likelihood(const M& model) {
    return kit::expect(Soft{}, model, published_rounds).objective;
}

}  // namespace

TEST_CASE("the published coins: EM's path and its limit") {
    // Do & Batzoglou (2008), figure 1; they keep the coins equally likely.
    struct EqualCoins : Coins {
        void maximize(const Statistics& s) {
            Coins::maximize(s);
            weight = {0.5, 0.5};
        }
    };
    std::vector<EqualCoins> path;
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Plain, Aitken,
                                  History<EqualCoins>>
        em{.convergence = {1e-14}, .observer = {&path}};
    const auto fit = em.fit(EqualCoins{published_start}, published_rounds);
    CHECK(fit.converged());
    const auto near = [](const Coins& coins, double a, double b, double digits) {
        CHECK_THAT(coins.bias[0], WithinAbs(a, digits));
        CHECK_THAT(coins.bias[1], WithinAbs(b, digits));
    };
    near(path.at(1), 0.71301, 0.58134, 5e-6);
    near(path.at(2), 0.74529, 0.56926, 5e-6);
    near(path.at(3), 0.76810, 0.54954, 5e-6);
    near(path.at(10), 0.79674, 0.51966, 5e-6);
    near(fit.model, 0.7967891, 0.5195831, 1e-6);
}

TEST_CASE("a trace begins at the start and ends at the returned model") {
    const auto fit = exactly(7).fit(published_start, published_rounds);
    REQUIRE(fit.trace.size() == 8);
    CHECK(fit.trace.front() == log_likelihood(published_start));
    CHECK(fit.trace.back() == log_likelihood(fit.model));
    CHECK(fit.objective == fit.trace.back());
    CHECK(fit.log_likelihood == fit.objective);
    CHECK(fit.evaluations == 8);
    CHECK(fit.seconds > 0);
}

TEST_CASE("tolerance zero makes exactly the iterations asked for, and reaching a cap is not convergence") {
    for (const int iterations : {0, 1, 2, 500}) {
        const auto fit = exactly(iterations).fit(published_start, published_rounds);
        CHECK(fit.iterations == iterations);
        CHECK(std::ssize(fit.trace) == iterations + 1);
        CHECK(fit.status == Status::iteration_limit);
        CHECK_FALSE(fit.converged());
    }
}

TEST_CASE("the defaults converge, and a fit can go on from where another ended") {
    const auto whole = exactly(20).fit(published_start, published_rounds);
    const auto half = exactly(10).fit(published_start, published_rounds);
    const auto rest = exactly(10).fit(half.model, published_rounds);
    CHECK(rest.model.bias == whole.model.bias);
    CHECK(rest.objective == whole.objective);
    const auto fit = latent::fit(published_start, published_rounds);
    CHECK(fit.status == Status::converged);
    CHECK_THAT(fit.objective,
               WithinRel(exactly(2000).fit(published_start, published_rounds).objective, 1e-9));
}

TEST_CASE("a time limit is checked after each iteration") {
    const ExpectationMaximization<> em{.limits = {.seconds = 0}};
    const auto fit = em.fit(published_start, published_rounds);
    CHECK(fit.status == Status::time_limit);
    CHECK(fit.iterations == 0);
    CHECK(fit.objective == log_likelihood(published_start));
}

TEST_CASE("a model that lowers its objective is told, and the best one comes back") {
    const auto fit = latent::fit(Faulty<StepsBack>{published_start}, published_rounds);
    CHECK(fit.status == Status::objective_decreased);
    CHECK(fit.iterations == 3);
    CHECK(fit.model.bias == exactly(3).fit(published_start, published_rounds).model.bias);
    CHECK(fit.objective == log_likelihood(fit.model));
}

TEST_CASE("a model that breaks down ends as degenerate: the best finite one and the whole trace come back") {
    const auto fit = latent::fit(Faulty<BecomesNan>{published_start}, published_rounds);
    CHECK(fit.status == Status::degenerate);
    CHECK(fit.trace == exactly(2).fit(published_start, published_rounds).trace);
    CHECK(fit.objective == log_likelihood(fit.model));
    REQUIRE(fit.events.size() == 1);
    CHECK(fit.events[0].cause == Cause::non_finite_objective);
    CHECK(fit.events[0].component == -1);
    CHECK(fit.events[0].first_iteration == 3);
}

TEST_CASE("a start that is broken already comes back as it is") {
    const Coins broken{{0.5, 0.5}, {std::numeric_limits<double>::quiet_NaN(), 0.5}};
    const auto fit = latent::fit(broken, published_rounds);
    CHECK(fit.status == Status::degenerate);
    CHECK(fit.iterations == 0);
    constexpr double none = -std::numeric_limits<double>::infinity();
    CHECK(fit.trace == std::vector{none});
    CHECK(fit.objective == none);
    CHECK(fit.log_likelihood == none);
}

TEST_CASE("a fit prints as one line, and one for each event") {
    std::ostringstream out;
    out << latent::fit(Faulty<BecomesNan>{published_start}, published_rounds);
    CHECK_THAT(out.str(), StartsWith("degenerate after 2 iterations (4 evaluations, "));
    CHECK_THAT(out.str(), EndsWith("\n  non-finite objective, not repaired (first in iteration 3)"));
    const auto text = [](Status status) { return (std::ostringstream() << status).str(); };
    CHECK(text(Status::running) == "running");
    CHECK(text(Status::converged) == "converged");
    CHECK(text(Status::iteration_limit) == "iteration limit reached");
    CHECK(text(Status::time_limit) == "time limit reached");
    CHECK(text(Status::stopped) == "stopped by the observer");
    CHECK(text(Status::objective_decreased) == "objective decreased");
}

TEST_CASE("policies are values: the same one fits again, and a copy of it too") {
    const auto em = exactly(5);
    const auto copy = em;
    const auto first = em.fit(published_start, published_rounds);
    CHECK(em.fit(published_start, published_rounds).trace == first.trace);
    CHECK(copy.fit(published_start, published_rounds).trace == first.trace);
}

TEST_CASE("policies whose numbers make no sense are refused by name") {
    constexpr double infinity = std::numeric_limits<double>::infinity(),
                     nan = std::numeric_limits<double>::quiet_NaN();
    const auto refused = [](const auto& policy, const std::string& says) {
        CHECK_THROWS_AS(detail::check(policy), std::invalid_argument);
        CHECK_THROWS_WITH(detail::check(policy), StartsWith("latent::" + says + ", expected "));
    };
    refused(Limits{.iterations = -5}, "Limits: iterations is -5");
    refused(Limits{.seconds = nan}, "Limits: seconds is nan");
    refused(Limits{.seconds = -1}, "Limits: seconds is -1");
    for (const double tolerance : {nan, infinity, -1.0}) {
        const std::string is = detail::text("tolerance is ", tolerance);
        refused(Aitken{tolerance}, "Aitken: " + is);
        refused(RelativeChange{tolerance}, "RelativeChange: " + is);
        refused(AnyOf(Aitken{}, RelativeChange{tolerance}), "RelativeChange: " + is);
    }
    for (const Index order : {Index{-1}, Index{0}, Index{1'000'000'000'000'000'000}})
        refused(Anderson{order}, detail::text("Anderson: order is ", order));
    for (const Index workers : {Index{-3}, Index{1'000'000'000'000'000'000}}) {
        refused(Threads{workers}, detail::text("Threads: workers is ", workers));
        refused(OpenMp{workers}, detail::text("OpenMp: workers is ", workers));
    }
    refused(Stepwise<>{.batch = -1}, "Stepwise: batch is -1");
    refused(Stepwise<>{.decay = nan}, "Stepwise: decay is nan");
    refused(Stepwise<>{.offset = -10}, "Stepwise: offset is -10");
    refused(Stepwise<>{.burn_in = -1}, "Stepwise: burn_in is -1");
    for (const double beta : {0.0, -1.0, 1.5, nan, infinity}) {
        const std::string says = detail::text("Annealed: beta is ", beta);
        refused(Batch<Annealed>{{.beta = beta}}, says);
        refused(Stepwise<Annealed>{.rule = {.beta = beta}}, says);
    }
    for (const double rate : {0.9, nan, infinity})
        refused(Annealed{.rate = rate}, detail::text("Annealed: rate is ", rate));
    for (const double threshold : {2.0, 1.0, -0.1, nan})
        refused(Batch<Truncated>{{threshold}}, detail::text("Truncated: threshold is ", threshold));
    for (const double wrong : {nan, -1.0, infinity}) {
        const auto is = [&](const char* member) { return detail::text(member, " is ", wrong); };
        refused(MaximumLikelihood<>{{wrong}}, "VarianceFloor: " + is("relative"));
        refused(MaximumLikelihood<Drop>{{wrong}}, "Drop: " + is("relative"));
        refused(MaximumLikelihood<Reseed>{{wrong}}, "Reseed: " + is("relative"));
        refused(MaximumLikelihood<Throw>{{wrong}}, "Throw: " + is("relative"));
        refused(Ridge{.absolute = wrong}, "Ridge: " + is("absolute"));
        refused(Ridge{.relative = wrong}, "Ridge: " + is("relative"));
        refused(Jittered<>{.scale = wrong}, "Jittered: " + is("scale"));
        refused(Jittered<>{.inner = {{wrong}}}, "VarianceFloor: " + is("relative"));
        refused(MaximumAPosteriori<kit::CoinsPrior>{{}, {wrong}}, "VarianceFloor: " + is("relative"));
        refused(PrintProgress{&std::cout, wrong}, "PrintProgress: " + is("every"));
    }
    refused(Reseed{.attempts = -1}, "Reseed: attempts is -1");
    refused(Jittered<>{.iterations = -1}, "Jittered: iterations is -1");
    refused(Checkpoint{.path = {}, .every_seconds = nan}, "Checkpoint: every_seconds is nan");
    CHECK_THROWS_WITH(detail::check(AllOf(PrintProgress{nullptr})),
                      "latent::PrintProgress: there is no stream to print to");
    CHECK_THROWS_WITH(detail::check(History<Coins>{nullptr}), StartsWith("latent::History: "));
    CHECK_THROWS_WITH(detail::check(Cancellation{nullptr}), StartsWith("latent::Cancellation: "));
    CHECK_NOTHROW(detail::check(Soft{}));  // that has no numbers
}

TEST_CASE("a fit asks every policy whether its numbers make sense") {
    using EM = ExpectationMaximization<Stepwise<>, Jittered<>, Threads, Plain, RelativeChange, PrintProgress,
                                       Checkpoint>;
    const EM sound{.observer = {&std::cout}};
    CHECK_NOTHROW(sound.check());
    const auto refuses = [&](const std::string& policy, const auto& spoil) {
        EM em = sound;
        spoil(em);
        CHECK_THROWS_WITH(em.fit(published_start, published_rounds), StartsWith("latent::" + policy + ": "));
    };
    refuses("Stepwise", [](EM& em) { em.estep.batch = -1; });
    refuses("Jittered", [](EM& em) { em.mstep.scale = -1; });
    refuses("Threads", [](EM& em) { em.execution.workers = -1; });
    refuses("RelativeChange", [](EM& em) { em.convergence.tolerance = -1; });
    refuses("Limits", [](EM& em) { em.limits.iterations = -1; });
    refuses("PrintProgress", [](EM& em) { em.observer.out = nullptr; });
    refuses("Checkpoint", [](EM& em) { em.checkpoint.every_iterations = -1; });
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Anderson> accelerated{
        .acceleration = {-1}};
    CHECK_THROWS_WITH(accelerated.fit(published_start, published_rounds), StartsWith("latent::Anderson: "));
}

TEST_CASE("a fit of nothing is refused") {
    const auto refuses = [](const auto& model, const auto& data) {
        CHECK_THROWS_AS(latent::fit(model, data), std::invalid_argument);
        CHECK_THROWS_WITH(latent::fit(model, data), ContainsSubstring("there are no "));
    };
    refuses(published_start, std::vector<int>());
    const HMM<Poisson<>> chain(2, 1);
    refuses(chain, std::vector<double>());
    refuses(chain, Sequences<double>(std::vector<Eigen::MatrixXd>()));
}

TEST_CASE("an own model's convergence is judged by its number of units") {
    double observations = 0;
    const StopWhen watch{
        [&](const Progress& p, const Coins&) { return observations = p.observations, false; }};
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Plain, Aitken,
                                  std::remove_const_t<decltype(watch)>>
        em{.observer = watch};
    em.fit(published_start, published_rounds);
    CHECK(observations == 5);
}

/// Coins whose exact likelihood is not finite once a bias has left its start.
struct Hidden : Coins {
    double infer(int heads, kit::Pair& q) const {
        const double log_p = Coins::infer(heads, q);
        return bias == published_start.bias ? log_p : std::numeric_limits<double>::quiet_NaN();
    }
    double decode(int heads, kit::Pair& q) const {
        Coins::infer(heads, q);
        q = {1, 0};
        return -1;
    }
};

TEST_CASE("no result has a NaN in it: an exact likelihood that is not finite ends as degenerate") {
    const auto fit = ExpectationMaximization<Batch<Hard>>{}.fit(Hidden{published_start}, published_rounds);
    CHECK(fit.status == Status::degenerate);
    CHECK(fit.log_likelihood == -std::numeric_limits<double>::infinity());
    CHECK(fit.objective == fit.log_likelihood);
    REQUIRE(fit.events.size() == 1);
    CHECK(fit.events[0].cause == Cause::non_finite_objective);
    for (const double objective : fit.trace) CHECK(std::isfinite(objective));
}

TEST_CASE("the default tolerance gives the iris fit to six digits") {
    const std::string folder = LATENT_TEST_DATA "/mixtures/iris-full-3/";
    const auto read = [&](const char* file) { return read_csv(folder + file).values; };
    const Eigen::MatrixXd x = read("X.csv"), stacked = read("covariances0.csv");
    std::vector<Eigen::MatrixXd> covariances;
    for (Index k = 0; k < 3; ++k) covariances.push_back(stacked.middleCols(4 * k, 4));
    const GaussianMixture<> start(read("weights0.csv").row(0), Gaussian<>(read("means0.csv"), covariances));

    const auto fit = latent::fit(start, x);
    const ExpectationMaximization<> tight{.convergence = {1e-15}, .limits = {.iterations = 100'000}};
    const auto limit = tight.fit(start, x);
    CHECK(fit.converged());
    CHECK(limit.converged());
    CHECK(fit.iterations < limit.iterations);
    CHECK_THAT(fit.log_likelihood, WithinRel(limit.log_likelihood, 1e-9));
    CHECK(kit::distance(fit.model.to_vector(), limit.model.to_vector()) < 2e-5);
}

#if !defined(__clang__) || __clang_major__ >= 17
TEST_CASE("the policies' types are deduced from their values") {
    const std::vector<int> heads{5, 9, 8, 4, 7};
    const kit::Coins start{kit::published_start};
    const auto deduced =
        ExpectationMaximization{.execution = Threads{2}, .acceleration = Squarem{}}.fit(start, heads);
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Threads, Squarem> written{
        .execution = {.workers = 2}};
    CHECK(deduced.trace == written.fit(start, heads).trace);
}
#endif
