// Components that share one matrix, against components that have it each.
#include "latent/kernel/shared_matrix.hpp"

#include "catch.hpp"
#include "every_width.hpp"
#include "naive.hpp"

using namespace latent::detail;
using latent::Index;
using naive::Real;

namespace {

/// Means `apart`, data about them, all at `offset`, and one matrix.
template <class Scalar>
struct Case {
    Index d, K, n;
    Eigen::MatrixXd means, factor;
    latent::MatrixX<Scalar> x, centres;
    latent::Panel<Scalar> panel, weights;

    Case(Index d_, Index K_, Index n_, double apart, double offset)
        : d(d_), K(K_), n(n_), means(apart * naive::observations<double>(d, K, 0, 2)), factor(d, d) {
        means.array() += offset;
        centres = means.template cast<Scalar>();
        means = centres.template cast<double>();
        factor = 0.2 * naive::observations<double>(d, d, 0, 3);
        factor.template triangularView<Eigen::StrictlyUpper>().setZero();
        factor.diagonal().setOnes();
        x = naive::observations<Scalar>(d, n, 0, 4);
        for (Index i = 0; i < n; ++i) x.col(i) += centres.col(i % K);
        panel = naive::packed<Scalar>(x);
        Eigen::MatrixXd w = naive::observations<double>(n, K, 0, 5).array().abs();
        for (Index i = 0; i < n; i += 7) w.row(i).setZero();
        weights = naive::table<Scalar>(w, Scalar(0));
    }
};

const std::vector<std::pair<Index, Index>> shapes{{3, 2}, {8, 5}, {9, 20}, {16, 16}, {33, 9}};

}  // namespace

TEMPLATE_TEST_CASE("The density under a shared matrix is that under a matrix each", "[kernel]", double,
                   float) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const auto& [d, K] : shapes)
        for (const double apart : {0.0, 1.0, 30.0, 1e5})
            for (const double offset : {0.0, 1e4}) {
                CAPTURE(d, K, apart, offset);
                const Case<TestType> c(d, K, 61, apart, offset);
                SharedTriangularDensity<TestType> shared;
                TriangularDensity<TestType> each;
                shared.resize(d, K);
                each.resize(d, K);
                for (Index k = 0; k < K; ++k) {
                    shared.set(k, c.means.col(k).data(), c.factor, -1.5);
                    each.set(k, c.means.col(k).data(), c.factor, -1.5);
                }
                latent::Panel<TestType> out, expected;
                log_density(c.panel, shared, out);
                log_density(c.panel, each, expected);
                double worst = 0;
                for (Index k = 0; k < K; ++k)
                    for (Index i = 0; i < c.n; ++i)
                        worst = std::max(worst, std::abs(double(out(i, k)) - double(expected(i, k))) /
                                                    (1 + std::abs(double(expected(i, k)))));
                CHECK(worst < 1e-12);
            }
    // Not vacuous: this is where the shared way is taken.
    SharedTriangularDensity<double> shared;
    const Case<double> c(16, 16, 8, 30, 0);
    shared.resize(16, 16);
    for (Index k = 0; k < 16; ++k) shared.set(k, c.means.col(k).data(), c.factor, 0);
    CHECK(shared.whitens());
}

TEMPLATE_TEST_CASE("The sums and the scatter about all centres are the naive ones", "[kernel]", double,
                   float) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const auto& [d, K] : shapes)
        for (const double apart : {0.0, 1.0, 1e4})
            for (const double offset : {0.0, 1e6}) {
                if (std::is_same_v<TestType, float> && offset > 0) continue;  // too few digits for the data
                CAPTURE(d, K, apart, offset);
                const Case<TestType> c(d, K, 61, apart, offset);
                Eigen::VectorXd count = Eigen::VectorXd::Ones(K);
                Eigen::MatrixXd sum = Eigen::MatrixXd::Ones(d, K), scatter = Eigen::MatrixXd::Ones(d, d);
                const double total = add_shared_scatter(c.panel, c.weights, c.centres.data(), count.data(),
                                                        sum.data(), scatter.data(), d);
                naive::Matrix counts = naive::Matrix::Ones(1, K), sums = naive::Matrix::Ones(d, K),
                              scatters = naive::Matrix::Ones(d, d);
                Real size = 1;
                for (Index k = 0; k < K; ++k)
                    for (Index i = 0; i < c.n; ++i) {
                        const Real w = c.weights(i, k);
                        const naive::Vector v =
                            c.x.col(i).template cast<Real>() - c.centres.col(k).template cast<Real>();
                        counts(k) += w;
                        sums.col(k) += w * v;
                        scatters += w * v * v.transpose();
                        size += w * v.squaredNorm();
                    }
                const double eps = std::numeric_limits<TestType>::epsilon();
                CHECK(std::abs(total - double(counts.sum() - Real(K))) < 64 * eps * total);
                CHECK((count - counts.transpose().template cast<double>()).norm() < 64 * eps * total);
                CHECK((sum - sums.template cast<double>()).norm() <
                      64 * eps * std::sqrt(double(size) * total));
                const Eigen::MatrixXd error =
                    (scatter - scatters.template cast<double>()).template triangularView<Eigen::Lower>();
                CHECK(error.norm() < 64 * eps * double(size));
            }
}

TEST_CASE("The scatter within clusters far apart keeps its digits", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    const Index d = 16, K = 8, n = 400;
    const Case<double> c(d, K, n, 1e4, 0);
    Eigen::MatrixXd w = Eigen::MatrixXd::Zero(n, K);
    for (Index i = 0; i < n; ++i) w(i, i % K) = 1;
    Eigen::VectorXd count = Eigen::VectorXd::Zero(K);
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(d, K), scatter = Eigen::MatrixXd::Zero(d, d),
                    expected = scatter;
    add_shared_scatter(c.panel, naive::table<double>(w, 0.0), c.centres.data(), count.data(), sum.data(),
                       scatter.data(), d);
    for (Index i = 0; i < n; ++i) {
        const Eigen::VectorXd v = c.x.col(i) - c.centres.col(i % K);
        expected += v * v.transpose();
    }
    const Eigen::MatrixXd error = (scatter - expected).triangularView<Eigen::Lower>();
    CHECK(error.norm() < 1e-11 * expected.norm());  // squares of distances would lose eight digits more
}
