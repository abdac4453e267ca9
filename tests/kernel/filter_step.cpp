// Single steps of the filter and of the smoother, against plain loops.
#include "latent/kernel/filter_step.hpp"

#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "every_width.hpp"
#include "latent/kernel/transition.hpp"
#include "naive.hpp"

using namespace latent::detail;
using latent::Index;
using naive::Real;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Problem {
    Eigen::MatrixXd transition;
    StateRows rows;  // before, log-densities, and room for b, joint, pulled
    PackedTransition<SumProduct> packed;

    Problem(Index K, bool sparse) : transition(naive::observations<double>(K, K, 0).cwiseAbs()) {
        for (Index i = 0; i < K; ++i) {
            for (Index j = 0; sparse && j < K; ++j)
                if (j != i && j != (i + 1) % K) transition(i, j) = 0;
            transition.row(i) /= transition.row(i).sum();
        }
        packed.assign(transition);
        rows.resize(5, K);
        const Eigen::MatrixXd numbers = naive::observations<double>(K, 2, 0, 3);
        rows.fill(0, [&](Index k) { return std::abs(numbers(k, 0)); });
        rows.fill(
            1, [&](Index k) { return 20 * numbers(k, 1) - 1e3; }, -infinity);
    }
    Index K() const { return transition.rows(); }

    ScaledSum forward(double scale, double& top) {
        return packed.with([&](const auto& a) LATENT_ALWAYS_INLINE {
            top = largest<std::remove_cvref_t<decltype(a)>::Bytes>(rows[1], rows.padded());
            return filter_step(a, rows[0], scale, rows[1], top, rows[2], rows[3]);
        });
    }
    ScaledSum backward(double scale) {
        return packed.with([&](const auto& a) LATENT_ALWAYS_INLINE {
            return backward_step(a, rows[0], scale, rows[2], rows[4]);
        });
    }
};

}  // namespace

TEST_CASE("a step of the filter and one back", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : {1, 2, 4, 5, 16, 33, 64})
        for (const bool sparse : {false, true}) {
            CAPTURE(K, sparse);
            Problem p(K, sparse);
            double top = 0;
            const ScaledSum joint = p.forward(0.25, top), pulled = p.backward(4);
            Real sum = 0, sum_pulled = 0, most = -infinity;
            for (Index k = 0; k < K; ++k) most = std::max<Real>(most, p.rows[1][k]);
            CHECK(top == double(most));
            for (Index j = 0; j < K; ++j) {
                Real reached = 0, ahead = 0;
                for (Index i = 0; i < K; ++i) {
                    reached += Real(p.rows[0][i]) * p.transition(i, j);
                    ahead += Real(p.transition(j, i)) * p.rows[0][i];
                }
                const Real b = std::exp(Real(p.rows[1][j]) - most);
                CHECK_THAT(p.rows[2][j], WithinRel(double(b), 1e-13));
                CHECK_THAT(p.rows[3][j], WithinRel(double(b * reached / 4), 1e-13));
                CHECK_THAT(p.rows[4][j], WithinRel(double(b * ahead * 4), 1e-13));
                sum += b * reached / 4;
                sum_pulled += b * ahead * 4;
            }
            for (Index j = K; j < p.rows.padded(); ++j)
                for (Index row = 2; row < 5; ++row) CHECK(p.rows[row][j] == 0);
            CHECK_THAT(joint.sum, WithinRel(double(sum), 1e-13));
            CHECK_THAT(pulled.sum, WithinRel(double(sum_pulled), 1e-13));
            CHECK(!joint.lost);
            CHECK(!pulled.lost);
            CHECK(joint.sound(false));
        }
}

TEST_CASE("what is flushed is told, but not what cannot be", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : {2, 5, 16, 33, 64}) {
        CAPTURE(K);
        double top = 0;
        for (const double far : {-300.0, -400.0, -1e5, -infinity}) {
            CAPTURE(far);
            Problem p(K, false);
            p.rows[1][0] = *std::max_element(p.rows[1] + 1, p.rows[1] + K) + far;
            const bool flushed = far < -300, lost = flushed && far > -infinity;
            const ScaledSum joint = p.forward(1, top);
            CHECK(joint.lost == lost);
            CHECK(joint.sound(false) == !lost);
            CHECK(joint.sound(true));
            CHECK((p.rows[3][0] == 0) == flushed);
            CHECK((p.rows[2][0] == 0) == flushed);
            CHECK(!p.backward(1).lost);
            p.rows[2][1] = least_number / 8;
            CHECK(p.backward(1).lost);
            CHECK(p.rows[4][1] == 0);
        }
        // A state that nothing leads to: its density is put to zero, and its being far off is no loss.
        Problem p(K, false);
        p.transition.col(0).setZero();
        p.packed.assign(p.transition);
        p.rows[1][0] = p.rows[1][1] - 1e4;
        CHECK(p.forward(1, top).sound(false));
        p.rows[1][0] = 1e4;  // or that it is the likeliest
        const ScaledSum joint = p.forward(1, top);
        CHECK(top == 1e4);
        CHECK(joint.sum == 0);
        CHECK(!joint.sound(true));
        p.rows[1][1] = std::numeric_limits<double>::quiet_NaN();
        CHECK(!p.forward(1, top).sound(true));
    }
}
