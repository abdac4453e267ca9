// The structure of a hidden Markov model stays exactly as it is through every kind of fit.
#include "catch.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/estep/annealed.hpp"
#include "latent/estep/hard.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_prior.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "naive_hidden_markov.hpp"

using namespace latent;

namespace {

using Model = GaussianHMM<Diagonal>;
using Prior = HiddenMarkovPrior<>;

Gaussian<Diagonal> emission(double shift) {
    const Eigen::MatrixXd means{{-3, 0, 3, 6}};
    const std::vector<Eigen::MatrixXd> covariances(4, Eigen::MatrixXd::Constant(1, 1, 1.0));
    return {means.array() + shift, covariances};
}

/// Left to right with one way round, and what it is fitted to.
MarkovChain left_right() {
    const Eigen::Matrix4d transition{{.7, .2, .1, 0}, {0, .6, .4, 0}, {0, 0, .5, .5}, {.3, 0, 0, .7}};
    return {Eigen::Vector4d(.6, .4, 0, 0), transition};
}

/// visit(model after it) for every kind of fit from `start` to draws of the left-right chain.
template <class Check>
void check_fits(const Model& start, const Check& check) {
    Random random(1);
    const Model truth(left_right(), emission(0));
    const std::vector<Index> lengths{300, 40, 3, 1, 156};
    const Eigen::MatrixXd x = naive::draw(truth, lengths, random);
    const Sequences<double> data(x, lengths);
    const Limits limits{.iterations = 25};
    const auto fit_by = [&](const auto& em) {
        const auto result = em.fit(start, data);
        CHECK((result.status == Status::converged || result.status == Status::iteration_limit));
        check(result.model);
    };
    using MAP = MaximumAPosteriori<Prior>;
    const MAP map{{.initial_concentration = 2, .transition_concentration = 3, .stay = 1}};
    fit_by(ExpectationMaximization<>{.limits = limits});
    fit_by(ExpectationMaximization<Batch<>, MAP>{.mstep = map, .limits = limits});
    fit_by(ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem>{.limits = limits});
    fit_by(ExpectationMaximization<Batch<>, MAP, Sequential, Squarem>{.mstep = map, .limits = limits});
    fit_by(ExpectationMaximization<Batch<>, MaximumLikelihood<NoRemedy>>{.limits = limits});
    fit_by(ExpectationMaximization<Batch<>, MaximumLikelihood<Ridge>>{.limits = limits});
    fit_by(ExpectationMaximization<Batch<Hard>>{.limits = limits});
    fit_by(ExpectationMaximization<Batch<Stochastic>>{.limits = limits});
    fit_by(ExpectationMaximization<Batch<Annealed>>{.limits = limits});
    fit_by(ExpectationMaximization<Stepwise<>>{.estep = {.batch = 2}, .limits = limits});
}

template <class A, class B>
bool same_zeros(const A& a, const B& b) {
    return ((a.array() == 0) == (b.array() == 0)).all();
}

}  // namespace

TEST_CASE("what a chain forbids stays forbidden, and what it allows is learned") {
    const Model start(left_right(), emission(0.3));
    check_fits(start, [&](const Model& m) {
        CHECK((m.initial().tail(2).array() == 0).all());
        for (Index i = 0; i < 4; ++i)
            for (Index j = 0; j < 4; ++j)
                if (start.transition()(i, j) == 0) CHECK(m.transition()(i, j) == 0);
        CHECK(m.transition() != start.transition());
        CHECK((m.transition().rowwise().sum() - Eigen::Vector4d::Ones()).norm() < 1e-13);
        CHECK(m.means() != start.means());
    });
}

TEST_CASE("tied rows stay one row") {
    Eigen::Matrix4d transition = Eigen::Matrix4d::Constant(0.25);
    transition.row(3) << .1, .1, .1, .7;
    Model start(Eigen::Vector4d::Constant(0.25), transition, emission(0.3));
    start.chain().tie_rows({0, 1, 0, 1});
    check_fits(start, [&](const Model& m) {
        CHECK(m.transition().row(0) == m.transition().row(2));
        CHECK(m.transition().row(1) == m.transition().row(3));
        CHECK(m.transition().row(0) != start.transition().row(0));
        CHECK(m.transition().row(0) != m.transition().row(1));
    });
}

TEST_CASE("fixed blocks do not move by a bit, the others do") {
    const Model free(left_right(), emission(0.3));
    SECTION("the initial distribution") {
        Model start = free;
        start.chain().fix_initial();
        check_fits(start, [&](const Model& m) {
            CHECK(m.initial() == start.initial());
            CHECK(m.transition() != start.transition());
        });
    }
    SECTION("the transitions") {
        Model start = free;
        start.chain().fix_transition();
        check_fits(start, [&](const Model& m) {
            CHECK(m.transition() == start.transition());
            CHECK(m.initial() != start.initial());
            CHECK(m.means() != start.means());
        });
    }
    SECTION("the emission") {
        Model start = free;
        start.fix_emission();
        check_fits(start, [&](const Model& m) {
            CHECK(m.means() == start.means());
            for (Index k = 0; k < 4; ++k) CHECK(m.covariance(k) == start.covariance(k));
            CHECK(m.transition() != start.transition());
        });
    }
    SECTION("all of them") {
        Model start = free;
        start.chain().fix_initial();
        start.chain().fix_transition();
        start.fix_emission();
        CHECK(start.parameters() == 0);
        CHECK(start.to_vector().empty());
        check_fits(start, [&](const Model& m) {
            CHECK(m.initial() == start.initial());
            CHECK(m.transition() == start.transition());
            CHECK(m.means() == start.means());
        });
    }
}

TEST_CASE("a stationary chain stays stationary, its zeros zeros") {
    Model start(left_right(), emission(0.3));
    start.chain().set_stationary();
    check_fits(start, [&](const Model& m) {
        CHECK(m.chain().stationary());
        CHECK((m.transition().transpose() * m.initial() - m.initial()).norm() < 1e-14);
        CHECK(same_zeros(m.transition(), start.transition()));
        CHECK(m.transition() != start.transition());
    });
    CHECK_THROWS_WITH(start.set_initial(Eigen::Vector4d::Constant(.25)),
                      ContainsSubstring("the chain is stationary"));
}

TEST_CASE("a stationary chain that cannot move has its stationary distribution and learns the emission") {
    Model start(left_right(), emission(0.3));
    start.chain().set_stationary();
    start.chain().fix_transition();
    check_fits(start, [&](const Model& m) {
        CHECK(m.initial() == start.initial());
        CHECK(m.transition() == start.transition());
        CHECK(m.means() != start.means());
    });
}

// More structure is fewer choices: the likelihood at the end is no better than without it.
TEST_CASE("free fits explain the data at least as well as structured ones") {
    Random random(2);
    const Model truth(left_right(), emission(0));
    const Eigen::MatrixXd x = truth.sample(600, random).x;
    const auto fitted = [&](const auto& change) {
        Model start = truth;
        change(start);
        return fit(start, x).log_likelihood;
    };
    const double free = fitted([](Model&) {});
    CHECK(fitted([](Model& m) { m.fix_emission(); }) <= free + 1e-6);
    CHECK(fitted([](Model& m) { m.chain().fix_transition(); }) <= free + 1e-6);
    CHECK(fitted([](Model& m) { m.chain().set_stationary(); }) <= free + 1e-6);
}
