// The most probable path, against all paths.
#include "latent/kernel/viterbi.hpp"

#include <cmath>

#include "catch.hpp"
#include "every_width.hpp"
#include "naive.hpp"

using latent::Index;
using namespace latent::detail;

namespace {

StateRows rows_of(const Eigen::MatrixXd& columns) {
    StateRows rows;
    rows.resize(columns.cols(), columns.rows());
    for (Index t = 0; t < columns.cols(); ++t)
        rows.fill(
            t, [&](Index k) { return columns(k, t); }, MaxSum::none);
    return rows;
}

}  // namespace

TEST_CASE("the best of the paths into each state, step by step", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : {1, 2, 3, 5, 17, 40}) {
        CAPTURE(K);
        constexpr Index n = 6, offset = 2;
        const Eigen::MatrixXd log_a = -naive::observations<double>(K, K, 0).cwiseAbs();
        const Eigen::MatrixXd density = naive::observations<double>(K, n, 0, 2);
        PackedTransition<MaxSum> packed;
        packed.assign(log_a);
        const StateRows densities = rows_of(density);
        StateRows best = rows_of(Eigen::MatrixXd::Zero(K, n + offset));
        Eigen::VectorXd expected = naive::observations<double>(K, 1, 0, 3);
        best.fill(
            offset, [&](Index k) { return expected(k); }, MaxSum::none);
        packed.with([&](const auto& transition) __attribute__((always_inline)) {
            viterbi_steps(transition, densities, offset, best, offset + 1, offset + n);
            return true;
        });
        for (Index t = 1; t < n; ++t) {
            Eigen::VectorXd next(K);
            for (Index j = 0; j < K; ++j) next(j) = (expected + log_a.col(j)).maxCoeff() + density(j, t);
            expected = next;
            for (Index j = 0; j < K; ++j) CHECK(best[offset + t][j] == expected(j));
        }
    }
}

TEST_CASE("the best state is the first of those that attain the maximum", "[kernel]") {
    for (const Index K : {1, 2, 5, 33}) {
        CAPTURE(K);
        Eigen::MatrixXd numbers = naive::observations<double>(K, 2, 0);
        const auto best = [&] {
            const StateRows rows = rows_of(numbers);
            return best_state(K, rows[0], rows[1]);
        };
        Index expected = 0;
        numbers.rowwise().sum().maxCoeff(&expected);
        CHECK(best() == expected);
        numbers.setConstant(-3);
        CHECK(best() == 0);
        if (K > 2) {
            numbers(1, 0) = numbers(K - 1, 1) = -2;
            CHECK(best() == 1);
        }
        numbers.setConstant(MaxSum::none);
        CHECK(best() == 0);
        numbers.setConstant(std::nan(""));
        CHECK((best() >= 0 && best() < K));
    }
}
