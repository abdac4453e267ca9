// Numbers that books print of hidden Markov models. Each test names its source.
#include <algorithm>

#include "catch.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/data/csv.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/hidden_markov_model.hpp"

using namespace latent;

namespace {

using Symbols = HiddenMarkovModel<Categorical<>>;
using Counts = HiddenMarkovModel<Poisson<>>;

/// emission(m, k) = p(symbol m | state k).
Symbols two_states(const Eigen::Vector2d& initial, const Eigen::Matrix2d& transition,
                   const Eigen::MatrixXd& emission) {
    return {initial, transition, Categorical<>(emission)};
}

void check_near(const Eigen::MatrixXd& value, const Eigen::MatrixXd& printed, double precision) {
    REQUIRE(value.rows() == printed.rows());
    REQUIRE(value.cols() == printed.cols());
    CHECK((value - printed).cwiseAbs().maxCoeff() < precision);
}

/// Runs of equal states, as (state, length).
std::vector<std::pair<Index, Index>> runs(const std::vector<Index>& states) {
    std::vector<std::pair<Index, Index>> result;
    for (const Index state : states) {
        if (result.empty() || result.back().first != state) result.emplace_back(state, 0);
        ++result.back().second;
    }
    return result;
}

template <class M>
Result<M> iterate(const M& start, const Eigen::MatrixXd& x, int iterations) {
    const ExpectationMaximization<> em{{}, {}, {}, {}, Aitken{0}, {.iterations = iterations}, {}};
    return em.fit(start, x);
}

template <class M>
Result<M> fit_to_the_end(const M& start, const Eigen::MatrixXd& x) {
    const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem> em{
        {}, {}, {}, {}, Aitken{1e-16}, {.iterations = 20'000}, {}};
    const auto result = em.fit(start, x);
    CHECK(result.converged());
    return result;
}

// -----------------------------------------------------------------------------------------------------------

Eigen::RowVectorXd ice_creams() {
    Eigen::RowVectorXd x(34);  // symbols 0 … 2 for one to three ice creams; 3 is the end
    x << 2, 3, 3, 2, 3, 2, 3, 2, 2, 3, 1, 3, 3, 1, 1, 1, 2, 1, 1, 1, 3, 1, 2, 1, 1, 1, 2, 3, 3, 2, 3, 2, 2, 4;
    return x.array() - 1;
}

/// Cold and hot days, and the end: a state that is never left and that alone emits the symbol of the end.
Symbols cold_and_hot() {
    const Eigen::Matrix3d transition{{.8, .1, .1}, {.1, .8, .1}, {0, 0, 1}};
    const Eigen::MatrixXd emission{{.7, .1, 0}, {.2, .2, 0}, {.1, .7, 0}, {0, 0, 1}};
    return {Eigen::Vector3d(.5, .5, 0), transition, Categorical<>(emission)};
}

/// Earthquakes of magnitude 7 or more in the years 1900 … 2006.
Eigen::MatrixXd earthquakes() {
    return read_csv(std::filesystem::path(LATENT_TEST_DATA) / "hidden_markov_models" /
                    "earthquakes-poisson-3" / "X.csv")
        .values;
}

Counts earthquake_start(const Eigen::RowVectorXd& rates) {
    const Index m = rates.size();
    Eigen::MatrixXd transition = Eigen::MatrixXd::Constant(m, m, 0.1);
    transition.diagonal().setConstant(1 - 0.1 * static_cast<double>(m - 1));
    return {Eigen::VectorXd::Constant(m, 1 / static_cast<double>(m)), transition, Poisson<>(rates)};
}

struct Printed {
    Index parameters;
    double minus_log_likelihood, aic, bic;
};

template <class M>
void check_printed(const M& model, const Printed& printed, double precision) {
    const Eigen::MatrixXd x = earthquakes();
    CHECK(model.parameters() == printed.parameters);
    CHECK_THAT(-model.score(x), WithinAbs(printed.minus_log_likelihood, precision));
    CHECK_THAT(model.aic(x), WithinAbs(printed.aic, 0.051));
    CHECK_THAT(model.bic(x), WithinAbs(printed.bic, 0.051));
}

Counts fit_stationary(const Eigen::RowVectorXd& rates, const Printed& printed) {
    Counts start = earthquake_start(rates);
    start.chain().set_stationary();
    const Counts model = fit_to_the_end(start, earthquakes()).model;
    check_printed(model, printed, 6e-5);
    return model;
}

}  // namespace

// Russell & Norvig, "Artificial Intelligence: A Modern Approach", section 14.2.
TEST_CASE("the umbrella world") {
    const Symbols rain =
        two_states({.5, .5}, Eigen::Matrix2d{{.7, .3}, {.3, .7}}, Eigen::Matrix2d{{.9, .2}, {.1, .8}});
    const Eigen::MatrixXd two = Eigen::RowVector2d(0, 0);
    check_near(rain.filter(two).row(0), Eigen::RowVector2d(.8182, .8834), 6e-5);
    CHECK_THAT(rain.predict_proba(two)(0, 0), WithinAbs(.8834, 6e-5));

    Eigen::MatrixXd five(1, 5), filtered(1, 5), smoothed(1, 5);
    five << 0, 0, 1, 0, 0;
    filtered << .8182, .8834, .1907, .7308, .8673;
    smoothed << .8673, .8204, .3075, .8204, .8673;
    const Eigen::MatrixXd posterior = rain.predict_proba(five);
    check_near(rain.filter(five).row(0), filtered, 6e-5);
    check_near(posterior.row(0), smoothed, 6e-5);
    CHECK_THAT(rain.score(five), WithinAbs(-3.372502, 6e-7));
    // The book has a day 0 without an observation, from which day 1 is drawn. Read backward the chain is the
    // same.
    CHECK_THAT((rain.transition() * posterior.col(0))(0), WithinAbs(.6469, 6e-5));
}

// Stamp (2004), "A revealing introduction to hidden Markov models": sizes of tree rings, hot (0) and cold (1) years.
TEST_CASE("tree rings") {
    const Symbols years = two_states({.6, .4}, Eigen::Matrix2d{{.7, .3}, {.4, .6}},
                                     Eigen::MatrixXd{{.1, .7}, {.4, .2}, {.5, .1}});
    const Eigen::MatrixXd rings = Eigen::RowVector4d(0, 1, 0, 2);
    CHECK_THAT(std::exp(years.score(rings)), WithinAbs(.0096296, 6e-8));
    check_near(years.predict_proba(rings).row(0), Eigen::RowVector4d(.18817, .51943, .22888, .80398), 6e-6);
    const ViterbiPath path = years.viterbi(rings);
    CHECK(path.states == std::vector<Index>{1, 1, 1, 0});
    CHECK_THAT(std::exp(path.log_probability(0)), WithinAbs(.0028224, 6e-9));
    CHECK(years.predict_marginal(rings) == std::vector<Index>{1, 0, 1, 0});
}

// The example of Wikipedia's "Viterbi algorithm": healthy (0) or fever (1); normal, cold, dizzy.
TEST_CASE("healthy or fever") {
    const Symbols patient = two_states({.6, .4}, Eigen::Matrix2d{{.7, .3}, {.4, .6}},
                                       Eigen::MatrixXd{{.5, .1}, {.4, .3}, {.1, .6}});
    const Eigen::MatrixXd visits = Eigen::RowVector3d(0, 1, 2);
    const ViterbiPath path = patient.viterbi(visits);
    CHECK(path.states == std::vector<Index>{0, 0, 1});
    CHECK_THAT(std::exp(path.log_probability(0)), WithinAbs(.01512, 1e-12));
    CHECK_THAT(std::exp(patient.score(visits)), WithinAbs(.03628, 1e-12));
}

// Eisner (2002), "An interactive spreadsheet for teaching the forward-backward algorithm".
TEST_CASE("ice creams in Baltimore") {
    const Eigen::MatrixXd x = ice_creams();
    Eigen::RowVectorXd hot(5);
    hot << .870942, .976926, .989278, .973315, .987404;
    check_near(cold_and_hot().predict_proba(x).row(1).head(5), hot, 6e-7);

    const std::vector<std::pair<Index, Index>> days{{1, 13}, {0, 14}, {1, 6}, {2, 1}};
    CHECK(runs(cold_and_hot().predict(x)) == days);

    const auto fit = iterate(cold_and_hot(), x, 10);
    const double printed[] = {-41.537818, -36.742293, -35.957688, -35.651107};
    for (std::size_t t = 0; t < std::size(printed); ++t)
        CHECK_THAT(fit.trace[t], WithinAbs(printed[t], 6e-7));
    CHECK_THAT(fit.log_likelihood, WithinAbs(-35.334272, 6e-7));
    const Eigen::MatrixXd emission{{.640704, .000158}, {.148087, .534132}, {.211209, .465711}};
    check_near(fit.model.emission().probabilities().topLeftCorner(3, 2), emission, 6e-7);
    check_near(fit.model.transition().topLeftCorner(2, 2),
               Eigen::Matrix2d{{.933723, .066277}, {.071841, .865008}}, 6e-7);
    CHECK(fit.model.transition().row(2) == Eigen::RowVector3d(0, 0, 1));
    CHECK(fit.model.emission().probabilities().col(2) == Eigen::Vector4d(0, 0, 0, 1));
}

// Zucchini & MacDonald (2009), "Hidden Markov Models for Time Series", chapters 1, 3, 5, 6 and appendix A.
TEST_CASE("earthquakes: EM with a free beginning") {
    const Eigen::MatrixXd x = earthquakes();
    CHECK(x.sum() == 2072);
    const double printed[] = {413.27542, 343.76023, 343.13618, 342.91752};
    const auto two = iterate(earthquake_start(Eigen::RowVector2d(10, 30)), x, 50);
    for (std::size_t t = 0; t < std::size(printed); ++t)
        CHECK_THAT(-two.trace[t], WithinAbs(printed[t], 6e-6));
    check_printed(two.model, {5, 341.87870, 693.7574, 707.1216}, 6e-6);
    check_near(two.model.means(), Eigen::RowVector2d(15.420761, 26.018235), 6e-5);
    check_near(two.model.transition().col(0), Eigen::Vector2d(.928374, .119034), 6e-6);
    check_near(two.model.initial(), Eigen::Vector2d(1, 0), 1e-6);

    const double printed_three[] = {342.90781, 332.12143, 330.63689};
    const auto some = iterate(earthquake_start(Eigen::RowVector3d(10, 20, 30)), x, 3);
    for (std::size_t t = 0; t < std::size(printed_three); ++t)
        CHECK_THAT(-some.trace[t], WithinAbs(printed_three[t], 6e-6));
    const auto three = fit_to_the_end(earthquake_start(Eigen::RowVector3d(10, 20, 30)), x);
    CHECK_THAT(-three.log_likelihood, WithinAbs(328.527483, 6e-7));
    check_near(three.model.means(), Eigen::RowVector3d(13.133762, 19.713164, 29.709724), 1e-5);
}

// What R's HiddenMarkov (Harte 2025) and libhmm 4.4 come to, as libhmm's `earthquake_example` prints it.
TEST_CASE("earthquakes: the two rates of HiddenMarkov and libhmm") {
    const auto fit = fit_to_the_end(earthquake_start(Eigen::RowVector2d(15, 25)), earthquakes());
    CHECK_THAT(fit.log_likelihood, WithinAbs(-341.879, 6e-4));
    check_near(fit.model.means(), Eigen::RowVector2d(15.419, 26.015), 6e-3);
    check_near(fit.model.transition().col(0), Eigen::Vector2d(.9284, .1190), 1e-4);
    const std::vector<Index> path = fit.model.viterbi(earthquakes()).states;
    CHECK(std::count(path.begin(), path.end(), 0) == 65);  // quiet years
}

TEST_CASE("earthquakes: decoding and forecast") {
    const Eigen::MatrixXd x = earthquakes();
    const Counts three = fit_to_the_end(earthquake_start(Eigen::RowVector3d(10, 20, 30)), x).model;
    const ViterbiPath path = three.viterbi(x);
    const std::vector<std::pair<Index, Index>> printed{{0, 5}, {2, 6},  {1, 8}, {0, 4},  {1, 19},
                                                       {2, 9}, {1, 17}, {2, 3}, {1, 10}, {0, 26}};
    CHECK(runs(path.states) == printed);
    CHECK_THAT(path.log_probability(0), WithinAbs(-335.433673, 6e-7));
    const std::vector<Index> each = three.predict_marginal(x);
    Index different = 0;
    for (std::size_t t = 0; t < each.size(); ++t) different += each[t] != path.states[t] ? 1 : 0;
    CHECK(different == 3);
    CHECK_THAT(three.forecast(x, 1)(0, 0), WithinAbs(13.853624, 6e-6));
}

TEST_CASE("earthquakes: chains that begin in their stationary distribution") {
    const Counts one = fit_stationary(Eigen::RowVectorXd::Constant(1, 20), {1, 391.9189, 785.8, 788.5});
    CHECK_THAT(one.means()(0, 0), WithinRel(2072.0 / 107, 1e-12));

    const Counts two = fit_stationary(Eigen::RowVector2d(10, 30), {4, 342.3183, 692.6, 703.3});
    check_near(two.means(), Eigen::RowVector2d(15.4723, 26.1254), 6e-5);
    check_near(two.transition().col(0), Eigen::Vector2d(.9340, .1285), 6e-5);
    CHECK_THAT(two.initial()(0), WithinAbs(.6608, 6e-5));

    const Counts three = fit_stationary(Eigen::RowVector3d(10, 20, 30), {9, 329.4603, 676.9, 701.0});
    check_near(three.means(), Eigen::RowVector3d(13.1457, 19.7211, 29.7145), 6e-5);
    check_near(three.initial(), Eigen::Vector3d(.4436, .4045, .1519), 6e-5);

    fit_stationary(Eigen::RowVector4d(10, 15, 20, 30), {16, 327.8316, 687.7, 730.4});
}

// A chain whose rows are all one and which begins in it has no memory.
TEST_CASE("earthquakes: independent mixtures") {
    const auto check = [](const Eigen::RowVectorXd& rates, const Printed& printed) {
        Counts start = earthquake_start(rates);
        start.chain().tie_rows(std::vector<Index>(static_cast<std::size_t>(rates.size()), 0));
        start.chain().set_stationary();
        check_printed(fit_to_the_end(start, earthquakes()).model, printed, 6e-5);
    };
    check(Eigen::RowVector2d(10, 30), {3, 360.3690, 726.7, 734.8});
    check(Eigen::RowVector3d(10, 20, 30), {5, 356.8489, 723.7, 737.1});
    check(Eigen::RowVector4d(10, 15, 20, 30), {7, 356.7337, 727.5, 746.2});
}
