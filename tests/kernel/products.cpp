// A panel times a matrix, from either side, against plain loops in long double.
#include "latent/kernel/products.hpp"

#include "catch.hpp"
#include "every_width.hpp"
#include "naive.hpp"

using latent::Index, latent::Panel;
using namespace latent::detail;
using naive::Real;

TEMPLATE_TEST_CASE("numbers linear in the observations are the naive ones, and no other rows are written",
                   "[kernel]", double, float) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    constexpr Index line = 64 / static_cast<Index>(sizeof(TestType));
    const double tolerance = 16 * std::numeric_limits<TestType>::epsilon();
    for (const Index d : {1, 3, 10})
        for (const Index K : {1, 2, 8, 9, 19}) {
            CAPTURE(d, K);
            const Index n = 5 * line, begin = line, count = 3 * line;
            const auto x = naive::table<TestType>(naive::observations<double>(n, d, 1), TestType(0));
            const Eigen::MatrixXd slope = naive::observations<double>(K, d, 0, 2);
            const Eigen::VectorXd start = naive::observations<double>(n, 1, 0, 3),
                                  constant = naive::observations<double>(K, 1, 0, 4);
            auto out = naive::table<TestType>(Eigen::MatrixXd::Constant(n, K, -7), TestType(-7));
            linear(x, begin, count, start.data(), constant.data(), slope.data(), out);
            double worst = 0;
            bool untouched = true;
            for (Index i = 0; i < n; ++i)
                for (Index k = 0; k < K; ++k) {
                    if (i < begin || i >= begin + count) {
                        untouched = untouched && out(i, k) == TestType(-7);
                        continue;
                    }
                    Real expected = Real(start(i - begin)) + constant(k), size = 1;
                    for (Index j = 0; j < d; ++j) {
                        expected += Real(x(i, j)) * slope(k, j);
                        size += std::abs(Real(x(i, j)) * slope(k, j));
                    }
                    worst = std::max(worst, double(std::abs(Real(out(i, k)) - expected) / size));
                }
            CHECK(worst < tolerance);
            CHECK(untouched);
        }
}

TEMPLATE_TEST_CASE("weighted sums are the naive ones, on top of what is there", "[kernel]", double, float) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    for (const Index d : {1, 2, 4, 5, 9})
        for (const Index K : {1, 2, 3, 8})
            for (const Index n : {1, 8, 61, 500}) {
                CAPTURE(d, K, n);
                const Eigen::MatrixXd values = naive::observations<double>(n, d, 1),
                                      weight = naive::observations<double>(n, K, 0, 2).cwiseAbs();
                const auto x = naive::table<TestType>(values, TestType(3));  // the filler's weight is zero
                const auto w = naive::table<TestType>(weight, TestType(0));
                Eigen::VectorXd counts = Eigen::VectorXd::Ones(K);
                Eigen::MatrixXd sums = Eigen::MatrixXd::Ones(d, K);
                add_weighted_sums(x, w, counts.data(), sums.data());
                double worst = 0;
                for (Index k = 0; k < K; ++k) {
                    Real count = 1;
                    for (Index i = 0; i < n; ++i) count += Real(w(i, k));
                    worst = std::max(worst, std::abs(counts(k) - double(count)));
                    for (Index j = 0; j < d; ++j) {
                        Real sum = 1;
                        for (Index i = 0; i < n; ++i) sum += Real(w(i, k)) * Real(x(i, j));
                        worst = std::max(worst, std::abs(sums(j, k) - double(sum)));
                    }
                }
                CHECK(worst < 1e-12 * static_cast<double>(10 + n));
            }
}
