// Decompositions of small matrices against Eigen's own.
#include "latent/core/small_matrix.hpp"

#include <Eigen/Eigenvalues>

#include "catch.hpp"
#include "naive_mixture.hpp"

using latent::Index;

namespace {

Eigen::MatrixXd positive_definite(Index d) {
    latent::Random random(static_cast<std::uint64_t>(d));
    return naive::random_covariance(d, random);
}

}  // namespace

TEST_CASE("the Cholesky factor and its inverse") {
    for (const Index d : {1, 2, 3, 5, 8, 17, 40}) {
        const Eigen::MatrixXd a = positive_definite(d), expected = Eigen::LLT<Eigen::MatrixXd>(a).matrixL();
        Eigen::MatrixXd l = a;
        REQUIRE(latent::detail::cholesky(l));
        CHECK(Eigen::MatrixXd(l.triangularView<Eigen::Lower>()).isApprox(expected, 1e-13));
        latent::detail::invert_lower(l);
        CHECK(l.isLowerTriangular());
        CHECK((l * expected).isIdentity(1e-12));
    }
}

TEST_CASE("the factor of a singular matrix, and what its inverse is of what the matrix can make") {
    for (const Index d : {1, 2, 3, 5, 8, 17})
        for (const Index rank : {Index(0), d / 2, d - 1, d}) {
            latent::Random random(static_cast<std::uint64_t>(10 * d + rank));
            Eigen::MatrixXd half(d, rank);
            for (double& value : half.reshaped()) value = random.normal();
            for (Index i = 0; i < d; ++i) half.row(i) *= std::exp(3 * random.normal());  // units of their own
            const Eigen::MatrixXd a = half * half.transpose();
            Eigen::MatrixXd l = a;
            CHECK(latent::detail::semidefinite_cholesky(l) >= rank);  // rounding may be taken for more
            Eigen::MatrixXd w = l, factor = l.triangularView<Eigen::Lower>();
            for (Index j = 0; j < d; ++j)
                if (std::isinf(factor(j, j))) factor(j, j) = 0;
            const double size = a.size() > 0 ? a.cwiseAbs().maxCoeff() : 0;
            CHECK((factor * factor.transpose() - a).cwiseAbs().maxCoeff() <= 1e-12 * size);
            latent::detail::invert_lower(w);
            REQUIRE(w.allFinite());
            Eigen::MatrixXd room, ratio;
            latent::detail::divide(a, w, room, ratio);  // A A⁻
            CHECK((ratio * a - a).cwiseAbs().maxCoeff() <= 1e-9 * size);
        }
    Eigen::MatrixXd one{{4, 2, 0}, {2, 1, 0}, {0, 0, 0}}, two{{1, 1, 0}, {1, 1, 0}, {0, 0, 1e-30}};
    CHECK(latent::detail::semidefinite_cholesky(one) == 1);
    CHECK(latent::detail::semidefinite_cholesky(two) == 2);
    Eigen::MatrixXd nan = Eigen::MatrixXd::Constant(2, 2, std::nan(""));
    CHECK(latent::detail::semidefinite_cholesky(nan) == 0);
}

TEST_CASE("the Cholesky factor looks at the lower triangle only, and works inside a larger matrix") {
    const Eigen::MatrixXd a = positive_definite(4);
    Eigen::MatrixXd all = Eigen::MatrixXd::Constant(4, 12, -7);
    all.middleCols(4, 4).triangularView<Eigen::Lower>() = a;
    REQUIRE(latent::detail::cholesky(all.middleCols(4, 4)));
    latent::detail::invert_lower(all.middleCols(4, 4));
    const Eigen::MatrixXd w = all.middleCols(4, 4);
    CHECK((w.transpose() * w * a).isIdentity(1e-12));
    CHECK((all.leftCols(4).array() == -7).all());
    CHECK((all.rightCols(4).array() == -7).all());
}

TEST_CASE("no Cholesky factor of what is not positive definite") {
    const double nan = std::numeric_limits<double>::quiet_NaN(),
                 inf = std::numeric_limits<double>::infinity();
    const auto has_factor = [](double a, double b, double c) {
        Eigen::MatrixXd m(2, 2);
        m << a, b, b, c;
        return latent::detail::cholesky(m);
    };
    CHECK(has_factor(2, 1, 2));
    CHECK(has_factor(1e-300, 0, 1e300));
    CHECK_FALSE(has_factor(1, 1, 1));
    CHECK_FALSE(has_factor(1, 2, 1));
    CHECK_FALSE(has_factor(-1, 0, 1));
    CHECK_FALSE(has_factor(0, 0, 1));
    CHECK_FALSE(has_factor(nan, 0, 1));
    CHECK_FALSE(has_factor(1, nan, 1));
    CHECK_FALSE(has_factor(1, 0, inf));
}

TEST_CASE("eigenvalues and eigenvectors of positive semidefinite matrices") {
    for (const Index d : {1, 2, 3, 5, 8, 17, 40}) {
        Eigen::MatrixXd a = positive_definite(d);
        a.row(d - 1) *= 1e-3;  // eigenvalues of very different sizes
        a.col(d - 1) *= 1e-3;
        Eigen::MatrixXd columns = a;
        latent::detail::eigen_columns(columns);
        const Eigen::VectorXd values = columns.colwise().norm().transpose();
        const Eigen::MatrixXd vectors = columns * values.cwiseInverse().asDiagonal();
        CHECK((vectors.transpose() * vectors).isIdentity(1e-8));
        CHECK((vectors * values.asDiagonal() * vectors.transpose()).isApprox(a, 1e-12));
        Eigen::VectorXd sorted = values;
        std::sort(sorted.begin(), sorted.end());
        CHECK(sorted.isApprox(Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(a).eigenvalues(), 1e-13));
    }
}

TEST_CASE("eigenvalues that coincide, those of a zero matrix and of one of rank one") {
    Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(3, 3), zero = Eigen::MatrixXd::Zero(3, 3),
                    ones = Eigen::MatrixXd::Ones(3, 3);
    latent::detail::eigen_columns(identity);
    CHECK(identity.isIdentity());
    latent::detail::eigen_columns(zero);
    CHECK(zero.isZero());
    latent::detail::eigen_columns(ones);
    Eigen::Vector3d values = ones.colwise().norm();
    std::sort(values.begin(), values.end());
    CHECK_THAT(values(2), WithinRel(3, 1e-14));
    CHECK(values.head(2).norm() < 1e-14);
}

TEST_CASE("eigenvectors are orthogonal whatever the rank, values in decreasing order") {
    latent::Random random(1);
    for (const Index rank : {5, 3, 1, 0}) {
        CAPTURE(rank);
        Eigen::MatrixXd some(5, rank);
        for (double& value : some.reshaped()) value = random.normal();
        const Eigen::MatrixXd a = some * some.transpose();
        const latent::detail::Eigensystem system = latent::detail::eigensystem(a);
        CHECK((system.vectors.transpose() * system.vectors).isIdentity(1e-13));
        CHECK((system.vectors * system.values.asDiagonal() * system.vectors.transpose() - a).norm() <=
              1e-13 * a.norm());
        CHECK(std::is_sorted(system.values.data(), system.values.data() + 5, std::greater<>()));
    }
}
