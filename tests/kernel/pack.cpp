#include "latent/kernel/pack.hpp"

#include "catch.hpp"
#include "naive.hpp"

using latent::Index;

namespace {

/// The panel holds x, and its filler the last observation.
template <class Scalar>
void check(const latent::Observations<Scalar>& x) {
    latent::Panel<Scalar> panel;
    latent::detail::pack(x, panel);
    REQUIRE(panel.size() == x.cols());
    REQUIRE(panel.columns() == x.rows());
    bool same = true;
    for (Index j = 0; j < x.rows(); ++j)
        for (Index i = 0; i < panel.padded(); ++i) same &= panel(i, j) == x(j, std::min(i, x.cols() - 1));
    CHECK(same);
}

}  // namespace

TEMPLATE_TEST_CASE("A packed block holds the observations, however they lie in memory", "[kernel]", double,
                   float) {
    for (const Index d : {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33})
        for (const Index n : {1, 2, 3, 4, 7, 8, 9, 31, 64, 100}) {
            CAPTURE(d, n);
            const latent::MatrixX<TestType> x = naive::observations<TestType>(d, n, 0);
            check<TestType>(x);
            const Eigen::Matrix<TestType, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows = x;
            check<TestType>(rows);
            latent::MatrixX<TestType> larger = naive::observations<TestType>(d + 3, n + 2, 0);
            check<TestType>(larger.block(1, 1, d, n));
            check<TestType>(larger.bottomRightCorner(d, n));
            const latent::MatrixX<TestType> transposed = naive::observations<TestType>(n + 1, d, 0);
            check<TestType>(transposed.topRows(n).transpose());
        }
}
