// A normal vector that depends linearly on another: its M-step is least squares.
#include "latent/model/linear_gaussian.hpp"

#include <Eigen/LU>

#include "catch.hpp"

using namespace latent;

namespace {

/// Pairs that are known exactly: y = B x + noise, one a column.
struct Pairs {
    Eigen::MatrixXd x, y;
    explicit Pairs(Index n, double far = 0) : x(3, n), y(2, n) {
        Random random(1);
        const Eigen::MatrixXd B{{1, 2, -1}, {0.5, 0, 3}};
        for (double& value : x.reshaped()) value = far + random.normal();
        for (double& value : y.reshaped()) value = 0.3 * random.normal();
        y += B * x;
    }
    LinearGaussianStatistics about(const LinearGaussian& model) const {
        LinearGaussianStatistics s = model.zero_statistics();
        LinearGaussianMoments moments{
            {}, {}, Eigen::MatrixXd::Zero(2, 2), Eigen::MatrixXd::Zero(2, 3), Eigen::MatrixXd::Zero(3, 3)};
        for (Index i = 0; i < x.cols(); ++i) {
            moments.input = x.col(i);
            moments.residual = y.col(i) - model.coefficients() * x.col(i);
            moments.add_to(s, 1);
        }
        return s;
    }
};

LinearGaussian zero(bool coefficients = true, bool covariance = true) {
    return {Eigen::MatrixXd::Zero(2, 3), Eigen::MatrixXd::Identity(2, 2), coefficients, covariance};
}

}  // namespace

TEST_CASE("the M-step is least squares, of what is estimated") {
    const Pairs data(200);
    const Eigen::MatrixXd B = data.y * data.x.transpose() * (data.x * data.x.transpose()).inverse();
    const Eigen::MatrixXd u = data.y - B * data.x, covariance = u * u.transpose() / 200;
    LinearGaussian both = zero(), one = zero(true, false), other = zero(false, true),
                   neither = zero(false, false);
    for (LinearGaussian* model : {&both, &one, &other, &neither}) model->maximize(data.about(*model));
    CHECK(both.coefficients().isApprox(B, 1e-12));
    CHECK(both.covariance().isApprox(covariance, 1e-12));
    CHECK(one.coefficients().isApprox(B, 1e-12));
    CHECK(one.covariance() == zero().covariance());
    CHECK(other.coefficients() == zero().coefficients());
    CHECK(other.covariance().isApprox(data.y * data.y.transpose() / 200, 1e-12));
    CHECK(neither.coefficients() == zero().coefficients());
    CHECK(neither.covariance() == zero().covariance());
    CHECK(both.parameters() == 9);
    CHECK(one.parameters() == 6);
    CHECK(other.parameters() == 3);
    CHECK(neither.parameters() == 0);
}

TEST_CASE("expected log-densities are those of the pairs, about whatever coefficients the statistics are") {
    const Pairs data(50);
    LinearGaussian model = zero();
    const auto about_zero = data.about(model);
    model.maximize(about_zero);
    const auto log_density = [&](const LinearGaussian& m) {
        double total = 0;
        for (Index i = 0; i < 50; ++i) {
            const Eigen::VectorXd u = data.y.col(i) - m.coefficients() * data.x.col(i);
            total -= 0.5 * (std::log(m.covariance().determinant()) + u.dot(m.covariance().inverse() * u));
        }
        return total;
    };
    CHECK_THAT(model.expected_log_density(about_zero), WithinRel(log_density(model), 1e-12));
    CHECK_THAT(model.expected_log_density(data.about(model)), WithinRel(log_density(model), 1e-12));
    CHECK_THAT(zero().expected_log_density(about_zero), WithinRel(log_density(zero()), 1e-12));
}

TEST_CASE("where x varies in some directions only, the coefficients of the others stay") {
    Pairs data(100);
    data.x.row(2).setZero();
    LinearGaussian model(Eigen::MatrixXd::Constant(2, 3, 7), Eigen::MatrixXd::Identity(2, 2), true, true);
    model.maximize(data.about(model));
    CHECK(model.coefficients().allFinite());
    CHECK(model.coefficients().col(2) == Eigen::Vector2d(7, 7));
    model.maximize(model.zero_statistics());
    CHECK(model.coefficients().col(2) == Eigen::Vector2d(7, 7));  // no data
}

TEST_CASE("draws have the mean and the covariance, a singular one too") {
    const LinearGaussian model(Eigen::Vector3d(1, 2, 3), Eigen::Matrix3d{{4, 2, 0}, {2, 1, 0}, {0, 0, 0}},
                               false, false);
    Random random(3);
    Eigen::MatrixXd draws(3, 20000);
    for (Index i = 0; i < draws.cols(); ++i) draws.col(i) = model.sample(Eigen::VectorXd::Ones(1), random);
    const Eigen::VectorXd mean = draws.rowwise().mean();
    CHECK((mean - Eigen::Vector3d(1, 2, 3)).cwiseAbs().maxCoeff() < 0.06);
    draws.colwise() -= mean;
    CHECK((draws * draws.transpose() / 20000 - model.covariance()).cwiseAbs().maxCoeff() < 0.2);
    CHECK(draws.row(2).cwiseAbs().maxCoeff() < 1e-12);
    CHECK((draws.row(0) - 2 * draws.row(1)).cwiseAbs().maxCoeff() < 1e-12);
}

TEST_CASE("bad matrices are refused by name") {
    const auto with = [](const Eigen::MatrixXd& B, const Eigen::MatrixXd& covariance, bool estimated) {
        LinearGaussian(B, covariance, estimated, false, "B", "the covariance");
    };
    const Eigen::MatrixXd B = Eigen::MatrixXd::Ones(2, 3), I = Eigen::MatrixXd::Identity(2, 2);
    CHECK_NOTHROW(with(B, I, true));
    CHECK_NOTHROW(with(B, Eigen::MatrixXd::Zero(2, 2), false));
    CHECK_THROWS_WITH(with(B * std::nan(""), I, false), "B has a value that is not finite");
    CHECK_THROWS_WITH(with(B, Eigen::MatrixXd::Identity(3, 3), false),
                      "the covariance is 3 × 3, expected 2 × 2");
    CHECK_THROWS_WITH(with(B, Eigen::Matrix2d{{1, 0.5}, {0.4, 1}}, false),
                      "the covariance is not symmetric: entry (0, 1) is 0.5, entry (1, 0) is 0.4");
    CHECK_THROWS_WITH(with(B, -I, false),
                      ContainsSubstring("the covariance(0, 0) is -1, expected a variance"));
    CHECK_THROWS_WITH(with(B, Eigen::MatrixXd::Zero(2, 2), true),
                      ContainsSubstring("the covariance is not positive definite"));
}
