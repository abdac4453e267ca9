// Covariances kept as whole matrices, against Eigen's own.
#include "latent/emission/covariance/matrix.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include "naive_mixture.hpp"
#include "structure.hpp"

using latent::Full, latent::Tied;

namespace {

Eigen::MatrixXd covariance(std::uint64_t seed = 1) {
    latent::Random random(seed);
    return naive::random_covariance(3, random);
}

}  // namespace

TEST_CASE("the factor of a covariance gives its determinant, its inverse and traces with it") {
    const Eigen::MatrixXd sigma = covariance(), other = covariance(2);
    const Block<Full> block(sigma);
    CHECK(block.dense() == sigma);
    CHECK_THAT(block.half_log_determinant, WithinRel(0.5 * std::log(sigma.determinant()), 1e-12));
    CHECK(Full::precision(block.factor, 3).isApprox(sigma.inverse(), 1e-12));
    Eigen::MatrixXd lower = other.triangularView<Eigen::Lower>();  // all that counts of a scatter
    CHECK_THAT(Full::trace_of_ratio(block.factor, lower),
               WithinRel((sigma.inverse() * other).trace(), 1e-12));
    Full::symmetrize(lower);
    CHECK(lower == other);
    Eigen::MatrixXd w = sigma;
    CHECK(std::isnan(Full::factorize(Eigen::MatrixXd(-sigma), w)));
}

TEST_CASE("the least variance in any direction, and a bound of it") {
    const Eigen::MatrixXd sigma = covariance();
    const Block<Full> block(sigma);
    const Eigen::Vector3d floor(0.1, 2, 0.5), root = floor.cwiseSqrt().cwiseInverse();
    const Eigen::MatrixXd scaled = root.asDiagonal() * sigma * root.asDiagonal();
    const double least = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(scaled).eigenvalues()(0);
    CHECK_THAT(Full::least_variance(block.covariance, floor), WithinRel(least, 1e-10));
    CHECK(Full::least_variance_bound(block.factor, floor) <= least);
    CHECK_THAT(Full::least_variance_bound(block.factor, floor),
               WithinRel(1 / scaled.inverse().trace(), 1e-10));
}

TEST_CASE("a raised covariance has no variance below the floor, and what was above stays") {
    Block<Full> block(covariance());
    const Eigen::Vector3d floor(0.1, 2, 0.5), root = floor.cwiseSqrt().cwiseInverse();
    const auto eigenvalues = [&] {
        const Eigen::MatrixXd scaled = root.asDiagonal() * block.covariance * root.asDiagonal();
        return Eigen::VectorXd(Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(scaled).eigenvalues());
    };
    const Eigen::VectorXd before = eigenvalues();
    REQUIRE((before(0) < 1 && before(2) > 1));
    Full::floor_variances(block.covariance, floor);
    CHECK(eigenvalues().isApprox(before.cwiseMax(1), 1e-10));
}

TEST_CASE("variances whose squares overflow are raised as others are") {
    for (const double size : {1.0, 1e75, 1e100, 1e140}) {
        CAPTURE(size);
        const Eigen::Vector2d v(size, -2), floor(1e-5, 1e-6);
        Eigen::MatrixXd covariance = v * v.transpose();
        CHECK(Full::least_variance(covariance, floor) < 1e-3);
        Full::floor_variances(covariance, floor);
        // The matrix determinant lemma, the direction v being above the floor.
        Eigen::MatrixXd factor(2, 2);
        const double half_log_determinant = Full::factorize(covariance, factor);
        const double larger = size * size / floor(0) + 4 / floor(1);
        CHECK_THAT(half_log_determinant, WithinAbs(0.5 * std::log(larger * floor.prod()), 1e-6));
    }
}

TEST_CASE("coordinates of a covariance lead back to it, and colour gives draws of it") {
    const Eigen::MatrixXd sigma = covariance();
    Block<Full> block(sigma), read(covariance(2));
    Eigen::VectorXd v(Full::coordinates(3));
    CHECK(Full::write(block.covariance, v.data()) == v.data() + v.size());
    CHECK(Full::read(v.data(), read.covariance) == v.data() + v.size());
    CHECK(read.covariance.isApprox(sigma, 1e-12));
    Eigen::MatrixXd l(3, 3);
    for (Index j = 0; j < 3; ++j) {
        Eigen::VectorXd z = Eigen::VectorXd::Unit(3, j);
        Full::colour(block.factor, z);
        l.col(j) = z;
    }
    CHECK((l * l.transpose()).isApprox(sigma, 1e-12));
}

TEST_CASE("a covariance of one component or of all counts its parameters and its prior's observations") {
    CHECK(Full::parameters(3) == 6);
    CHECK_FALSE(Full::shared);
    CHECK(Tied::shared);
    CHECK(Full::prior_count(10, 3, 5) == 15);  // its own mean
    CHECK(Tied::prior_count(10, 3, 5) == 19);  // those of all
    Block<Full> block(covariance());
    const Eigen::MatrixXd before = block.covariance;
    Full::add_ridge(block.covariance, Eigen::Vector3d(1, 2, 3));
    CHECK((block.covariance - before).isApprox(Eigen::Vector3d(1, 2, 3).asDiagonal().toDenseMatrix(), 1e-12));
    Full::add_product(block.covariance, Eigen::Vector3d(1, 2, 3), Eigen::Vector3d(0, 0, 4));
    CHECK_THAT(block.covariance(1, 2) - before(1, 2), WithinRel(8, 1e-12));
}
