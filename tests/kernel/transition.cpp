// Transition matrices, dense and sparse, against naive loops.
#include "latent/kernel/transition.hpp"

#include <cmath>

#include "catch.hpp"
#include "every_width.hpp"
#include "naive.hpp"

using namespace latent::detail;
using latent::Index;
using naive::Real;

namespace {

const std::vector<Index> sizes{1, 2, 3, 4, 5, 8, 9, 16, 17, 31, 33, 40, 64};

/// K × K numbers in (0, 1); where `sparse`, only the diagonal, what is above it, and one corner.
Eigen::MatrixXd matrix(Index K, bool sparse, double none) {
    Eigen::MatrixXd a = naive::observations<double>(K, K, 0).array().abs().tanh();
    for (Index i = 0; i < K; ++i)
        for (Index j = 0; j < K; ++j)
            if (sparse && i != j && j != i + 1 && !(i + 1 == K && j == 0)) a(i, j) = none;
    return a;
}

/// One row of K numbers.
StateRows row_of(const Eigen::VectorXd& x) {
    StateRows row;
    row.resize(1, x.size());
    row.fill(0, [&](Index k) { return x(k); });
    return row;
}

template <class Algebra>
constexpr bool is_sum = std::is_same_v<Algebra, SumProduct>;

/// Σ or max of what goes to state j (or, backward, from it).
template <class Algebra>
Real combined(const Eigen::MatrixXd& a, const Eigen::VectorXd& x, Index j, bool backward) {
    Real result = Algebra::none;
    for (Index i = 0; i < x.size(); ++i) {
        const Real entry = backward ? a(j, i) : a(i, j);
        result = is_sum<Algebra> ? result + Real(x(i)) * entry : std::max(result, Real(x(i)) + entry);
    }
    return result;
}

template <class Algebra>
void check_passes(const Eigen::MatrixXd& a) {
    const Index K = a.rows();
    PackedTransition<Algebra> packed;
    packed.assign(matrix(K + 3, false, Algebra::none));  // what it held is gone
    packed.assign(a);
    REQUIRE(packed.states() == K);
    for (Index i = 0; i < K; ++i)
        for (Index j = 0; j < K; ++j) {
            CHECK(packed.row(i)[j] == a(i, j));
            CHECK(packed.column(j)[i] == a(i, j));
        }
    const Eigen::VectorXd x = naive::observations<double>(K, 1, 0, 7).cwiseAbs();
    const StateRows from = row_of(x);
    const StateRows other = row_of(naive::observations<double>(K, 1, 0, 8).cwiseAbs());
    StateRows to, at_once;
    to.resize(3, K);
    at_once.resize(2, K);
    packed.with([&](const auto& transition) __attribute__((always_inline)) {
        CHECK(transition.registers() * lanes<double, std::decay_t<decltype(transition)>::Bytes> ==
              to.padded());
        transition.forward(from[0], to[0]);
        transition.backward(from[0], to[1]);
        transition.backward(other[0], to[2]);
        transition.both(from[0], at_once[0], other[0], at_once[1]);
        return true;
    });
    for (Index j = 0; j < to.padded(); ++j) {
        CAPTURE(K, j);  // a reading for two has the bits of two readings
        CHECK(at_once[0][j] == to[0][j]);
        CHECK(at_once[1][j] == to[2][j]);
    }
    for (const bool backward : {false, true})
        for (Index j = 0; j < to.padded(); ++j) {
            CAPTURE(K, backward, j);
            const double value = to[backward ? 1 : 0][j];
            if (j >= K) {
                CHECK(value == Algebra::none);
                continue;
            }
            const auto expected = double(combined<Algebra>(a, x, j, backward));
            if (is_sum<Algebra>) {
                CHECK_THAT(value, WithinRel(expected, 1e-14));
            } else {
                CHECK(value == expected);
            }
        }
}

}  // namespace

TEST_CASE("sums of products over a transition matrix are the naive ones", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : sizes)
        for (const bool sparse : {false, true}) check_passes<SumProduct>(matrix(K, sparse, 0));
}

TEST_CASE("maxima of sums over the logarithms of a transition matrix are the naive ones", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : sizes)
        for (const bool sparse : {false, true})
            check_passes<MaxSum>(matrix(K, sparse, 0).array().log().matrix());
}

TEST_CASE("a matrix of zeros leads nowhere", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : {2, 20}) {
        check_passes<SumProduct>(Eigen::MatrixXd::Zero(K, K));
        check_passes<MaxSum>(Eigen::MatrixXd::Constant(K, K, MaxSum::none));
    }
}

TEST_CASE("pairs of moves are summed where the matrix has entries, on top of what is there", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index K : sizes)
        for (const bool sparse : {false, true})
            for (const Index n : {0, 1, 63, 130}) {
                CAPTURE(K, sparse, n);
                const Eigen::MatrixXd a = matrix(K, sparse, 0);
                const Eigen::MatrixXd leaving = naive::observations<double>(K, n + 1, 0, 2);
                const Eigen::MatrixXd entering = naive::observations<double>(K, n + 1, 0, 3);
                StateRows left, entered, sum;
                left.resize(n + 1, K);
                entered.resize(n + 1, K);
                sum.resize(left.padded(), K);
                for (Index t = 0; t <= n; ++t) {
                    left.fill(t, [&](Index k) { return leaving(k, t); });
                    entered.fill(t, [&](Index k) { return entering(k, t); });
                }
                for (Index i = 0; i < sum.padded(); ++i) sum.fill(i, [](Index) { return 0.25; });
                PackedTransition<SumProduct> packed;
                packed.assign(a);
                packed.with([&](const auto& transition) __attribute__((always_inline)) {
                    transition.add_pairs(left, entered, n, sum);
                    return true;
                });
                double worst = 0;
                for (Index i = 0; i < K; ++i)
                    for (Index j = 0; j < K; ++j) {
                        if (a(i, j) == 0) continue;
                        Real expected = 0.25;
                        for (Index t = 1; t <= n; ++t) expected += Real(leaving(i, t)) * entering(j, t);
                        worst = std::max(worst, std::abs(sum[i][j] - double(expected)));
                    }
                CHECK(worst < 1e-13);
            }
}
