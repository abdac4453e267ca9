// Regression by a mixture, against integrals over the conditional density.
#include "latent/model/regression.hpp"

#include "catch.hpp"
#include "latent/data/known.hpp"
#include "latent/emission/student_t.hpp"
#include "latent/model/conditional.hpp"

using namespace latent;

namespace {

const Eigen::MatrixXd means{{0, 2, -1}, {1, -1, 3}, {0.5, 2, -3}};
const std::vector<Eigen::MatrixXd> covariances = {
    Eigen::Matrix3d{{1, 0.6, -0.2}, {0.6, 2, 0.5}, {-0.2, 0.5, 1.5}},
    Eigen::Matrix3d{{0.5, -0.3, 0.1}, {-0.3, 1, 0}, {0.1, 0, 0.4}},
    Eigen::Matrix3d{{2, 0, 1}, {0, 0.3, 0.2}, {1, 0.2, 1}}};

GaussianMixture<> normals() { return {Eigen::Vector3d(0.2, 0.5, 0.3), Gaussian<>(means, covariances)}; }
Mixture<StudentT<>> heavy_tailed(const Eigen::Vector3d& degrees) {
    return {Eigen::Vector3d(0.2, 0.5, 0.3), StudentT<>(means, covariances, degrees)};
}

/// ∫ yᵖ p(x, y) dy over p = 0, 1, 2, column 1 given column 0, the third being integrated out: a sum over a fine grid.
template <class E>
Eigen::Vector3d moments(const Mixture<E>& mixture, double x) {
    const Index n = 400'001;
    Eigen::MatrixXd points(2, n);
    points.row(0).setConstant(x);
    points.row(1).setLinSpaced(n, -400, 400);
    const Eigen::ArrayXd p = marginal(mixture, {0, 1}).score_samples(points).array().exp(),
                         y = points.row(1).transpose().array();
    return Eigen::Vector3d(p.sum(), (p * y).sum(), (p * y * y).sum()) * 800.0 / (n - 1);
}

template <class E>
void check_moments(const Mixture<E>& mixture, double precision) {
    const Regression regression(mixture, {1}, {0});
    const Eigen::RowVectorXd x{{-3, 0, 0.7, 2, 8}};
    const Eigen::MatrixXd predicted = regression.mean(x);
    const std::vector<Eigen::MatrixXd> variances = regression.covariance(x);
    REQUIRE(predicted.rows() == 1);
    REQUIRE(predicted.cols() == x.cols());
    for (Index i = 0; i < x.size(); ++i) {
        CAPTURE(x(i));
        const Eigen::Vector3d m = moments(mixture, x(i));
        CHECK_THAT(predicted(0, i), WithinAbs(m(1) / m(0), precision));
        const double variance = m(2) / m(0) - std::pow(m(1) / m(0), 2);
        CHECK_THAT(variances[static_cast<std::size_t>(i)](0, 0), WithinRel(variance, precision));
    }
}

}  // namespace

TEST_CASE("a regression's mean and variance are those of the conditional density") {
    check_moments(normals(), 1e-10);
    check_moments(heavy_tailed({9, 12, 30}), 1e-6);  // the grid ends where something is left
}

TEST_CASE("all inputs are answered as one by one, in the order of columns asked for") {
    const auto mixture = normals();
    const Regression regression(mixture, {2, 0}, {1}), turned(mixture, {0, 2}, {1});
    const Eigen::RowVectorXd x = Eigen::RowVectorXd::LinSpaced(7, -4, 6);
    const Eigen::MatrixXd mean = regression.mean(x), other = turned.mean(x);
    CHECK((mean.row(0) - other.row(1)).cwiseAbs().maxCoeff() < 1e-13);
    CHECK((mean.row(1) - other.row(0)).cwiseAbs().maxCoeff() < 1e-13);
    for (Index i = 0; i < x.size(); ++i) {
        const auto given =
            conditional(mixture, {1}, Eigen::VectorXd::Constant(1, x(i)));  // of columns 0 and 2
        CHECK((given.means() * given.weights() - other.col(i)).norm() < 1e-13);
        CHECK((regression.weights(x).col(i) - given.weights()).norm() < 1e-13);
        const Eigen::MatrixXd covariance = regression.covariance(x)[static_cast<std::size_t>(i)];
        CHECK_THAT(covariance(0, 1), WithinAbs(covariance(1, 0), 1e-14));
        CHECK_THAT(covariance(0, 0),
                   WithinRel(turned.covariance(x)[static_cast<std::size_t>(i)](1, 1), 1e-12));
    }
}

TEST_CASE("one component is a linear regression") {
    const GaussianMixture<> one(Eigen::VectorXd::Ones(1),
                                Gaussian<>(Eigen::MatrixXd(means.col(0)), {covariances.front()}));
    const Regression regression(one, {2}, {0});
    const Eigen::RowVectorXd x{{-1e6, 0, 1, 1e3}};
    const Eigen::RowVectorXd line = 0.5 - 0.2 * x.array();
    CHECK((regression.mean(x) - line).cwiseAbs().maxCoeff() < 1e-9);
    for (const auto& variance : regression.covariance(x))
        CHECK_THAT(variance(0, 0), WithinRel(1.5 - 0.04, 1e-14));
}

TEST_CASE("far out of the data no number is lost") {
    const Regression regression(normals(), {1, 2}, {0});
    const Eigen::RowVectorXd x{{-1e6, -1e3, 1e3, 1e6}};
    CHECK(regression.mean(x).allFinite());
    for (const auto& covariance : regression.covariance(x)) CHECK(covariance.allFinite());
}

TEST_CASE("a Student-t without a variance says so") {
    const Eigen::RowVectorXd x{{0, 1e200}};
    const auto variance = Regression(heavy_tailed({0.5, 10, 10}), {1}, {0}).covariance(x.leftCols(1));
    CHECK(variance[0](0, 0) == std::numeric_limits<double>::infinity());
    // With another input there are more degrees of freedom.
    const Eigen::Matrix<double, 2, 1> two(0, 0);
    CHECK(Regression(heavy_tailed({0.5, 10, 10}), {1}, {0, 2}).covariance(two)[0].allFinite());
}

TEST_CASE("a regression refuses columns that are none, and inputs of another dimension") {
    const auto mixture = normals();
    CHECK_THROWS_WITH(Regression(mixture, {}, {0}), ContainsSubstring("outputs: no dimension is given"));
    CHECK_THROWS_WITH(Regression(mixture, {1}, {}), ContainsSubstring("inputs: no dimension is given"));
    CHECK_THROWS_WITH(Regression(mixture, {1}, {1}), ContainsSubstring("1 is given twice"));
    CHECK_THROWS_WITH(Regression(mixture, {3}, {1}), ContainsSubstring("outputs: dimension 3 is given"));
    const Regression regression(mixture, {1}, {0});
    const Eigen::MatrixXd wide = Eigen::MatrixXd::Zero(2, 3);
    CHECK_THROWS_AS(regression.mean(wide), std::invalid_argument);
    CHECK_THROWS_AS(regression.conditional(Eigen::Vector2d(0, 0)), std::invalid_argument);
    const Eigen::RowVectorXd holes{{1, std::nan("")}};
    CHECK_THROWS_AS(regression.mean(holes), std::invalid_argument);
    CHECK_THROWS_WITH(regression.mean(with_missing(holes)), ContainsSubstring("inputs have missing cells"));
}
