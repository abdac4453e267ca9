// Statistics of linear Gaussians about other coefficients are the same statistics.
#include "latent/emission/linear_gaussian_statistics.hpp"

#include "catch.hpp"
#include "latent/core/additive.hpp"
#include "latent/core/random.hpp"

using namespace latent;

namespace {

const LinearGaussianMoments& draw(LinearGaussianMoments& moments, const Eigen::MatrixXd& C, Random& random) {
    Eigen::MatrixXd joint(4, 4);  // of (y, x)
    for (double& value : joint.reshaped()) value = random.normal();
    joint = (joint * joint.transpose()).eval();
    const Eigen::Vector2d y(random.normal(), random.normal());
    moments.input = Eigen::Vector2d(random.normal(), random.normal());
    moments.input_covariance = joint.bottomRightCorner(2, 2);
    Eigen::MatrixXd difference(2, 4);  // u = y − C x
    difference << Eigen::Matrix2d::Identity(), -C;
    moments.residual = y - C * moments.input;
    moments.residual_covariance = difference * joint * difference.transpose();
    moments.cross_covariance = difference * joint.rightCols(2);
    return moments;
}

LinearGaussianStatistics about(const Eigen::MatrixXd& C, std::uint64_t seed) {
    const Eigen::MatrixXd none = Eigen::MatrixXd::Zero(2, 2);
    LinearGaussianStatistics s{0, none, none, none, C};
    LinearGaussianMoments moments;
    Random random(seed);
    for (int i = 0; i < 5; ++i) draw(moments, C, random).add_to(s, 1 + 0.5 * i);
    return s;
}

}  // namespace

TEST_CASE("statistics about other coefficients, and sums of those about different ones") {
    const Eigen::MatrixXd C{{1, 2}, {3, 4}}, D{{-1, 0.5}, {0, 2}};
    const auto expected = about(D, 1);
    CHECK(about(C, 1).residual_about(D).isApprox(expected.residual, 1e-12));
    auto moved = about(C, 1);
    moved.recentre(D);
    CHECK(moved.centre == D);
    CHECK(moved.residual.isApprox(expected.residual, 1e-12));
    CHECK(moved.cross.isApprox(expected.cross, 1e-12));
    CHECK(moved.square == expected.square);

    auto sum = about(D, 1), mixed = about(D, 1);
    add(sum, about(D, 2));
    add(mixed, about(C, 2));
    CHECK(mixed.count == sum.count);
    CHECK(mixed.residual.isApprox(sum.residual, 1e-12));
    CHECK(mixed.cross.isApprox(sum.cross, 1e-12));
    CHECK(mixed.square.isApprox(sum.square, 1e-12));
}
