// Missing cells in normal and t densities: against the definition, integrals, and the properties of a model.
#include "latent/emission/missing_cells.hpp"

#include "catch.hpp"
#include "kit/checked.hpp"
#include "latent/emission/mixture_emission.hpp"
#include "latent/emission/student_t.hpp"
#include "latent/emission/tied_emission.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/k_means.hpp"

using namespace latent;

namespace {

const double none = std::numeric_limits<double>::quiet_NaN();
const Eigen::MatrixXd means{{0, 2}, {1, -1}, {-1, 0.5}};
const std::vector<Eigen::MatrixXd> covariances{
    Eigen::MatrixXd{{2, 0.6, -0.4}, {0.6, 1, 0.2}, {-0.4, 0.2, 1.5}},
    Eigen::MatrixXd{{1, -0.3, 0.1}, {-0.3, 0.8, 0.3}, {0.1, 0.3, 1.2}}};

template <class E>
E family() {
    using C = typename E::Covariance;
    if constexpr (std::is_same_v<C, Diagonal>) {
        return E::alike(means, Eigen::Vector3d(1, 2, 3));
    } else if constexpr (std::is_same_v<C, Spherical>) {
        return E::alike(means, Eigen::Vector3d(2, 2, 2));
    } else if constexpr (C::shared) {
        return {means, {covariances[0]}};
    } else {
        return {means, covariances};
    }
}

/// Draws some of whose cells are missing, and all of one.
template <class M>
auto with_holes(const M& model, Index n) {
    Random random(5);
    auto x = model.sample(n, random);
    for (auto& value : x.reshaped())
        if (random.uniform() < 0.25) value = static_cast<typename M::Scalar>(none);
    x.col(3).setConstant(static_cast<typename M::Scalar>(none));
    return x;
}

template <class E>
void check_properties(const E& e) {
    const Mixture<E> model(e);
    const auto x = with_holes(model, 40);
    const auto report = kit::checked(model, Blocks<typename E::Scalar>(with_missing(x), 9));
    INFO(report);
    CHECK(report.ok());
}

}  // namespace

TEMPLATE_TEST_CASE("mixtures of normal densities with missing cells have the properties of a model", "",
                   Gaussian<Full>, Gaussian<Tied>, Gaussian<Diagonal>, Gaussian<Spherical>) {
    check_properties(family<TestType>());
}
TEST_CASE("so have those in float, of t densities, of mixtures and of ties, and hidden Markov models") {
    check_properties(Gaussian<Full, float>(means, covariances));
    check_properties(StudentT<Full>(means, covariances, Eigen::Vector2d(3, 6)));
    check_properties(StudentT<Tied>(means, {covariances[0]}, Eigen::Vector2d(3, 6)));
    check_properties(MixtureEmission<Gaussian<>>(Eigen::MatrixXd{{0.3}, {0.7}}, family<Gaussian<>>()));
    check_properties(TiedEmission<Gaussian<>>(family<Gaussian<>>(), {0, 1, 0}));
    const HMM<Gaussian<>> chain(Eigen::Vector2d(0.6, 0.4), Eigen::Matrix2d{{0.9, 0.1}, {0.3, 0.7}},
                                family<Gaussian<>>());
    const Eigen::MatrixXd x = with_holes(Mixture<Gaussian<>>(family<Gaussian<>>()), 40);
    const auto report = kit::checked(chain, Sequences<double>(with_missing(x), std::vector<Index>{15, 25}));
    INFO(report);
    CHECK(report.ok());
}

TEST_CASE("the density of what is seen is the integral over what is not") {
    const Gaussian<> full(means.topRows(2),
                          {covariances[0].topLeftCorner(2, 2), covariances[1].topLeftCorner(2, 2)});
    const StudentT<> heavy(full.means(), {full.covariance(0), full.covariance(1)}, Eigen::Vector2d(3, 6));
    const auto check = [](const auto& e) {
        const Mixture<std::remove_cvref_t<decltype(e)>> model(e);
        const Eigen::MatrixXd seen{{0.7}, {none}};
        double integral = 0;  // by the trapezoidal rule in y = sinh(t)
        for (double t = -12; t <= 12; t += 0.01) {
            const Eigen::MatrixXd x{{0.7}, {std::sinh(t)}};
            integral += 0.01 * std::cosh(t) * std::exp(model.score(x));
        }
        CHECK_THAT(model.score(with_missing(seen)), WithinRel(std::log(integral), 1e-6));
    };
    check(full);
    check(heavy);
}

TEST_CASE("without a missing cell, with_missing changes no bit") {
    const GaussianMixture<> model(family<Gaussian<>>());
    Random random(2);
    const Eigen::MatrixXd x = model.sample(300, random);
    const auto plain = fit(model, x, Limits{.iterations = 5}),
               told = fit(model, with_missing(x), Limits{.iterations = 5});
    CHECK(plain.trace == told.trace);
    CHECK(plain.model.means() == told.model.means());
}

TEST_CASE("answers about incomplete observations stand in the observations' order, on any execution") {
    const GaussianMixture<> model(family<Gaussian<>>());
    const Eigen::MatrixXd x = with_holes(model, 700);
    const Eigen::MatrixXd all = model.predict_proba(with_missing(x));
    const Eigen::VectorXd scores = model.score_samples(with_missing(x));
    for (const Index i : {0, 3, 5, 99, 698}) {
        const Eigen::MatrixXd one = x.col(i);
        CHECK(all.col(i).isApprox(model.predict_proba(with_missing(one)), 1e-12));
        CHECK_THAT(scores(i), WithinAbs(model.score(with_missing(one)), 1e-12));
    }
    CHECK(all == model.predict_proba(with_missing(x), Threads{3}));
    CHECK(scores(3) == 0);                                         // nothing seen
    CHECK(all.col(3).isApprox(Eigen::Vector2d(0.5, 0.5), 1e-14));  // the weights
    const auto alone = fit(model, with_missing(x), Limits{.iterations = 4});
    CHECK(alone.trace == fit(model, with_missing(x), Threads{3}, Limits{.iterations = 4}).trace);
}

TEST_CASE(
    "observations of which nothing is seen change nothing but the weights' count, and BIC does not count "
    "them") {
    const GaussianMixture<> model(family<Gaussian<>>());
    Eigen::MatrixXd x = with_holes(model, 100), longer(3, 150);
    longer << x, Eigen::MatrixXd::Constant(3, 50, none);
    CHECK_THAT(model.score(with_missing(longer)), WithinRel(model.score(with_missing(x)), 1e-13));
    CHECK_THAT(model.bic(with_missing(longer)), WithinRel(model.bic(with_missing(x)), 1e-13));
}

TEST_CASE("a NaN that nobody said is missing stays an error, and so do other values") {
    const GaussianMixture<> model(family<Gaussian<>>());
    Eigen::MatrixXd x = with_holes(model, 20);
    CHECK_THROWS_WITH(model.score(x), StartsWith("latent::Gaussian: observation"));
    x(0, 7) = std::numeric_limits<double>::infinity();
    CHECK_THROWS_WITH(model.score(with_missing(x)),
                      StartsWith("latent::Gaussian: observation 7, dimension 0 is inf"));
    x.row(1).setConstant(none);
    x(0, 7) = 0;
    CHECK_THROWS_WITH(fit(model, with_missing(x)),
                      StartsWith("latent::fit: dimension 1 is missing in all observations"));
}

TEST_CASE("the densities of some dimensions alone") {
    const Gaussian<> all = family<Gaussian<>>(), some = all.marginal({2, 0});
    CHECK(some.means().row(0) == means.row(2));
    CHECK((some.covariance(1)(0, 1) == covariances[1](2, 0) &&
           some.covariance(1)(1, 1) == covariances[1](0, 0)));
    CHECK_THROWS_WITH(all.marginal({}), StartsWith("latent::Gaussian::marginal: no dimension"));
    CHECK_THROWS_WITH(all.marginal({3}), StartsWith("latent::Gaussian::marginal: dimension 3"));
    CHECK_THROWS_WITH(all.marginal({1, 1}),
                      StartsWith("latent::Gaussian::marginal: dimension 1 is given twice"));
}

TEST_CASE("starts on incomplete data find the clusters") {
    Random random(1);
    const GaussianMixture<> truth(
        Gaussian<>::alike(Eigen::MatrixXd{{0, 8, 0}, {0, 0, 8}, {0, 4, -4}}, Eigen::Vector3d::Ones()));
    Eigen::MatrixXd x = truth.sample(600, random);
    const std::vector<Index> from = truth.predict(x);
    for (double& value : x.reshaped())
        if (random.uniform() < 0.2) value = none;
    x.array() += 1e6;  // far from the origin
    const auto found = fit(GaussianMixture<>(3, 3), with_missing(x), KMeans{});
    CHECK(found.status == Status::converged);
    const Eigen::MatrixXd near = found.model.means().array() - 1e6;
    for (Index k = 0; k < 3; ++k) {
        const auto distance = (truth.means().colwise() - near.col(k)).colwise().norm();
        CHECK(distance.minCoeff() < 0.5);
    }
    std::vector<Index> labels(600, -1);
    for (std::size_t i = 0; i < labels.size(); i += 20) labels[i] = from[i];
    const auto named = fit(GaussianMixture<>(3, 3), labelled(with_missing(x), labels), KMeans{.seed = 2});
    CHECK((named.model.means().array() - 1e6 - truth.means().array()).abs().maxCoeff() <
          0.5);  // in the labels' order
}

TEST_CASE("components are dropped from models of incomplete data, which know the parts of others") {
    Random random(1);
    Eigen::MatrixXd x = GaussianMixture<>(1, 2).sample(120, random);
    x.rightCols(20).colwise() = Eigen::Vector2d(8, 8);
    for (Index i = 0; i < 30; ++i) x(i % 2, 3 * i) = none;
    const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(2, 2);
    const GaussianMixture<> start(Eigen::Vector3d(0.4, 0.2, 0.4),
                                  Gaussian<>(Eigen::MatrixXd{{0, 8, 1}, {0, 8, -1}}, {one, 0.1 * one, one}));
    const auto fitted = fit(start, with_missing(x), MaximumLikelihood<Drop>{});
    CHECK(fitted.model.size() < 3);
    CHECK(std::isfinite(fitted.log_likelihood));
}
