// Axes that covariances share, and their angles.
#include "latent/emission/covariance/orientation.hpp"

#include "catch.hpp"
#include "latent/core/random.hpp"

using latent::Index;
using namespace latent::detail;

namespace {

Eigen::MatrixXd random_axes(Index d, latent::Random& random) {
    std::vector<double> angles(static_cast<std::size_t>(d * (d - 1) / 2));
    for (double& angle : angles) angle = 2 * random.normal();
    Eigen::MatrixXd axes(d, d);
    read_angles(angles.data(), axes);
    return axes;
}
bool orthogonal(const Eigen::MatrixXd& axes) { return (axes.transpose() * axes).isIdentity(1e-13); }
/// Whether they are the same but for signs.
bool same_axes(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    return (a.transpose() * b).cwiseAbs().isIdentity(1e-7);
}

}  // namespace

TEST_CASE("angles lead back to the axes but for their signs, and are as many as freedom") {
    latent::Random random(2);
    for (const Index d : {1, 2, 3, 6}) {
        CAPTURE(d);
        const Eigen::MatrixXd axes = random_axes(d, random);
        CHECK(orthogonal(axes));
        std::vector<double> angles(static_cast<std::size_t>(d * (d - 1) / 2));
        CHECK(write_angles(axes, angles.data()) == angles.data() + angles.size());
        Eigen::MatrixXd back(d, d);
        CHECK(read_angles(angles.data(), back) == angles.data() + angles.size());
        CHECK(same_axes(axes, back));
    }
}

TEST_CASE("axes that covariances share are found, where one of them has equal variances too") {
    latent::Random random(3);
    const Eigen::MatrixXd axes = random_axes(3, random);
    Eigen::MatrixXd covariances(3, 9);
    const Eigen::MatrixXd variances{{1.0, 4.0, 2.0}, {1.0, 1.0, 5.0}, {3.0, 4.0, 1.0}};
    for (Index k = 0; k < 3; ++k)
        covariances.middleCols(3 * k, 3) = axes * variances.col(k).asDiagonal() * axes.transpose();
    const Eigen::MatrixXd found = shared_axes(covariances);
    Eigen::MatrixXd matched = (axes.transpose() * found).cwiseAbs();
    CHECK_THAT(matched.maxCoeff(), WithinRel(1.0, 1e-12));
    CHECK(((matched.array() > 1 - 1e-10) || (matched.array() < 1e-6)).all());
    // From other axes on they are found again.
    const auto again =
        common_axes<Across::varying>(covariances, Eigen::RowVector3d(1, 2, 3), random_axes(3, random));
    matched = (axes.transpose() * again.vectors).cwiseAbs();
    CHECK(((matched.array() > 1 - 1e-10) || (matched.array() < 1e-6)).all());
}

TEMPLATE_TEST_CASE_SIG("no turn of the common axes raises the likelihood", "", ((Across volume), volume),
                       Across::equal, Across::varying) {
    latent::Random random(4);
    Eigen::MatrixXd scatters(4, 12);
    for (Index k = 0; k < 3; ++k) {
        Eigen::MatrixXd some(4, 6);
        for (double& value : some.reshaped()) value = random.normal();
        scatters.middleCols(4 * k, 4) = some * some.transpose();
    }
    const Eigen::RowVector3d counts(6, 3, 9);
    const auto best = common_axes<volume>(scatters, counts, Eigen::MatrixXd::Identity(4, 4));
    CHECK(orthogonal(best.vectors));
    const auto deviance = [&](const Eigen::MatrixXd& axes) {
        const Eigen::MatrixXd along = CommonAxes<double>(scatters, axes).along();
        return axis_deviance(
            along, counts,
            axis_variances<volume, Across::varying>(along, counts, Eigen::RowVector3d::Ones()));
    };
    const double least = deviance(best.vectors);
    CHECK_THAT(least, WithinRel(axis_deviance(best.along(), counts, best.variances), 1e-12));
    for (int i = 0; i < 100; ++i) {
        std::vector<double> angles(6);
        for (double& angle : angles) angle = 0.01 * random.normal();
        Eigen::MatrixXd turn(4, 4);
        read_angles(angles.data(), turn);
        CHECK(deviance(best.vectors * turn) > least - 1e-10);
    }
}
