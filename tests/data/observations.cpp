// Observations as views of the user's memory, or copies where there is none to view.
#include "latent/data/observations.hpp"

#include "catch.hpp"
#include "numbered.hpp"

using latent::Index;
using latent::Observations;

namespace {

template <class X>
concept Viewable = requires(X&& x) {
    Observations<double>(std::forward<X>(x));
};
}  // namespace

TEST_CASE("a view reads the matrix's own memory") {
    const Eigen::MatrixXd x = numbered(3, 5);
    const Observations<double> view(x);
    CHECK(view.data() == x.data());
    CHECK(view.rows() == 3);
    CHECK(view.cols() == 5);
    CHECK(view.row_stride() == 1);
    CHECK(view.column_stride() == 3);
    CHECK(view(2, 4) == x(2, 4));
    CHECK(view.matrix() == x);
    CHECK(view.weights() == nullptr);
    CHECK(view.weight(2) == 1);
}

TEST_CASE("a view of some of the observations has their weights") {
    const Eigen::MatrixXd x = numbered(2, 6);
    const double weights[] = {1, 2, 3, 4, 5, 6};
    const auto part = Observations<double>(x.data(), 2, 6, 1, 2, weights).middle(2, 3);
    CHECK(part.matrix() == x.middleCols(2, 3));
    CHECK(part.weight(0) == 3);
    CHECK(part.weight(2) == 5);
}

TEST_CASE("a view of some rows knows where they are in the whole") {
    const Eigen::MatrixXd x = numbered(4, 5);
    const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> by_rows = x;
    for (const Observations<double>& view : {Observations<double>(x), Observations<double>(by_rows)}) {
        const auto part = view.rows(1, 3).rows(1, 2);
        CHECK(part.matrix() == x.middleRows(2, 2));
        CHECK(part.first_row() == 2);
        CHECK(part.middle(1, 2).first_row() == 2);
        CHECK(view.first_row() == 0);
    }
}

TEST_CASE("a temporary that owns its memory is refused") {
    STATIC_REQUIRE(Viewable<Eigen::MatrixXd&>);
    STATIC_REQUIRE(Viewable<const Eigen::MatrixXd&>);
    STATIC_REQUIRE(Viewable<Eigen::Map<Eigen::MatrixXd>>);
    STATIC_REQUIRE(Viewable<const std::vector<double>&>);
    STATIC_REQUIRE_FALSE(Viewable<Eigen::MatrixXd>);
    STATIC_REQUIRE_FALSE(Viewable<Eigen::RowVectorXd>);
    STATIC_REQUIRE_FALSE(Viewable<std::vector<double>>);
}
