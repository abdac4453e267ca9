// Mixtures as emissions, against mixtures, against their components, and against the textbook's formula.
#include "latent/emission/mixture_emission.hpp"

#include <numbers>

#include "catch.hpp"
#include "latent/acceleration/squarem.hpp"
#include "latent/emission/normal_inverse_wishart.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/estep/hard.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_prior.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "naive_hidden_markov.hpp"

using namespace latent;

namespace {

using Components = naive::Normal;
using GaussianMixtures = MixtureEmission<Components>;

Components components(Index K) {
    Random random(3);
    return naive::random_emission(K, random, static_cast<Components*>(nullptr));
}

/// Two states of three components.
GaussianMixtures emission() { return {Eigen::MatrixXd{{0.5, 0.2}, {0.2, 0.1}, {0.3, 0.7}}, components(6)}; }
HiddenMarkovModel<GaussianMixtures> model() {
    return {Eigen::Vector2d(0.7, 0.3), Eigen::Matrix2d{{0.8, 0.2}, {0.3, 0.7}}, emission()};
}
/// Not at an optimum, its zeros kept.
HiddenMarkovModel<GaussianMixtures> away(const HiddenMarkovModel<GaussianMixtures>& m) {
    auto v = m.to_vector();
    Random random(5);
    for (double& value : v) value += 0.3 * random.normal();
    auto other = m;
    other.from_vector(v);
    return other;
}

template <class M>
Eigen::MatrixXd draws(const M& m, Index n) {
    Random random(4);
    return m.sample(n, random).x;
}

/// 30 iterations, whatever they find.
template <class EStep = Batch<>, class MStep = MaximumLikelihood<>, class M, class Data>
Result<M> thirty(const M& m, const Data& x) {
    const ExpectationMaximization<EStep, MStep, Sequential, Plain, Aitken> em{.convergence = {0},
                                                                              .limits = {.iterations = 30}};
    return em.fit(m, x);
}

void check_same_trace(const std::vector<double>& a, const std::vector<double>& b) {
    REQUIRE(a.size() == b.size());
    for (std::size_t t = 0; t < a.size(); ++t) CHECK_THAT(a[t], WithinRel(b[t], 1e-12));
}

template <class R>
void check_rises(const R& fit) {
    CHECK(fit.status != Status::objective_decreased);
    CHECK(fit.status != Status::degenerate);
    CHECK(fit.trace.back() > fit.trace.front());
    for (std::size_t t = 1; t < fit.trace.size(); ++t)
        CHECK(fit.trace[t] >= fit.trace[t - 1] - 1e-12 * std::abs(fit.trace[t]));
}

const Eigen::VectorXd one = Eigen::VectorXd::Ones(1);

}  // namespace

TEST_CASE("the density of a mixture as an emission is the textbook's") {
    const GaussianMixtures e = emission();
    const Eigen::MatrixXd x = naive::observations<double>(2, 37, 1);
    const Eigen::MatrixXd log_p = naive::log_densities(e, x);
    for (Index t = 0; t < x.cols(); ++t)
        for (Index k = 0; k < 2; ++k) {
            double p = 0;
            for (Index c = 0; c < 3; ++c) {
                const Eigen::Vector2d v = e.components().covariance(3 * k + c).diagonal();
                const Eigen::Vector2d z = x.col(t) - e.components().means().col(3 * k + c);
                p += e.weights()(c, k) * std::exp(-0.5 * z.cwiseQuotient(v).dot(z)) /
                     (2 * std::numbers::pi * std::sqrt(v.prod()));
            }
            CHECK_THAT(log_p(k, t), WithinAbs(std::log(p), 1e-12));
        }
    for (Index k = 0; k < 2; ++k) {
        const Eigen::VectorXd mean = e.components().means().middleCols(3 * k, 3) * e.weights().col(k);
        CHECK(e.means().col(k).isApprox(mean, 1e-15));
    }
}

TEST_CASE("densities far out stay finite, and those of float are the double ones") {
    Eigen::MatrixXd x = naive::observations<double>(2, 9, 0);
    x.col(4).setConstant(1e8);
    CHECK(naive::log_densities(emission(), x).allFinite());
    const Components wide = components(6);
    std::vector<Eigen::MatrixXd> covariances;
    for (Index k = 0; k < 6; ++k) covariances.push_back(wide.covariance(k));
    const MixtureEmission<Gaussian<Diagonal, float>> narrow(emission().weights(),
                                                            {wide.means(), covariances});
    x = naive::observations<double>(2, 50, 0);
    const Eigen::MatrixXd in_double = naive::log_densities(emission(), x);
    const Eigen::MatrixXd in_float = naive::log_densities(narrow, x.cast<float>());
    CHECK(((in_double - in_float).array().abs() < 1e-5 * (1 + in_double.array().abs())).all());
}

TEST_CASE("a chain of one state that emits a mixture is that mixture") {
    const Eigen::MatrixXd x = draws(model(), 400);
    const Eigen::Vector3d weights(0.2, 0.5, 0.3);
    const HiddenMarkovModel<GaussianMixtures> chain(one, one, {weights, components(3)});
    const Mixture<Components> mixture(weights, components(3));
    CHECK_THAT(chain.score(x), WithinRel(mixture.score(x), 1e-13));
    CHECK(chain.score_samples(x).isApprox(mixture.score_samples(x), 1e-13));
    const auto fit = thirty(chain, x);
    const auto expected = thirty(mixture, x);
    check_same_trace(fit.trace, expected.trace);
    CHECK(fit.model.emission().weights().isApprox(expected.model.weights(), 1e-9));
    CHECK(fit.model.emission().components().means().isApprox(expected.model.means(), 1e-9));
}

TEST_CASE("mixtures of one component are that component") {
    const Eigen::MatrixXd x = draws(model(), 400);
    const MarkovChain chain(Eigen::Vector3d(.2, .3, .5),
                            Eigen::Matrix3d{{.6, .3, .1}, {.2, .6, .2}, {.1, .2, .7}});
    const HiddenMarkovModel<Components> plain(chain, components(3));
    const HiddenMarkovModel<GaussianMixtures> mixed(chain, {Eigen::RowVector3d::Ones(), components(3)});
    CHECK(mixed.score(x) == plain.score(x));
    CHECK(mixed.parameters() == plain.parameters());
    const auto fit = thirty(mixed, x);
    const auto expected = thirty(plain, x);
    CHECK(fit.trace == expected.trace);
    CHECK(fit.model.means() == expected.model.means());
}

TEST_CASE("components of integers, and mixtures within mixtures") {
    const Poisson<> rates(Eigen::RowVectorXd{{1, 8, 3, 20}});
    const MixtureEmission<Poisson<>> two(Eigen::Matrix2d{{0.5, 0.25}, {0.5, 0.75}}, rates);
    const MixtureEmission<MixtureEmission<Poisson<>>> nested(Eigen::Vector2d(0.4, 0.6), two);
    const MixtureEmission<Poisson<>> flat(Eigen::Vector4d(0.2, 0.2, 0.15, 0.45), rates);
    const Eigen::MatrixXd x = Eigen::RowVectorXd::LinSpaced(30, 0, 29);
    CHECK(naive::log_densities(nested, x).isApprox(naive::log_densities(flat, x), 1e-13));
    check_same_trace(
        thirty(HiddenMarkovModel<MixtureEmission<MixtureEmission<Poisson<>>>>(one, one, nested), x).trace,
        thirty(HiddenMarkovModel<MixtureEmission<Poisson<>>>(one, one, flat), x).trace);
}

TEST_CASE("weights of zero stay zero, and are no parameters") {
    const Eigen::MatrixXd x = draws(model(), 500);
    const GaussianMixtures sparse(Eigen::MatrixXd{{0.6, 0.0}, {0.4, 0.1}, {0.0, 0.9}}, components(6));
    CHECK(emission().parameters() == 2 * 2 + 6 * 4);
    CHECK(sparse.parameters() == 1 + 1 + 6 * 4);
    CHECK(sparse.coordinates() == 2 + 6 * 4);
    const HiddenMarkovModel<GaussianMixtures> start(model().chain(), sparse);
    const auto check_zeros = [&](const auto& fit) {
        check_rises(fit);
        const Eigen::MatrixXd& w = fit.model.emission().weights();
        CHECK(w(2, 0) == 0);
        CHECK(w(0, 1) == 0);
        CHECK((w.array() > 0).count() == 4);
        CHECK(w.colwise().sum().isApprox(Eigen::RowVector2d::Ones(), 1e-14));
        CHECK(fit.model.emission().components().means().allFinite());
        CHECK(fit.model.emission().components().means().col(2) == components(6).means().col(2));
    };
    check_zeros(thirty(start, x));
    check_zeros(thirty<Batch<Hard>>(start, x));
    check_zeros(ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem>{}.fit(start, x));
}

TEST_CASE("fits by every M-step and by acceleration rise to one optimum") {
    const Eigen::MatrixXd x = draws(model(), 600);
    const auto start = away(model());
    const auto plain = ExpectationMaximization<>{.limits = {.iterations = 5000}}.fit(start, x);
    check_rises(plain);
    CHECK(plain.converged());
    CHECK(plain.events.empty());

    const auto squarem =
        ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem>{}.fit(start, x);
    CHECK(squarem.converged());
    CHECK_THAT(squarem.objective, WithinAbs(plain.objective, 1e-3));

    // No prior at all is maximum likelihood.
    const ExpectationMaximization<Batch<>, MaximumAPosteriori<HiddenMarkovPrior<>>> flat{
        .limits = {.iterations = 5000}};
    CHECK(flat.fit(start, x).trace == plain.trace);
    const ExpectationMaximization<Batch<>, MaximumAPosteriori<HiddenMarkovPrior<>>> prior{
        .mstep = {{.transition_concentration = 3}}};
    check_rises(prior.fit(start, x));
    using Conjugate = HiddenMarkovPrior<NormalInverseWishart>;
    const NormalInverseWishart normals{Eigen::Vector2d::Zero(), 0.1, 5, Eigen::Matrix2d::Identity()};
    CHECK(naive::flat(Conjugate{1, 1, 0, normals}(start).emission.components) ==
          naive::flat(normals(start.emission().components())));
    check_rises(
        ExpectationMaximization<Batch<>, MaximumAPosteriori<Conjugate>>{.mstep = {{1, 1, 0, normals}}}.fit(
            start, x));

    using HardEM = ExpectationMaximization<Batch<Hard>>;
    STATIC_REQUIRE(HardEM::monotone);
    check_rises(HardEM{}.fit(start, x));
}

TEST_CASE("a component that shrinks onto a point is lifted to the floor, and its state named") {
    Eigen::MatrixXd x = draws(model(), 200);
    x.col(120) << 500, 500;
    auto e = emission();
    Eigen::MatrixXd means = e.components().means();
    means.col(4) << 500, 500;  // component 1 of state 1
    std::vector<Eigen::MatrixXd> covariances(6, Eigen::Matrix2d::Identity());
    const HiddenMarkovModel<GaussianMixtures> start(model().chain(), {e.weights(), {means, covariances}});
    const auto fit = thirty(start, x);
    check_rises(fit);
    REQUIRE(fit.events.size() == 1);
    CHECK(fit.events[0].component == 1);
    CHECK(fit.events[0].action == Action::floored);
    const Eigen::MatrixXd covariance = fit.model.emission().components().covariance(4);
    const Eigen::VectorXd scale = start.data_scale(start.units(x), Sequential{});
    for (Index j = 0; j < 2; ++j) CHECK_THAT(covariance(j, j), WithinRel(1e-6 * scale(j) * scale(j), 1e-6));
    CHECK(thirty<Batch<>, MaximumLikelihood<NoRemedy>>(start, x).status == Status::degenerate);
}

TEST_CASE("states of mixtures are removed and start anew with all their components") {
    const GaussianMixtures e{Eigen::MatrixXd{{0.5, 0.2, 0.9}, {0.5, 0.8, 0.1}}, components(6)};
    GaussianMixtures fewer = e;
    fewer.remove(1);
    REQUIRE(fewer.size() == 2);
    CHECK(fewer.weights() == Eigen::MatrixXd{{0.5, 0.9}, {0.5, 0.1}});
    const Eigen::MatrixXd x = naive::observations<double>(2, 11, 2);
    const Eigen::MatrixXd before = naive::log_densities(e, x), after = naive::log_densities(fewer, x);
    CHECK(after.row(0) == before.row(0));
    CHECK(after.row(1) == before.row(2));

    GaussianMixtures anew = e;
    Random random(1);
    anew.split_from(0, 2, random);
    CHECK(anew.weights().col(0) == e.weights().col(2));
    for (Index c = 0; c < 2; ++c) CHECK(anew.components().covariance(c) == e.components().covariance(4 + c));
    CHECK(anew.components().means().leftCols(2) != e.components().means().leftCols(2));
    CHECK(anew.components().means().rightCols(4) == e.components().means().rightCols(4));
}

TEST_CASE("draws of a mixture as an emission have its mean and its shares") {
    const GaussianMixtures e{Eigen::Vector2d(0.25, 0.75),
                             {Eigen::RowVector2d(-10, 10), {Eigen::MatrixXd::Identity(1, 1), 2 * one}}};
    Random random(6);
    Eigen::RowVectorXd x(4000);
    for (double& value : x) e.sample(0, random, &value);
    CHECK_THAT((x.array() < 0).cast<double>().mean(), WithinAbs(0.25, 0.03));
    CHECK_THAT(x.mean(), WithinAbs(e.means()(0, 0), 0.6));
}

TEST_CASE("a shape has equal weights") {
    const GaussianMixtures shape(4, 3, 2);  // states, components of each, dimension
    CHECK(shape.size() == 4);
    CHECK(shape.dimension() == 2);
    CHECK(shape.components().size() == 12);
    CHECK(shape.weights() == Eigen::MatrixXd::Constant(3, 4, 1.0 / 3));
    CHECK(shape.all_equal());
    CHECK_FALSE(emission().all_equal());
    const HiddenMarkovModel<GaussianMixtures> chain(4, 3, 2);
    CHECK(chain.size() == 4);
    CHECK(chain.emission().components().size() == 12);
}

TEST_CASE("weights that fit no mixture as an emission are refused") {
    const auto refused = [](const Eigen::MatrixXd& weights) { GaussianMixtures(weights, components(4)); };
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH(refused(Eigen::MatrixXd::Constant(3, 2, 1.0 / 3)),
                      "latent::MixtureEmission: weights is 3 × 2, but there are 4 components");
    CHECK_THROWS_WITH(refused(Eigen::MatrixXd()), StartsWith("latent::MixtureEmission: weights is 0 × 0"));
    CHECK_THROWS_WITH(
        refused(Eigen::MatrixXd{{0.5, -0.2}, {0.5, 1.2}}),
        StartsWith("latent::MixtureEmission: ") && ContainsSubstring("(0, 1) is -0.2, expected a finite"));
    CHECK_THROWS_WITH(refused(Eigen::MatrixXd{{0.5, 1}, {nan, 0}}), ContainsSubstring("(1, 0) is nan"));
    CHECK_THROWS_WITH(refused(Eigen::MatrixXd{{0.5, 0.6}, {0.5, 0.6}}),
                      ContainsSubstring("sum to 1.2, expected 1"));
    for (const auto& [K, C] : {std::pair{0, 2}, {2, 0}, {-1, 2}, {2, -1}, {-1, -1}})
        CHECK_THROWS_AS(GaussianMixtures(Index(K), Index(C), Index(2)), std::invalid_argument);
}

TEST_CASE("the components check the data") {
    auto m = model();
    Eigen::MatrixXd x = draws(m, 20);
    x(1, 7) = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH(m.score(x), ContainsSubstring("observation 7, dimension 1 is nan"));
    CHECK_THROWS_WITH(fit(m, x), ContainsSubstring("observation 7, dimension 1 is nan"));
}

TEST_CASE("states of zero-inflated counts: the rate 0 stays, and one state's maximum solves its equations") {
    Random random(4);
    const Mixture<MixtureEmission<Poisson<>>> start(
        MixtureEmission<Poisson<>>(Eigen::MatrixXd{{0.5}, {0.5}}, Poisson<>(Eigen::MatrixXd{{0, 1}})));
    const Eigen::MatrixXd x =
        Mixture(Eigen::Vector2d(0.3, 0.7), Poisson<>(Eigen::MatrixXd{{0, 2}})).sample(400, random);
    const auto found = fit(start, x, Aitken{1e-14}).model.emission();
    const double positive = static_cast<double>((x.array() > 0).count()),
                 rate = found.components().rates()(1);
    CHECK(found.components().rates()(0) == 0);
    CHECK_THAT(rate / -std::expm1(-rate), WithinRel(x.sum() / positive, 1e-5));
    CHECK_THAT(found.weights()(1) * -std::expm1(-rate), WithinRel(positive / 400, 1e-5));
}
