#include "latent/kernel/softmax.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "every_width.hpp"
#include "naive.hpp"

using namespace latent::detail;
using latent::Index;
using naive::Real;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// log Σ_k exp(row_k), and the row's responsibilities.
std::vector<Real> naive_row(const std::vector<Real>& row, Real& log_sum) {
    const Real top = *std::max_element(row.begin(), row.end());
    std::vector<Real> p;
    Real total = 0;
    for (const Real value : row) total += p.emplace_back(std::exp(value - top));
    for (Real& value : p) value /= total;
    log_sum = top + std::log(total);
    return p;
}

template <class Scalar>
void check(const Eigen::MatrixXd& values, const std::vector<double>& log_weight) {
    auto p = naive::table<Scalar>(values, Scalar(-3)), q = naive::table<Scalar>(values, Scalar(5));
    std::vector<double> log_sums(std::size_t(values.rows()));
    const double sum = normalize(p, log_weight.data());
    normalize(q, log_weight.data(), log_sums.data());
    const Real eps = std::numeric_limits<Scalar>::epsilon();
    Real total = 0, total_size = 0, worst = 0, worst_sum = 0;
    for (Index i = 0; i < values.rows(); ++i) {
        std::vector<Real> row;
        for (Index k = 0; k < values.cols(); ++k)
            row.push_back(
                Real(static_cast<Scalar>(values(i, k)) + static_cast<Scalar>(log_weight[std::size_t(k)])));
        Real log_sum = 0;
        const auto expected = naive_row(row, log_sum);
        total += log_sum;
        total_size += 1 + std::abs(log_sum);
        worst_sum =
            std::max(worst_sum, std::abs(log_sum - Real(log_sums[std::size_t(i)])) / (1 + std::abs(log_sum)));
        for (Index k = 0; k < values.cols(); ++k) {
            const Real r = expected[std::size_t(k)];
            // Subtracting the largest rounds by eps · |difference|, and exp makes that a relative error.
            const Real size =
                r * (1 + log_sum - row[std::size_t(k)]) + std::numeric_limits<Scalar>::min() / eps;
            worst = std::max(worst, r == 0 ? Real(p(i, k)) : std::abs(Real(p(i, k)) - r) / size);
            CHECK(p(i, k) == q(i, k));
        }
    }
    CHECK(double(worst / eps) < 8);
    CHECK(double(worst_sum / eps) < 8);
    CHECK(double(std::abs(total - Real(sum)) / total_size / eps) < 8 + double(values.rows()) / 8);
    for (Index k = 0; k < p.columns(); ++k)
        for (Index i = p.size(); i < p.padded(); ++i) CHECK(p(i, k) == Scalar(0));
}

}  // namespace

TEMPLATE_TEST_CASE("Responsibilities and log-sums equal the naive ones", "[kernel]", double, float) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : {1, 2, 3, 7, 40})
        for (const Index n : {1, 8, 61, 3000})
            for (const double spread : {1.0, 20.0}) {
                CAPTURE(K, n, spread);
                const Eigen::MatrixXd values = spread * naive::observations<double>(n, K, -2);
                std::vector<double> log_weight(static_cast<std::size_t>(K), -std::log(double(K)));
                check<TestType>(values, log_weight);
                check<TestType>(Eigen::MatrixXd::Constant(n, K, -1e5), log_weight);
                if (K == 1) continue;
                log_weight[0] = -infinity;
                check<TestType>(values, log_weight);
            }
}

TEMPLATE_TEST_CASE("A row of -inf keeps finite responsibilities, and a NaN is seen in the sum", "[kernel]",
                   double, float) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : {1, 2, 3}) {
        CAPTURE(K);
        const std::vector<double> log_weight(static_cast<std::size_t>(K), 0.0);
        Eigen::MatrixXd values = naive::observations<double>(40, K, 0);
        values.row(17).setConstant(-infinity);
        auto p = naive::table<TestType>(values, TestType(0)), q = naive::table<TestType>(values, TestType(0));
        std::vector<double> log_sums(40);
        CHECK(normalize(p, log_weight.data()) == -infinity);
        normalize(q, log_weight.data(), log_sums.data());
        for (std::size_t i = 0; i < 40; ++i) CHECK((log_sums[i] == -infinity) == (i == 17));
        for (Index k = 0; k < K; ++k) CHECK(p(17, k) == TestType(1) / static_cast<TestType>(K));
        for (Index k = 0; k < K; ++k) {
            values = naive::observations<double>(40, K, 0);
            values(39, k) = values(3, k) = std::numeric_limits<double>::quiet_NaN();
            p = naive::table<TestType>(values, TestType(0));
            CHECK(std::isnan(normalize(p, log_weight.data())));
        }
    }
}

TEST_CASE("Column sums leave the filler out, and scale multiplies", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    const Eigen::MatrixXd values = naive::observations<double>(61, 3, 0);
    auto p = naive::table<double>(values, 0.0);
    Eigen::VectorXd sums = Eigen::VectorXd::Ones(3);
    latent::detail::column_sums(p, sums.data());
    CHECK((sums - values.colwise().sum().transpose() - Eigen::VectorXd::Ones(3)).cwiseAbs().maxCoeff() <
          1e-13);
    latent::detail::scale(p, 0.5);
    CHECK(p(60, 2) == 0.5 * values(60, 2));
}
