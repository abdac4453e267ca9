// E-steps that are not the plain one: stepwise, stochastic, annealed.
#include "catch.hpp"
#include "kit/coins.hpp"
#include "kit/gaussian_subject.hpp"
#include "kit/numerics.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/estep/annealed.hpp"
#include "latent/estep/hard.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/expectation_maximization.hpp"

using namespace latent;

namespace {

using Subject = kit::GaussianSubject<Full, double>;

const Eigen::MatrixXd& many() {
    static const Eigen::MatrixXd x = [] {
        Random random(20);
        return Subject::draw(20'000, random);
    }();
    return x;
}

/// 200 units of 100 observations.
Sequences<double> units() { return Sequences<double>::blocks(many(), 100); }

template <class Rule>
auto after(const Rule& estep, int iterations) {
    const ExpectationMaximization<Rule> em{.estep = estep, .limits = {.iterations = iterations}};
    return em.fit(Subject::start(), units());
}

double maximum() {
    static const double objective = latent::fit(Subject::start(), units()).objective;
    return objective;
}

}  // namespace

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

TEST_CASE("a stochastic chain stays near the maximum, its stepwise average is nearer") {
    const auto chain = after(Batch<Stochastic>{{.seed = 3}}, 60);
    const auto average = after(Stepwise<Stochastic>{.rule = {3}, .batch = 0, .burn_in = 20}, 60);  // SAEM
    CHECK(chain.status == Status::iteration_limit);
    CHECK(chain.objective > maximum() - 50);
    CHECK(average.objective > maximum() - 2);
    CHECK(average.objective > chain.objective);
    CHECK(average.objective <= maximum() + 1e-4);
}

TEST_CASE("hard EM's objective is the classification likelihood, the exact one is added at the end") {
    const auto fit = after(Batch<Hard>{}, 200);
    CHECK(fit.converged());
    CHECK(fit.trace.back() == kit::expect(Hard{}, fit.model, units()).objective);
    CHECK(fit.log_likelihood == kit::expect(Soft{}, fit.model, units()).objective);
    CHECK(fit.log_likelihood > fit.trace.back());
    CHECK(fit.evaluations == fit.iterations + 2);
}

TEST_CASE("hard EM takes an observation of no weight that no component can make") {
    const Eigen::MatrixXd x{{0, 1, 1, 0, 2}};
    const std::vector<double> weights{1, 1, 1, 1, 0};
    const Mixture<Categorical<>> start(Categorical<>(Eigen::MatrixXd{{0.6, 0.2}, {0.2, 0.6}, {0.2, 0.2}}));
    const auto fit = ExpectationMaximization<Batch<Hard>>{}.fit(
        start, Observations<double>(x.data(), 1, 5, 1, 1, weights.data()));
    CHECK(fit.converged());
    CHECK(fit.model.emission().probabilities().row(2).isZero());
    CHECK(std::isfinite(fit.log_likelihood));
}

TEST_CASE("annealing rises to the exact posterior and is judged only there") {
    const Annealed rule{.beta = 0.5, .rate = 1.2};
    CHECK(rule.inverse_temperature(0) == 0.5);
    CHECK_THAT(rule.inverse_temperature(2), WithinRel(0.72, 1e-15));
    CHECK(rule.inverse_temperature(4) == 1);
    CHECK_FALSE(rule.settled(0));
    CHECK_FALSE(rule.settled(5));
    CHECK(rule.settled(6));
    const ExpectationMaximization<Batch<Annealed>> em{.estep = {rule}};
    const auto fit = em.fit(kit::published_start, kit::published_rounds);
    const auto plain = latent::fit(kit::published_start, kit::published_rounds);
    CHECK(fit.converged());
    CHECK(fit.iterations >= 6);
    CHECK_THAT(fit.objective, WithinRel(plain.objective, 1e-9));
}
