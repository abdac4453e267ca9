// n × d memory seen as d × n: the same bytes, whatever their order and stride.
#include "latent/data/rows.hpp"

#include <utility>

#include "catch.hpp"

using latent::Index;
using latent::Observations;
using latent::rows;

namespace {

template <class... X>
concept Viewable = requires(X&&... x) {
    rows(std::forward<X>(x)...);
};

template <class Scalar, int Order>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Order>;

/// n × d numbers that are all different.
template <class X>
X numbered(Index n, Index d) {
    X x(n, d);
    for (Index i = 0; i < n; ++i)
        for (Index j = 0; j < d; ++j) x(i, j) = static_cast<typename X::Scalar>(100 * i + j);
    return x;
}

/// The view is x transposed, read from x's own memory.
template <class X>
void check_view(const X& x) {
    const Observations<typename X::Scalar> view = rows(x);
    REQUIRE(view.rows() == x.cols());
    REQUIRE(view.cols() == x.rows());
    CHECK(view.data() == x.data());
    CHECK(view.matrix() == x.transpose());
}

}  // namespace

TEST_CASE("matrices of both orders, their blocks, maps and transposes") {
    const auto column_major = numbered<Matrix<double, Eigen::ColMajor>>(7, 3);
    const auto row_major = numbered<Matrix<double, Eigen::RowMajor>>(7, 3);
    const auto single = numbered<Matrix<float, Eigen::RowMajor>>(5, 2);
    check_view(column_major);
    check_view(row_major);
    check_view(single);
    check_view(column_major.block(2, 1, 4, 2));
    check_view(row_major.block(2, 1, 4, 2));
    check_view(column_major.transpose());
    check_view(row_major.col(1));
    check_view(row_major.row(1));
    using Strided = Eigen::Map<const Eigen::MatrixXd, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;
    check_view(Strided(column_major.data(), 2, 3, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>(7, 2)));
    check_view(Eigen::Ref<const Eigen::MatrixXd>(column_major.topRows(3)));
}

TEST_CASE("one-dimensional observations") {
    const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(6, 0, 5);
    check_view(x);
}

TEST_CASE("plain memory is row-major") {
    const std::vector<float> memory{1, 2, 3, 4, 5, 6};
    const auto view = rows(memory, 3, 2);
    CHECK(view.rows() == 2);
    CHECK(view.cols() == 3);
    CHECK(view.data() == memory.data());
    CHECK(view(0, 2) == 5);
    CHECK(view(1, 0) == 2);
    CHECK(rows(memory.data() + 2, 2, 2)(1, 1) == 6);
    CHECK_THROWS_WITH(rows(memory, 2, 2), "latent::rows: x has 6 elements, expected 2 × 2");
    const std::vector<float> nothing;
    CHECK_THROWS_WITH(rows(nothing, latent::Index{1} << 62, 4), ContainsSubstring("x has 0 elements"));
    CHECK_THROWS_AS(rows(memory.data(), 2, 0), std::invalid_argument);
    CHECK_THROWS_AS(rows(memory.data(), -1, 2), std::invalid_argument);
}

TEST_CASE("a temporary that owns its memory does not compile") {
    STATIC_REQUIRE(Viewable<Eigen::MatrixXd&>);
    STATIC_REQUIRE(Viewable<const Eigen::MatrixXd&>);
    STATIC_REQUIRE(Viewable<Eigen::Map<Eigen::MatrixXd>>);
    STATIC_REQUIRE_FALSE(Viewable<Eigen::MatrixXd>);
    STATIC_REQUIRE_FALSE(Viewable<const Eigen::MatrixXf>);
    STATIC_REQUIRE_FALSE(Viewable<Eigen::ArrayXXd>);
    STATIC_REQUIRE(Viewable<std::vector<double>&, Index, Index>);
    STATIC_REQUIRE_FALSE(Viewable<std::vector<double>, Index, Index>);
}
