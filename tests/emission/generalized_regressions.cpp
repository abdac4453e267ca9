// What holds of all generalized regressions: properties of emissions, weights, shards, workers, chains, collapse, bad input.
#include "latent/emission/generalized_regressions.hpp"

#include <filesystem>

#include "catch.hpp"
#include "effort.hpp"
#include "kit/absent_file.hpp"
#include "latent/check/check_emission.hpp"
#include "latent/checkpoint/checkpoint.hpp"
#include "latent/emission/binomial_regressions.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/poisson_regressions.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "latent/model/mixture_prior.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

using namespace latent;

namespace {

using Counts = PoissonRegressions<>;
using Shares = BinomialRegressions<>;
static_assert(Collapsible<Counts> && VectorizableEmission<Counts> && Archivable<Counts> && Savable<Counts>);
static_assert(Collapsible<Shares> && VectorizableEmission<Shares> && !TakesMissing<Shares>);

/// Two components that differ.
template <class E>
E two_regressions() {
    return E(Eigen::Matrix2d{{1.5, 0.5}, {-0.8, 0.9}});
}
/// n observations, intercept, regressor and response, of the component that which(i) names.
template <class E, class Which>
Eigen::MatrixXd draw_responses(Index n, const Which& which) {
    const E e = two_regressions<E>();
    Random random(8);
    Eigen::MatrixXd x(e.dimension(), n);
    for (Index i = 0; i < n; ++i) {
        x.col(i).head(2) << 1, 4 * random.uniform() - 2;
        const double mean = e.predictions(x.col(i).head(2))(which(i), 0);
        double y = 0;
        if constexpr (std::is_same_v<E, Shares>) {
            x(2, i) = static_cast<double>(5 + i % 9);
            for (double trial = 0; trial < x(2, i); ++trial) y += random.uniform() < mean;
        } else {
            Poisson<>(Eigen::MatrixXd::Constant(1, 1, mean)).sample(0, random, &y);
        }
        x(e.dimension() - 1, i) = y;
    }
    return x;
}
Index every_third(Index i) { return i % 3 == 0; }
template <class E>
Mixture<E> start_beside() {
    return Mixture<E>(E(Eigen::Matrix2d{{1.0, 0.4}, {-0.3, 0.3}}));
}

}  // namespace

TEMPLATE_TEST_CASE("generalized regressions are an emission, but for what is drawn", "", Counts, Shares) {
    const Eigen::MatrixXd x = draw_responses<TestType>(effort(150, 60), every_third);
    const CheckReport report = check_emission(two_regressions<TestType>(), x);
    INFO(report);
    CHECK(report.findings().size() == 2);
    CHECK(report.found("draws are observations"));
    CHECK(report.found("draws follow the density"));
}

TEMPLATE_TEST_CASE("a mixture finds the regressions, with the same bits by any number of workers", "", Counts,
                   Shares) {
    const Eigen::MatrixXd x = draw_responses<TestType>(effort(12'000, 3000), every_third);
    const auto one = fit(start_beside<TestType>(), x, Limits{.iterations = 60});
    CHECK(one.sound());
    const TestType& e = one.model.emission();
    CHECK((e.coefficients() - two_regressions<TestType>().coefficients()).cwiseAbs().maxCoeff() < 0.12);
    CHECK_THAT(one.model.weights()(1), WithinAbs(1.0 / 3, 0.03));
    for (const Index workers : {2, 3}) {
        const auto other = fit(start_beside<TestType>(), x, Limits{.iterations = 60}, Threads{workers});
        CHECK(other.trace == one.trace);
        CHECK(other.model.to_vector() == one.model.to_vector());
    }
}

TEMPLATE_TEST_CASE("weights are copies, and the order of observations is free", "", Counts, Shares) {
    const Eigen::MatrixXd x = draw_responses<TestType>(200, every_third);
    std::vector<double> weights;
    Eigen::MatrixXd copies(x.rows(), 0);
    for (Index i = 0; i < 200; ++i) {
        weights.push_back(static_cast<double>(i % 4));
        for (Index copy = 0; copy < i % 4; ++copy) {
            copies.conservativeResize(Eigen::NoChange, copies.cols() + 1);
            copies.col(copies.cols() - 1) = x.col(i);
        }
    }
    const Limits ten{.iterations = 10};
    const auto weighted =
        fit(start_beside<TestType>(), Observations<double>(x).with_weights(weights.data()), ten);
    const auto copied = fit(start_beside<TestType>(), copies, ten);
    const auto reversed = fit(start_beside<TestType>(), copies.rowwise().reverse().eval(), ten);
    for (const auto* other : {&copied, &reversed}) {
        CHECK_THAT(other->objective, WithinRel(weighted.objective, 1e-12));
        CHECK(
            other->model.emission().coefficients().isApprox(weighted.model.emission().coefficients(), 1e-9));
    }
}

TEMPLATE_TEST_CASE("mini-batches blend samples that do not grow beyond the data", "", Counts, Shares) {
    const Eigen::MatrixXd x = draw_responses<TestType>(3000, every_third);
    const auto whole = fit(start_beside<TestType>(), x);
    const auto swept = fit(start_beside<TestType>(), x, Stepwise<>{}, Limits{.iterations = 60});
    CHECK((swept.model.emission().coefficients() - whole.model.emission().coefficients())
              .cwiseAbs()
              .maxCoeff() < 0.1);
}

TEMPLATE_TEST_CASE("a fit goes on from its checkpoint with the same bits", "", Counts, Shares) {
    const Eigen::MatrixXd x = draw_responses<TestType>(300, every_third);
    const auto straight = fit(start_beside<TestType>(), x, Limits{.iterations = 8});
    const kit::AbsentFile file;
    fit(start_beside<TestType>(), x, Limits{.iterations = 5}, Checkpoint{file.path});
    const auto resumed = fit(start_beside<TestType>(), x, Limits{.iterations = 8}, Checkpoint{file.path});
    CHECK(resumed.trace == straight.trace);
    CHECK(resumed.model.to_vector() == straight.model.to_vector());
}

TEMPLATE_TEST_CASE("regressions of counts switch in a hidden Markov model", "", Counts, Shares) {
    const auto blocks = [](Index i) { return i / 25 % 2; };
    const Eigen::MatrixXd x = draw_responses<TestType>(800, blocks);
    const auto fitted = fit(HMM<TestType>(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.9, 0.1}, {0.1, 0.9}},
                                          start_beside<TestType>().emission()),
                            x);
    CHECK(fitted.converged());
    for (std::size_t t = 1; t < fitted.trace.size(); ++t)
        REQUIRE(fitted.trace[t] >= fitted.trace[t - 1] - 1e-9);
    const auto path = fitted.model.viterbi(x).states;
    Index agree = 0;
    for (Index i = 0; i < 800; ++i) agree += path[static_cast<std::size_t>(i)] == blocks(i);
    CHECK(agree > 740);
}

TEST_CASE(
    "responses that regressors tell apart end in finite coefficients and a flaw, data seen before mend it") {
    Eigen::MatrixXd x(4, 30);
    for (Index i = 0; i < 30; ++i) x.col(i) << 1, 0.3 * static_cast<double>(i), 1, i < 12 ? 0 : 1;
    const Mixture<Shares> shape(1, 2);
    const auto apart = fit(shape, x);
    CHECK(apart.converged());
    CHECK(apart.model.emission().coefficients().allFinite());
    CHECK_THAT(apart.log_likelihood, WithinAbs(0, 1e-9));
    CHECK(apart.flaws == std::vector{Flaw{0, Cause::unbounded}});
    CHECK_FALSE(apart.sound());
    REQUIRE(apart.events.size() == 1);
    CHECK(apart.events[0].action == Action::kept);
    const auto dropped = fit(shape, x, MaximumLikelihood<Drop>{});
    CHECK(dropped.status == Status::degenerate);  // the last one is not

    const auto half = [](const Shares& e) {  // one trial at each end, half of it a success
        WeightedSample s = e.zero_statistics();
        s.value = {1, 0, 1, 0.5, 1, 8.7, 1, 0.5};
        s.weight = {1, 1};
        return s;
    };
    const auto mended = fit(shape, x, MaximumAPosteriori{MixturePrior{1.0, half}});
    CHECK(mended.sound());
    CHECK(mended.model.emission().coefficients().cwiseAbs().maxCoeff() < 20);
}

TEST_CASE("generalized regressions refuse what they cannot be") {
    CHECK_THROWS_WITH(Counts(Eigen::MatrixXd::Constant(1, 1, std::nan(""))),
                      "latent::PoissonRegressions: coefficients(0, 0) is nan, expected a finite number");
    CHECK_THROWS_WITH(Shares(0, 2), ContainsSubstring("coefficients is 2 × 0"));
    CHECK_THROWS_WITH(Counts(2, 2).predictions(Eigen::MatrixXd::Zero(1, 4)),
                      "latent::PoissonRegressions::predictions: x has 1 rows, expected p = 2 regressors");
    const auto refused = [](const auto& e, Eigen::VectorXd x) {
        fit(Mixture(e), Eigen::MatrixXd(x.replicate(1, 5)), Limits{.iterations = 1});
    };
    CHECK_THROWS_WITH(refused(Counts(2, 2), Eigen::Vector3d(1, 2, -1)),
                      ContainsSubstring("latent::PoissonRegressions: observation 0 has the response -1, "
                                        "expected a count 0, 1, 2, …"));
    CHECK_THROWS_WITH(refused(Counts(2, 2), Eigen::Vector3d(1, 2, 1.5)), ContainsSubstring("response 1.5"));
    CHECK_THROWS_WITH(refused(Counts(2, 2), Eigen::Vector3d(1, std::nan(""), 1)),
                      ContainsSubstring("dimension 1 is nan"));
    CHECK_THROWS_WITH(refused(Shares(2, 1), Eigen::Vector3d(1, 5, 7)),
                      ContainsSubstring("observation 0 has the response 5 7, expected no more successes, the "
                                        "second, than trials, the first"));
    CHECK_THROWS_WITH(refused(Shares(2, 1), Eigen::Vector3d(1, 5.5, 3)),
                      ContainsSubstring("expected trials and successes, counts 0, 1, 2, …"));
    Random random(1);
    CHECK_THROWS_WITH(
        Mixture(two_regressions<Counts>()).sample(3, random),
        "latent::PoissonRegressions: nothing can be drawn, for the regressors have no distribution");
}
