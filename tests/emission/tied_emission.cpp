// States that share a density, against the family itself.
#include "latent/emission/tied_emission.hpp"

#include "catch.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/core/archive.hpp"
#include "latent/emission/normal_inverse_wishart.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/hidden_markov_prior.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "naive_hidden_markov.hpp"

using namespace latent;

namespace {

using naive::Normal;
using TiedNormal = TiedEmission<Normal>;

Normal normals(Index K, std::uint64_t seed = 3) {
    Random random(seed);
    return naive::random_emission(K, random, static_cast<Normal*>(nullptr));
}

/// Two regimes on a line: the first lasts two steps or more, since it is two states in series.
HiddenMarkovModel<TiedNormal> regimes(double mean, double go, double variance) {
    const Eigen::Matrix3d transition{{1 - go, go, 0}, {0, 1 - go, go}, {0.1, 0, 0.9}};
    const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(1, 1);
    return {Eigen::Vector3d(0.5, 0, 0.5), transition,
            TiedNormal(Normal(Eigen::RowVector2d(0, mean), {one, variance * one}), {0, 0, 1})};
}

template <class M>
Eigen::MatrixXd draws(const M& m, Index n) {
    Random random(4);
    return m.sample(n, random).x;
}

void check_tied(const HiddenMarkovModel<TiedNormal>& m) {
    const TiedNormal& e = m.emission();
    CHECK(e.group() == std::vector<Index>{0, 0, 1});
    CHECK(e.means().col(0) == e.means().col(1));
    const Eigen::MatrixXd x = Eigen::RowVectorXd::LinSpaced(20, -5, 9);
    const Eigen::MatrixXd log_p = naive::log_densities(e, x);
    CHECK(log_p.row(0) == log_p.row(1));
    CHECK(log_p.row(0) != log_p.row(2));
    const Eigen::Matrix3d allowed{{1, 1, 0}, {0, 1, 1}, {1, 0, 1}};
    CHECK((m.transition().array() > 0).cast<double>().matrix() == allowed);
    CHECK(m.initial()(1) == 0);
}

template <class R>
void check_rises(const R& fit) {
    CHECK(fit.converged());
    for (std::size_t t = 1; t < fit.trace.size(); ++t)
        CHECK(fit.trace[t] >= fit.trace[t - 1] - 1e-12 * std::abs(fit.trace[t]));
}

}  // namespace

TEST_CASE("groups of one state each are the family, to the bit") {
    for (const Index K : {2, 3, 6}) {
        CAPTURE(K);
        Random random(1);
        const MarkovChain chain = naive::random_chain(K, random, 0.5);
        std::vector<Index> each;
        for (Index k = 0; k < K; ++k) each.push_back(k);
        const HiddenMarkovModel<Normal> plain(chain, normals(K));
        const HiddenMarkovModel<TiedNormal> tied(chain, TiedNormal(normals(K), each));
        const Eigen::MatrixXd x = draws(HiddenMarkovModel<Normal>(chain, normals(K, 7)), 700);
        CHECK(tied.parameters() == plain.parameters());
        CHECK(tied.to_vector() == plain.to_vector());
        CHECK(tied.predict_proba(x) == plain.predict_proba(x));
        const ExpectationMaximization<> em{.limits = {.iterations = 20}};
        const auto fit = em.fit(tied, x);
        const auto expected = em.fit(plain, x);
        CHECK(fit.trace == expected.trace);
        CHECK(fit.model.to_vector() == expected.model.to_vector());
    }
}

TEST_CASE("densities are copies of the family's, in the order of the groups") {
    const std::vector<Index> group{2, 0, 2, 1, 0};
    const TiedNormal e(normals(3), group);
    CHECK(e.size() == 5);
    CHECK(e.dimension() == 2);
    CHECK(e.parameters() == normals(3).parameters());
    CHECK(e.coordinates() == normals(3).coordinates());
    const Eigen::MatrixXd x = naive::observations<double>(2, 19, 1);
    const Eigen::MatrixXd all = naive::log_densities(e, x), own = naive::log_densities(normals(3), x);
    for (Index k = 0; k < 5; ++k) {
        CHECK(all.row(k) == own.row(group[static_cast<std::size_t>(k)]));
        CHECK(e.means().col(k) == normals(3).means().col(group[static_cast<std::size_t>(k)]));
    }
    Random one(6), other(6);
    Eigen::Vector2d a, b;
    e.sample(3, one, a.data());
    normals(3).sample(1, other, b.data());
    CHECK(a == b);
}

TEST_CASE("probabilities of symbols are copied as their logarithms are") {
    using Symbols = naive::Symbols;
    Random random(8);
    const Symbols family = naive::random_emission(2, random, static_cast<Symbols*>(nullptr));
    const TiedEmission<Symbols> e(family, {1, 0, 1});
    const Panel<double> x = naive::packed<double>(Eigen::RowVectorXd{{0, 5, 3, 3, 1}});
    Panel<double> log_p, p;
    e.log_density(x, log_p);
    e.density(x, p);
    for (Index k = 0; k < 3; ++k)
        for (Index i = 0; i < 5; ++i) CHECK_THAT(p(i, k), WithinRel(std::exp(log_p(i, k)), 1e-14));
    const HiddenMarkovModel<TiedEmission<Symbols>> m(MarkovChain(3), e);
    const Eigen::MatrixXd sequence = draws(m, 300);
    CHECK_THAT(m.score(sequence), WithinRel(m.score_samples(sequence).sum(), 1e-13));
}

TEST_CASE("a tied family is kept with its groups") {
    const TiedNormal from(normals(2), {1, 0, 1});
    TiedNormal to(normals(3), {0, 1, 2});
    ArchiveWriter archive;
    archive.write(from);
    ArchiveReader(archive.bytes()).read(to);
    CHECK(to.group() == from.group());
    CHECK(to.means() == from.means());
}

TEST_CASE("what the states of a group emit is pooled") {
    const std::vector<Index> group{1, 0, 1, 1};
    const TiedNormal e(normals(2), group);
    const Eigen::MatrixXd x = naive::observations<double>(2, 29, 1);
    const Eigen::MatrixXd r = naive::observations<double>(29, 4, 5).cwiseAbs();
    Eigen::MatrixXd pooled = Eigen::MatrixXd::Zero(29, 2);
    for (Index k = 0; k < 4; ++k) pooled.col(group[static_cast<std::size_t>(k)]) += r.col(k);
    auto s = e.zero_statistics(), expected = e.zero_statistics();
    e.accumulate(naive::packed<double>(x), naive::table<double>(r, 0), s);
    normals(2).accumulate(naive::packed<double>(x), naive::table<double>(pooled, 0), expected);
    const auto a = naive::flat(s), b = naive::flat(expected);
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) CHECK_THAT(a[i], WithinRel(b[i], 1e-14));

    auto next = e;
    next.maximize(s);
    for (Index g = 0; g < 2; ++g) {
        const Eigen::VectorXd mean = x * pooled.col(g) / pooled.col(g).sum();
        CHECK(next.family().means().col(g).isApprox(mean, 1e-13));
    }
    next.reset(s);
    CHECK(naive::flat(s) == naive::flat(next.zero_statistics()));
}

TEST_CASE("a model of how long a regime lasts is fitted, its states tied all the way") {
    const auto truth = regimes(4, 0.3, 2);
    CHECK(truth.parameters() == 1 + 3 + 4);
    const Eigen::MatrixXd x = draws(truth, 2000);
    const auto start = regimes(2, 0.5, 1);

    const auto plain = ExpectationMaximization<>{.limits = {.iterations = 5000}}.fit(start, x);
    check_rises(plain);
    check_tied(plain.model);
    CHECK(plain.objective > truth.score(x));
    CHECK_THAT(plain.model.means()(0, 2), WithinAbs(4, 0.2));
    CHECK_THAT(plain.model.transition()(1, 2), WithinAbs(0.3, 0.1));

    const auto squarem =
        ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem>{}.fit(start, x);
    check_rises(squarem);
    check_tied(squarem.model);
    CHECK_THAT(squarem.objective, WithinAbs(plain.objective, 1e-2));

    const Eigen::VectorXd one = Eigen::VectorXd::Ones(1);
    using Prior = HiddenMarkovPrior<NormalInverseWishart>;
    const ExpectationMaximization<Batch<>, MaximumAPosteriori<Prior>> map{
        .mstep = {{1.5, 1.5, 0.5, {one, 0.1, 4, one}}}, .limits = {.iterations = 5000}};
    const auto by_map = map.fit(start, x);
    check_rises(by_map);
    check_tied(by_map.model);
}

TEST_CASE("a prior on the family reaches its members once") {
    const TiedNormal e(normals(2), {0, 0, 0, 1});
    const NormalInverseWishart prior{Eigen::Vector2d::Zero(), 1, 5, Eigen::Matrix2d::Identity()};
    const HiddenMarkovModel<TiedNormal> m(MarkovChain(4), e);
    const auto s = HiddenMarkovPrior<NormalInverseWishart>{1, 1, 0, prior}(m).emission;
    CHECK(naive::flat(s) == naive::flat(prior(normals(2))));
}

TEST_CASE("states leave their group, a group without states leaves the family") {
    TiedNormal e(normals(3), {2, 0, 2, 1});
    e.remove(0);
    CHECK(e.group() == std::vector<Index>{0, 2, 1});
    CHECK(e.family().size() == 3);
    e.remove(0);
    CHECK(e.group() == std::vector<Index>{1, 0});
    CHECK(e.family().means() == normals(3).means().rightCols(2));
}

TEST_CASE("a state starts anew inside another group, not inside its own") {
    const TiedNormal e(normals(2), {0, 0, 1});
    Random random(1);
    TiedNormal same = e, other = e;
    same.split_from(0, 1, random);
    CHECK(same.means() == e.means());
    other.split_from(0, 2, random);
    CHECK(other.means().col(0) == other.means().col(1));
    CHECK(other.means().col(0) != e.means().col(0));
    CHECK(other.means().col(2) == e.means().col(2));
    CHECK(other.family().covariance(0) == e.family().covariance(1));
}

TEST_CASE("a collapsed member is lifted to the floor") {
    const auto m = regimes(4, 0.3, 2);
    Eigen::MatrixXd x = draws(m, 200);
    for (double& value : x.reshaped())
        if (value > 2) value = 4;
    const auto fit = ExpectationMaximization<>{.limits = {.iterations = 200}}.fit(m, x);
    CHECK(fit.status != Status::degenerate);
    REQUIRE(!fit.events.empty());
    for (const Event& e : fit.events) {
        CHECK(e.action == Action::floored);
        CHECK(e.component == 2);
    }
    check_tied(fit.model);
}

TEST_CASE("groups that do not fit are refused") {
    CHECK_THROWS_WITH(TiedNormal(normals(2), {0, 2, 1}),
                      "latent::TiedEmission: group[1] is 2, expected 0 … 1");
    CHECK_THROWS_WITH(TiedNormal(normals(2), {0, 1, -1}),
                      "latent::TiedEmission: group[2] is -1, expected 0 … 1");
    CHECK_THROWS_WITH(TiedNormal(normals(3), {0, 2, 0}), "latent::TiedEmission: no state is in group 1");
    CHECK_THROWS_WITH(TiedNormal(normals(1), {}), "latent::TiedEmission: no state is in group 0");
    CHECK_THROWS_WITH(HiddenMarkovModel<TiedNormal>(MarkovChain(2), TiedNormal(normals(2), {0, 1, 1})),
                      "latent::HiddenMarkovModel: the chain has 2 states, but the emission has 3");
}
