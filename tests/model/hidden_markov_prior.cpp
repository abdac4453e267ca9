// The conjugate prior of hidden Markov models: pseudo-observations, and the M-step in closed form.
#include "latent/model/hidden_markov_prior.hpp"

#include "catch.hpp"
#include "kit/numerics.hpp"
#include "latent/emission/gamma_prior.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

using namespace latent;

namespace {

using Counts = HiddenMarkovModel<Poisson<>>;

/// Three states; no beginning in the last, no move from 0 to 2, none from 2 to itself.
Counts model() {
    return {Eigen::Vector3d(0.6, 0.4, 0), Eigen::Matrix3d{{.7, .3, 0}, {.2, .5, .3}, {.4, .6, 0}},
            Poisson<>(Eigen::RowVector3d(1, 5, 12))};
}

Eigen::MatrixXd draws(Index n) {
    Random random(2);
    return model().sample(n, random).x;
}

/// The expected statistics of five sequences, and the M-step with a prior after them.
template <class Prior>
struct Step {
    Counts::Statistics seen;
    Counts next = model();
    double penalty = 0;

    explicit Step(const Prior& prior) {
        const Eigen::MatrixXd x = draws(100);
        const std::vector<Index> lengths{30, 1, 40, 9, 20};
        seen = kit::expect(Soft{}, model(), model().units(Sequences<double>(x, lengths))).statistics;
        Journal journal;
        const MaximumAPosteriori<Prior> map{prior};
        map(next, seen, journal);
        penalty = map.penalty(next);
    }
};

}  // namespace

TEST_CASE("a flat prior adds nothing") {
    const auto s = HiddenMarkovPrior<>{}(model());
    CHECK(s.chain.initial.isZero(0));
    CHECK(s.chain.transition.isZero(0));
    CHECK(kit::flat(s.emission) == kit::flat(model().emission().zero_statistics()));

    const Step<HiddenMarkovPrior<>> step({});
    auto expected = model();
    expected.maximize(step.seen);
    CHECK(step.next.to_vector() == expected.to_vector());
    CHECK(step.penalty == 0);
}

TEST_CASE("a concentration is pseudo-counts of what is allowed, and stay more of the diagonal") {
    const auto s = HiddenMarkovPrior<>{3, 1.5, 4}(model());
    CHECK(s.chain.initial == Eigen::Vector3d(2, 2, 0));
    CHECK(s.chain.transition == Eigen::Matrix3d{{4.5, .5, 0}, {.5, 4.5, .5}, {.5, .5, 0}});
    CHECK(kit::flat(s.emission) == kit::flat(model().emission().zero_statistics()));
    const HiddenMarkovPrior<GammaPrior> with_rates{1, 1, 0, {.shape = 3, .rate = 2}};
    CHECK(kit::flat(with_rates(model()).emission) ==
          kit::flat(GammaPrior{.shape = 3, .rate = 2}(model().emission())));
}

TEST_CASE("the M-step with the prior is the mode in closed form") {
    const double begin = 2.5, move = 1.25, stay = 7;
    const Step<HiddenMarkovPrior<GammaPrior>> step({begin, move, stay, {.shape = 3, .rate = 2}});
    Eigen::Vector3d initial;
    Eigen::Matrix3d transition;
    double penalty = 0;
    for (Index i = 0; i < 3; ++i) {
        initial(i) = model().initial()(i) > 0 ? step.seen.chain.initial(i) + begin - 1 : 0;
        for (Index j = 0; j < 3; ++j)
            transition(i, j) = model().transition()(i, j) > 0
                                   ? step.seen.chain.transition(i, j) + move - 1 + (i == j ? stay : 0)
                                   : 0;
        transition.row(i) /= transition.row(i).sum();
    }
    initial /= initial.sum();
    CHECK(step.next.initial().isApprox(initial, 1e-14));
    CHECK(step.next.transition().isApprox(transition, 1e-14));

    // Of the rates, Gamma(3, 2): (shape − 1 + Σ x) / (rate + n).
    auto by_hand = model().emission();
    auto together = GammaPrior{.shape = 3, .rate = 2}(by_hand);
    penalty += [&] {
        auto with = by_hand;
        auto both = together;
        add(both, step.seen.emission);
        with.maximize(both);
        CHECK(step.next.emission().rates() == with.rates());
        return with.expected_log_density(together);
    }();
    for (Index i = 0; i < 3; ++i) {
        if (initial(i) > 0) penalty += (begin - 1) * std::log(initial(i));
        for (Index j = 0; j < 3; ++j)
            if (transition(i, j) > 0)
                penalty += (move - 1 + (i == j ? stay : 0)) * std::log(transition(i, j));
    }
    CHECK_THAT(step.penalty, WithinRel(penalty, 1e-12));
}

TEST_CASE("what the chain forbids stays forbidden, whatever the prior") {
    const ExpectationMaximization<Batch<>, MaximumAPosteriori<HiddenMarkovPrior<>>> em{
        .mstep = {{50, 50, 50}}, .limits = {.iterations = 200}};
    const auto fit = em.fit(model(), draws(300));
    CHECK(fit.status != Status::objective_decreased);
    CHECK(((fit.model.transition().array() > 0) == (model().transition().array() > 0)).all());
    CHECK(((fit.model.initial().array() > 0) == (model().initial().array() > 0)).all());
    for (std::size_t t = 1; t < fit.trace.size(); ++t)
        CHECK(fit.trace[t] >= fit.trace[t - 1] - 1e-12 * std::abs(fit.trace[t]));
    CHECK_THAT(fit.objective - fit.log_likelihood, WithinRel(em.mstep.penalty(fit.model), 1e-10));
}

TEST_CASE("a state whose moves were never seen has those of the prior") {
    auto next = model();
    auto s = next.zero_statistics();
    s.chain.transition(0, 0) = 3;
    Journal journal;
    MaximumAPosteriori<HiddenMarkovPrior<>>{{2, 2, 1}}(next, s, journal);
    CHECK(next.initial().isApprox(Eigen::Vector3d(0.5, 0.5, 0)));
    CHECK(next.transition().isApprox(Eigen::Matrix3d{{5.0 / 6, 1.0 / 6, 0}, {.25, .5, .25}, {.5, .5, 0}},
                                     1e-15));
}

TEST_CASE("the more a prior is for staying, the longer states last") {
    const Eigen::MatrixXd x = draws(200);
    double before = 0;
    for (const double stay : {0.0, 10.0, 100.0, 10'000.0}) {
        const ExpectationMaximization<Batch<>, MaximumAPosteriori<HiddenMarkovPrior<>>> em{
            .mstep = {{.stay = stay}}, .limits = {.iterations = 300}};
        const double lasts = em.fit(model(), x).model.transition().diagonal().head(2).minCoeff();
        CHECK(lasts >= before);
        before = lasts;
    }
    CHECK(before > 0.95);
}

TEST_CASE("tied rows share the pseudo-counts of all of them") {
    MarkovChain chain(Eigen::Vector3d(1, 0, 0), Eigen::Matrix3d{{.5, .5, 0}, {.2, .4, .4}, {.2, .4, .4}});
    chain.tie_rows({0, 1, 1});
    Counts next(chain, model().emission());
    auto s = next.zero_statistics();
    s.chain.transition(1, 0) = 3;
    Journal journal;
    MaximumAPosteriori<HiddenMarkovPrior<>>{{.transition_concentration = 2}}(next, s, journal);
    // (2 + 3, 2, 2) / 9
    for (const Index i : {1, 2})
        CHECK(next.transition().row(i).isApprox(Eigen::RowVector3d(5, 2, 2) / 9, 1e-15));
}

TEST_CASE("concentrations below one, and chains that are for leaving, are refused") {
    const auto refused = [](const HiddenMarkovPrior<>& prior) { prior(model()); };
    const std::string text = "latent::HiddenMarkovPrior: initial_concentration is ";
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH(
        refused({0.5, 2, 0}),
        text + "0.5, transition_concentration is 2 and stay is 0, expected at least 1, 1 and 0, and finite");
    CHECK_THROWS_WITH(refused({std::nan(""), 1, 0}), StartsWith(text + "nan"));
    CHECK_THROWS_WITH(refused({1, std::numeric_limits<double>::infinity(), 0}),
                      StartsWith(text + "1, transition_concentration is inf"));
    CHECK_THROWS_WITH(refused({1, 0.9, 0}), StartsWith(text + "1, transition_concentration is 0.9"));
    CHECK_THROWS_WITH(refused({1, 1, -1}), ContainsSubstring("stay is -1"));
    CHECK_THROWS_AS(refused({nan, 1, 0}), std::invalid_argument);
    CHECK_THROWS_AS(refused({1, nan, 0}), std::invalid_argument);
    CHECK_THROWS_AS(refused({1, 1, nan}), std::invalid_argument);
    const ExpectationMaximization<Batch<>, MaximumAPosteriori<HiddenMarkovPrior<>>> em{.mstep = {{0, 1, 0}}};
    CHECK_THROWS_WITH(em.fit(model(), draws(20)), StartsWith(text + "0"));
}
