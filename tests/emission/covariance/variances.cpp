// Covariances without correlation, against the matrices that they stand for.
#include "latent/emission/covariance/variances.hpp"

#include <Eigen/LU>

#include "structure.hpp"

using latent::Diagonal, latent::Spherical;

namespace {

template <class Structure>
Eigen::Vector3d variances() {
    return std::is_same_v<Structure, Diagonal> ? Eigen::Vector3d(4, 0.25, 9) : Eigen::Vector3d(4, 4, 4);
}

}  // namespace

TEMPLATE_TEST_CASE("variances have the determinant, the inverse and the traces of their matrix", "", Diagonal,
                   Spherical) {
    const Eigen::Vector3d v = variances<TestType>();
    const Eigen::MatrixXd sigma = v.asDiagonal();
    const Block<TestType> block(sigma);
    CHECK(block.dense() == sigma);
    CHECK(TestType::precision(block.factor, 3).isApprox(sigma.inverse(), 1e-14));
    CHECK_THAT(TestType::multiplicity(3) * block.half_log_determinant,
               WithinRel(0.5 * std::log(v.prod()), 1e-14));
    Eigen::MatrixXd scatter = 0 * block.covariance;
    const Eigen::Vector3d a(1, 2, 3), b(2, 5, 7);
    TestType::add_product(scatter, a, b);
    CHECK_THAT(TestType::trace_of_ratio(block.factor, scatter), WithinRel(b.dot(sigma.inverse() * a), 1e-14));
    for (Index j = 0; j < 3; ++j) CHECK(TestType::diagonal(block.covariance, j) == v(j));
    Eigen::VectorXd z = Eigen::Vector3d::Ones();
    TestType::colour(block.factor, z);
    CHECK(z.isApprox(v.cwiseSqrt(), 1e-14));
    Eigen::MatrixXd w = block.factor, none = 0 * block.covariance;
    CHECK(std::isnan(TestType::factorize(none, w)));
}

TEST_CASE("variances against a floor: of each dimension, or of their mean") {
    Block<Diagonal> diagonal(variances<Diagonal>().asDiagonal());
    Block<Spherical> spherical(variances<Spherical>().asDiagonal());
    const Eigen::Vector3d floor(1, 0.5, 18);
    CHECK(Diagonal::least_variance(diagonal.covariance, floor) == 0.5);
    CHECK_THAT(Diagonal::least_variance_bound(diagonal.factor, floor), WithinRel(0.5, 1e-14));
    CHECK(Spherical::least_variance(spherical.covariance, floor) == 4 / 6.5);
    CHECK_THAT(Spherical::least_variance_bound(spherical.factor, floor), WithinRel(4 / 6.5, 1e-14));
    Diagonal::floor_variances(diagonal.covariance, floor);
    CHECK(diagonal.covariance == Eigen::Vector3d(4, 0.5, 18));
    Spherical::floor_variances(spherical.covariance, floor);
    CHECK(spherical.covariance(0, 0) == 6.5);
    Spherical::floor_variances(spherical.covariance, Eigen::Vector3d::Ones());
    CHECK(spherical.covariance(0, 0) == 6.5);
    Spherical::add_ridge(spherical.covariance, floor);
    CHECK(spherical.covariance(0, 0) == 13);
    CHECK_FALSE(Diagonal::positive(Eigen::Vector3d(1, 0, 1)));
    CHECK(Spherical::positive(Eigen::Vector3d(1, 0, 1)));
}

TEMPLATE_TEST_CASE("coordinates of variances lead back to them", "", Diagonal, Spherical) {
    Block<TestType> block(variances<TestType>().asDiagonal()), read(Eigen::MatrixXd::Identity(3, 3));
    Eigen::VectorXd v(TestType::coordinates(3));
    CHECK(TestType::write(block.covariance, v.data()) == v.data() + v.size());
    CHECK(TestType::read(v.data(), read.covariance) == v.data() + v.size());
    CHECK(read.covariance.isApprox(block.covariance, 1e-14));
    CHECK(TestType::parameters(3) == v.size());
}

TEST_CASE("matrices that the structure does not allow are told why") {
    Eigen::MatrixXd dense = variances<Diagonal>().asDiagonal();
    Eigen::MatrixXd one(1, 1), three(3, 1);
    CHECK(Diagonal::assign(three, dense) == nullptr);
    CHECK(std::string(Spherical::assign(one, dense)) ==
          "has unequal variances, but the structure is spherical");
    dense(0, 1) = 0.1;
    CHECK_THAT(Diagonal::assign(three, dense), StartsWith("has non-zero entries off its diagonal"));
}

TEST_CASE("a prior of variances counts as its scaled inverse-chi-squared density asks") {
    CHECK(Diagonal::prior_count(10, 3, 5) == 13);
    CHECK(Spherical::prior_count(10, 3, 5) == 5);
}
