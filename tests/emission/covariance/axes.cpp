// Variances along axes: each kind is the minimum of its deviance.
#include "latent/emission/covariance/axes.hpp"

#include "catch.hpp"
#include "latent/core/random.hpp"

using latent::Index;
using namespace latent::detail;

namespace {

const Eigen::MatrixXd axis_scatters{{4.0, 30.0, 0.5}, {9.0, 1.0, 2.5}};
const Eigen::RowVector3d axis_counts(3, 10, 2);

/// No small change of the variances that keeps equal what is equal lowers the deviance.
template <Across volume, Across shape>
void check_minimum() {
    const auto best = axis_variances<volume, shape>(axis_scatters, axis_counts, Eigen::RowVector3d::Ones());
    REQUIRE(are_variances(best));
    const double least = axis_deviance(axis_scatters, axis_counts, best);
    latent::Random random(5);
    for (int i = 0; i < 200; ++i) {
        Eigen::RowVector3d volumes;
        Eigen::RowVector3d shapes;  // of two axes the logarithms are opposite
        for (Index k = 0; k < 3; ++k) {
            volumes(k) = volume == Across::equal && k > 0 ? volumes(0) : 0.02 * random.normal();
            shapes(k) = shape == Across::equal && k > 0 ? shapes(0) : 0.02 * random.normal();
        }
        Eigen::MatrixXd other = best;
        other.row(0).array() *= (volumes + shapes).array().exp();
        other.row(1).array() *= (volumes - shapes).array().exp();
        CHECK(axis_deviance(axis_scatters, axis_counts, other) > least - 1e-12);
    }
}

}  // namespace

TEST_CASE("variances along axes minimise the deviance under what is equal") {
    check_minimum<Across::equal, Across::equal>();
    check_minimum<Across::equal, Across::varying>();
    check_minimum<Across::varying, Across::equal>();
    check_minimum<Across::varying, Across::varying>();
}

TEST_CASE("what is equal across components is equal") {
    const Eigen::RowVector3d ones = Eigen::RowVector3d::Ones();
    const Eigen::MatrixXd one =
        axis_variances<Across::equal, Across::equal>(axis_scatters, axis_counts, ones);
    CHECK(one.col(0) == one.col(2));
    const Eigen::RowVectorXd equal =
        volumes(axis_variances<Across::equal, Across::varying>(axis_scatters, axis_counts, ones));
    CHECK_THAT(equal(0), WithinRel(equal(1), 1e-14));
    CHECK_THAT(equal(0), WithinRel(equal(2), 1e-14));
    const Eigen::MatrixXd alike =
        axis_variances<Across::varying, Across::equal>(axis_scatters, axis_counts, ones);
    CHECK_THAT(alike(0, 0) / alike(1, 0), WithinRel(alike(0, 2) / alike(1, 2), 1e-14));
}

TEST_CASE("an equal shape does not depend on the volumes to begin with") {
    const auto from_ones = of_equal_shape(axis_scatters, axis_counts, Eigen::RowVector3d::Ones());
    const auto from_others = of_equal_shape(axis_scatters, axis_counts, Eigen::RowVector3d(1e-6, 1, 1e8));
    CHECK(from_ones.isApprox(from_others, 1e-10));
}

TEST_CASE("scatters without a maximum give no variances, and an infinite deviance") {
    Eigen::MatrixXd flat = axis_scatters;
    flat(1, 2) = 0;
    const Eigen::MatrixXd none =
        axis_variances<Across::equal, Across::varying>(flat, axis_counts, Eigen::RowVector3d::Ones());
    CHECK_FALSE(are_variances(none));
    CHECK(axis_deviance(flat, axis_counts, none) == std::numeric_limits<double>::infinity());
}
