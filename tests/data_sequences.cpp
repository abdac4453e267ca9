// Observations as views, and their division into units.
#include "catch.hpp"
#include "latent/data/sequences.hpp"

using latent::Index;
using latent::Observations;
using latent::Sequences;

namespace {

/// d × n numbers that are all different.
Eigen::MatrixXd numbered(Index d, Index n) {
    return Eigen::VectorXd::LinSpaced(d * n, 0, static_cast<double>(d * n - 1)).reshaped(d, n);
}

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

TEST_CASE("a temporary that owns its memory is refused") {
    STATIC_REQUIRE(Viewable<Eigen::MatrixXd&>);
    STATIC_REQUIRE(Viewable<const Eigen::MatrixXd&>);
    STATIC_REQUIRE(Viewable<Eigen::Map<Eigen::MatrixXd>>);
    STATIC_REQUIRE(Viewable<const std::vector<double>&>);
    STATIC_REQUIRE_FALSE(Viewable<Eigen::MatrixXd>);
    STATIC_REQUIRE_FALSE(Viewable<Eigen::RowVectorXd>);
    STATIC_REQUIRE_FALSE(Viewable<std::vector<double>>);
}

TEST_CASE("units of given lengths follow one another") {
    const Eigen::MatrixXd x = numbered(2, 10);
    const std::vector<Index> lengths{3, 1, 6};
    const Sequences<double> units(Observations<double>(x), lengths);
    REQUIRE(units.size() == 3);
    CHECK(units.first(0) == 0);
    CHECK(units.first(1) == 3);
    CHECK(units.first(2) == 4);
    CHECK(units.length(2) == 6);
    CHECK(units[1].matrix() == x.middleCols(3, 1));
    CHECK(units[2].matrix() == x.middleCols(4, 6));
    CHECK(units.all().matrix() == x);
}

TEST_CASE("blocks have one length, the last what is left") {
    const Eigen::MatrixXd x = numbered(1, 10);
    const auto lengths = [&](Index n, Index length) {
        const auto blocks = Sequences<double>::blocks(Observations<double>(x).middle(0, n), length);
        std::vector<Index> found;
        for (Index i = 0; i < blocks.size(); ++i) found.push_back(blocks.length(i));
        return found;
    };
    CHECK(lengths(10, 4) == std::vector<Index>{4, 4, 2});
    CHECK(lengths(8, 4) == std::vector<Index>{4, 4});
    CHECK(lengths(3, 4) == std::vector<Index>{3});
    CHECK(lengths(0, 4).empty());
}

TEST_CASE("lengths that do not fit are refused") {
    const Eigen::MatrixXd x = numbered(1, 10);
    const auto cut = [&](const std::vector<Index>& lengths) {
        Sequences<double>(Observations<double>(x), lengths);
    };
    CHECK_THROWS_WITH(cut({4, 5}), "latent::Sequences: lengths add up to 9, but there are 10 observations");
    CHECK_THROWS_WITH(cut({4, 7}), ContainsSubstring("add up to 11"));
    CHECK_THROWS_WITH(cut({4, 0, 6}), "latent::Sequences: lengths[1] is 0, expected at least 1");
    CHECK_THROWS_WITH(cut({-1, 11}), ContainsSubstring("lengths[0] is -1"));
}
