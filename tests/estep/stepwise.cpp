// Mini-batches, blended with what was seen before.
#include "latent/estep/stepwise.hpp"

#include "catch.hpp"
#include "kit/coins.hpp"
#include "kit/numerics.hpp"
#include "normal_units.hpp"

using namespace latent;
using namespace normal_units;

TEST_CASE("stepwise EM with a gain of one over all units is batch EM") {
    const Stepwise<> whole{.batch = 0, .burn_in = 1'000};
    for (const int step : {0, 1, 500}) CHECK(whole.gain(step) == 1);
    const auto stepwise = after(whole, 5), batch = after(Batch<>{}, 5);
    CHECK(kit::distance(stepwise.model.to_vector(), batch.model.to_vector()) < 1e-10);
    CHECK_THAT(stepwise.objective, WithinRel(batch.objective, 1e-12));
}

TEST_CASE("stepwise EM is near the optimum after three passes") {
    // 20 units a step, 10 steps a pass
    const auto fit = after(Stepwise<>{.batch = 20, .seed = 1}, 30);
    CHECK(fit.status == Status::iteration_limit);
    CHECK(fit.objective > maximum() - 5);  // of about 73 000
    CHECK(fit.objective > after(Batch<>{}, 3).objective);
    CHECK(kit::distance(fit.model.to_vector(), Subject::truth().to_vector()) < 0.1);
}

TEST_CASE("the gain falls as the conditions for convergence ask") {
    const Stepwise<> s{.decay = 0.7, .offset = 2, .burn_in = 3};
    CHECK(s.gain(0) == 1);
    CHECK(s.gain(2) == 1);
    CHECK_THAT(s.gain(3), WithinRel(std::pow(3, -0.7), 1e-15));
    CHECK_THAT(s.gain(10), WithinRel(std::pow(10, -0.7), 1e-15));
}

TEST_CASE("a pass visits every unit once, each pass in another order") {
    // ten rounds, one a step; with a gain of one a step's statistics are ten times its round
    const std::vector<int> rounds{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    const Stepwise<> estep{.batch = 1, .burn_in = 1'000};
    auto workspace = estep.workspace(kit::published_start, rounds, Sequential{});
    Expectation<kit::Coins::Statistics> e;
    std::vector<double> order, sorted;
    for (int step = 0; step < 20; ++step) {
        estep(kit::published_start, rounds, step, workspace, e);
        order.push_back(std::round(e.statistics.heads[0] + e.statistics.heads[1]) / 10);
    }
    for (const auto pass : {order.begin(), order.begin() + 10}) {
        sorted.assign(pass, pass + 10);
        std::sort(sorted.begin(), sorted.end());
        for (std::size_t i = 0; i < 10; ++i) CHECK(sorted[i] == static_cast<double>(i));
    }
    CHECK_FALSE(std::equal(order.begin(), order.begin() + 10, order.begin() + 10));
}
