#include "latent/kernel/quadratic.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "effort.hpp"
#include "every_width.hpp"
#include "naive.hpp"

using latent::Index;
using naive::Real;

namespace {

constexpr Index sizes[] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11,
                           12, 13, 14, 15, 16, 17, 18, 19, 20, 33, effort<Index>(64, 34)};

/// Means that no float holds exactly, and well-conditioned lower triangular factors.
struct Components {
    Components(Index d, Index K, double offset) : means(naive::observations<double>(d, K, offset, 7)) {
        for (Index k = 0; k < K; ++k) {
            factors.push_back(0.3 * naive::observations<double>(d, d, 0, 11 + static_cast<unsigned>(k)) /
                              std::sqrt(static_cast<double>(d)));
            factors.back().diagonal().array() += 1.5;
            constants.push_back(-1.0 - static_cast<double>(k));
        }
    }
    Eigen::MatrixXd means;
    std::vector<Eigen::MatrixXd> factors;
    std::vector<double> constants;
};

/// Components as the kernels read them, with their whole factors, the diagonals of these, and the first numbers of these.
template <class Scalar>
struct Densities {
    latent::detail::TriangularDensity<Scalar> full;
    latent::detail::DiagonalDensity<Scalar> axes;
    latent::detail::SphericalDensity<Scalar> round;

    void set(const Components& c) {
        const Index d = c.means.rows(), K = c.means.cols();
        full.resize(d, K);
        axes.resize(d, K);
        round.resize(d, K);
        for (Index k = 0; k < K; ++k) {
            const auto& factor = c.factors[std::size_t(k)];
            const Eigen::VectorXd w = factor.diagonal();
            full.set(k, c.means.col(k).data(), factor, c.constants[std::size_t(k)]);
            axes.set(k, c.means.col(k).data(), w.data(), c.constants[std::size_t(k)]);
            round.set(k, c.means.col(k).data(), w(0), c.constants[std::size_t(k)]);
        }
    }
};

template <class Scalar>
Real triangular(const latent::MatrixX<Scalar>& x, const Components& c, Index i, Index k) {
    Real square = 0;
    for (Index r = 0; r < x.rows(); ++r) {
        Real z = 0;
        for (Index j = 0; j <= r; ++j)
            z += Real(c.factors[std::size_t(k)](r, j)) * (Real(x(j, i)) - Real(c.means(j, k)));
        square += z * z;
    }
    return Real(c.constants[std::size_t(k)]) - square / 2;
}

template <class Scalar>
Real diagonal(const latent::MatrixX<Scalar>& x, const Components& c, Index i, Index k) {
    Real square = 0;
    for (Index j = 0; j < x.rows(); ++j) {
        const Real z = Real(c.factors[std::size_t(k)](j, j)) * (Real(x(j, i)) - Real(c.means(j, k)));
        square += z * z;
    }
    return Real(c.constants[std::size_t(k)]) - square / 2;
}

template <class Scalar>
Real spherical(const latent::MatrixX<Scalar>& x, const Components& c, Index i, Index k) {
    Real square = 0;
    for (Index j = 0; j < x.rows(); ++j) {
        const Real z = Real(c.factors[std::size_t(k)](0, 0)) * (Real(x(j, i)) - Real(c.means(j, k)));
        square += z * z;
    }
    return Real(c.constants[std::size_t(k)]) - square / 2;
}

/// The largest error of `out`, in units of eps · (1 + |value|).
template <class Scalar, class Expected>
double error(const latent::Panel<Scalar>& out, const Expected& expected) {
    Real worst = 0;
    for (Index k = 0; k < out.columns(); ++k)
        for (Index i = 0; i < out.size(); ++i) {
            const Real value = expected(i, k);
            worst = std::max(worst, std::abs(Real(out(i, k)) - value) / (1 + std::abs(value)));
        }
    return static_cast<double>(worst) / std::numeric_limits<Scalar>::epsilon();
}

}  // namespace

TEMPLATE_TEST_CASE("Log-densities equal the naive quadratic forms, far from the origin too", "[kernel]",
                   double, float) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    Densities<TestType> densities;  // one for all sizes
    const auto& [full, axes, round] = densities;
    latent::Panel<TestType> out;
    for (const double offset : {0.0, 1e6})
        for (const Index d : sizes)
            for (const Index K : {1, 2, 3, 7, 19})
                for (const Index n : {1, 61, effort(133, 67)}) {
                    const auto x = naive::observations<TestType>(d, n, offset);
                    const auto block = naive::packed(x);
                    const Components c(d, K, offset);
                    densities.set(c);
                    CAPTURE(offset, d, K, n);
                    log_density(block, full, out);
                    REQUIRE(out.size() == n);
                    REQUIRE(out.columns() == K);
                    CHECK(error(out, [&](Index i, Index k) { return triangular(x, c, i, k); }) < 20);
                    log_density(block, axes, out);
                    CHECK(error(out, [&](Index i, Index k) { return diagonal(x, c, i, k); }) < 20);
                    log_density(block, round, out);
                    CHECK(error(out, [&](Index i, Index k) { return spherical(x, c, i, k); }) < 20);
                }
}

TEMPLATE_TEST_CASE("an observation by itself has the bits that it has among others", "[kernel]", double,
                   float) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index d : {1, 3, 4, 9})
        for (const Index K : {1, 3, 8, 19, 33}) {
            CAPTURE(d, K);
            const auto x = naive::observations<TestType>(d, 23, 1e3);
            const Components c(d, K, 1e3);
            Densities<TestType> densities;
            densities.set(c);
            const auto check = [&](const auto& density) {
                latent::Panel<TestType> all, alone;
                log_density(naive::packed(x), density, all);
                const latent::MatrixX<TestType> one = x.col(17);
                log_density(naive::packed(one), density, alone);
                for (Index k = 0; k < K; ++k)
                    for (Index i = 0; i < alone.padded(); ++i) CHECK(alone(i, k) == all(17, k));
            };
            check(densities.full);
            check(densities.axes);
        }
}
