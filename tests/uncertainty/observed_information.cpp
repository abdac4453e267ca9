// The observed information against the second differences of the log-likelihood.
#include "latent/uncertainty/observed_information.hpp"

#include <Eigen/LU>

#include "catch.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/emission/covariance/decomposed.hpp"
#include "latent/emission/gamma.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/emission/student_t.hpp"
#include "latent/execution/threads.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "naive_mixture.hpp"

using namespace latent;

namespace {

/// −∂² log p(x | θ) along the axes, by log-likelihoods alone: Richardson's extrapolation of second differences.
template <class M, class Data>
Eigen::MatrixXd bending(const M& model, const Data& x, const Eigen::MatrixXd& axes) {
    const std::vector<double> middle = model.to_vector();
    const auto score = [&](const Eigen::VectorXd& move) {
        std::vector<double> v = middle;
        for (std::size_t i = 0; i < v.size(); ++i) v[i] += move(static_cast<Index>(i));
        M other = model;
        other.from_vector(v);
        return other.score(x);
    };
    Eigen::MatrixXd result(axes.cols(), axes.cols());
    for (Index j = 0; j < axes.cols(); ++j)
        for (Index k = 0; k < axes.cols(); ++k) {
            const auto at = [&](double h) {
                const Eigen::VectorXd a = h * axes.col(j), b = h * axes.col(k);
                return (score(a + b) - score(a - b) - score(b - a) + score(-a - b)) / (4 * h * h);
            };
            result(j, k) = -(4 * at(0.1) - at(0.2)) / 3;
        }
    return result;
}

template <class M, class Data>
void check_bending(const M& model, const Data& x) {
    const ObservedInformation information = observed_information(model, x);
    const auto p = static_cast<Index>(model.to_vector().size());
    REQUIRE(information.axes.rows() == p);
    REQUIRE(information.axes.cols() == p);
    CHECK(information.unknown.cols() == 0);
    CHECK(information.evaluations == 4 * p + 1);
    CHECK_THAT(information.log_likelihood, WithinRel(model.score(x), 1e-12));
    CHECK(information.asymmetry < 1e-6);
    const Eigen::MatrixXd expected = bending(model, x, information.axes);
    const Eigen::MatrixXd found = Eigen::MatrixXd::Identity(p, p) - information.missing;
    CAPTURE(found, expected);
    CHECK((found - expected).cwiseAbs().maxCoeff() < 2e-5);  // of what the complete data have
}

}  // namespace

TEMPLATE_TEST_CASE("the observed information of Gaussian mixtures is how the log-likelihood bends", "", Full,
                   Tied, Diagonal, Spherical, EII, EEI, VEI, EVI, VEE, EVE, VVE, EEV, VEV, EVV) {
    for (const Index d : {1, 2}) {
        CAPTURE(d);
        Random random(5);
        const Eigen::MatrixXd x = naive::random_mixture<Gaussian<Full>>(2, d, 1).sample(400, random);
        GaussianMixture<TestType> shape(2, d);
        const Eigen::MatrixXd means = naive::random_gaussian<Gaussian<Full>>(2, d, 1).means();
        shape.emission().replace(0, means.col(0), shape.covariance(0));
        shape.emission().replace(1, means.col(1), shape.covariance(1));
        check_bending(fit(shape, x, Limits{.iterations = 20}).model, x);
    }
}

TEST_CASE(
    "the observed information of count models and hidden Markov models is how the log-likelihood bends") {
    Random random(7);
    const Mixture<Gamma<>> waits(Eigen::Vector2d(0.4, 0.6),
                                 Gamma<>(Eigen::RowVector2d(2, 9), Eigen::RowVector2d(1, 2)));
    check_bending(waits, waits.sample(500, random));
    const HMM<Poisson<>> counts(Eigen::Vector2d(0.4, 0.6), Eigen::Matrix2d{{0.8, 0.2}, {0.3, 0.7}},
                                Poisson<>(Eigen::RowVector2d(2, 6)));
    const std::vector<Index> lengths(20, 30);
    const Eigen::MatrixXd x = counts.sample(600, random).x;
    check_bending(counts, Sequences<double>(x, lengths));
    const HMM<Categorical<>> symbols(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.9, 0.1}, {0.2, 0.8}},
                                     Categorical<>(Eigen::MatrixXd{{0.7, 0.1}, {0.2, 0.3}, {0.1, 0.6}}));
    const Eigen::MatrixXd y = symbols.sample(600, random).x;
    check_bending(symbols, Sequences<double>(y, lengths));
}

TEST_CASE("the observed information of Student's t is how the log-likelihood bends") {
    Random random(9);
    const Mixture<StudentT<>> model(
        Eigen::Vector2d(0.5, 0.5),
        StudentT<>(Eigen::RowVector2d(0, 8),
                   {Eigen::MatrixXd::Ones(1, 1), Eigen::MatrixXd::Constant(1, 1, 2)}, Eigen::Vector2d(4, 6)));
    check_bending(model, model.sample(800, random));
}

TEST_CASE("the fractions of missing information are the eigenvalues of the EM map's derivative") {
    Random random(3);
    const Mixture<Poisson<>> truth(Eigen::Vector2d(0.4, 0.6), Poisson<>(Eigen::RowVector2d(1, 5)));
    const Eigen::MatrixXd x = truth.sample(400, random);
    const auto model = fit(truth, x, Aitken{1e-15}, Limits{.iterations = 2000}).model;
    const std::vector<double> middle = model.to_vector();
    Eigen::MatrixXd slope(3, 3);  // of the map, a column a coordinate
    for (Index k = 0; k < 3; ++k) {
        const auto mapped = [&](double step) {
            std::vector<double> v = middle;
            v[static_cast<std::size_t>(k)] += step;
            auto moved = model;
            moved.from_vector(v);
            const auto once = fit(moved, x, Limits{.iterations = 1}, Aitken{0}).model.to_vector();
            return Eigen::VectorXd(Eigen::Map<const Eigen::VectorXd>(once.data(), 3));
        };
        slope.col(k) = (mapped(1e-4) - mapped(-1e-4)) / 2e-4;
    }
    const Eigen::VectorXd values = detail::eigensystem(observed_information(model, x).missing).values;
    CHECK_THAT(slope.trace(), WithinRel(values.sum(), 1e-6));
    CHECK_THAT((slope * slope).trace(), WithinRel(values.squaredNorm(), 1e-6));
    CHECK_THAT(slope.determinant(), WithinAbs(values.prod(), 1e-7));
}

TEST_CASE("far from the origin, in any units, the information is the same") {
    Random random(11);
    const auto model = naive::random_mixture<Gaussian<Full>>(2, 2);
    const Eigen::MatrixXd x = model.sample(500, random);
    const auto missing = [&](double scale, double offset) {
        std::vector<Eigen::MatrixXd> covariances{model.covariance(0) * scale * scale,
                                                 model.covariance(1) * scale * scale};
        const GaussianMixture<> moved(model.weights(),
                                      Gaussian<>((model.means() * scale).array() + offset, covariances));
        const Eigen::MatrixXd y = (x * scale).array() + offset;
        return Eigen::VectorXd(detail::eigensystem(observed_information(moved, y).missing).values);
    };
    const Eigen::VectorXd here = missing(1, 0);
    CHECK((missing(1e-3, 0) - here).cwiseAbs().maxCoeff() < 1e-6);
    CHECK((missing(1e6, 0) - here).cwiseAbs().maxCoeff() < 1e-6);
    CHECK((missing(1, 1e6) - here).cwiseAbs().maxCoeff() < 1e-5);
}

TEST_CASE("any number of workers finds the same information") {
    Random random(13);
    const auto model = naive::random_mixture<Gaussian<Full>>(2, 2);
    const Eigen::MatrixXd x = model.sample(10'000, random);
    const ObservedInformation alone = observed_information(model, x),
                              together = observed_information(model, x, Threads{3});
    CHECK(alone.axes == together.axes);
    CHECK(alone.missing == together.missing);
    CHECK(alone.score == together.score);
}

TEST_CASE("information of data that the model cannot have made is refused") {
    const Mixture<Poisson<>> model(Poisson<>(Eigen::RowVector2d(1, 2)));
    CHECK_THROWS_AS(observed_information(model, Eigen::MatrixXd::Constant(2, 3, 1.0).eval()),
                    std::invalid_argument);
    CHECK_THROWS_AS(observed_information(model, std::vector<double>{1, -1}), std::invalid_argument);
}
