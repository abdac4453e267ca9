// Observations divided into sequences.
#include "latent/data/sequences.hpp"

#include "catch.hpp"
#include "latent/data/known.hpp"
#include "numbered.hpp"

using latent::Index;
using latent::Observations;
using latent::Sequences;

namespace {

template <class X>
concept Sequential = requires(X&& x) {
    Sequences<double>(std::forward<X>(x));
};

/// Lengths of all units.
template <class Units>
std::vector<Index> lengths_of(const Units& units) {
    std::vector<Index> found;
    for (Index i = 0; i < units.size(); ++i) found.push_back(units.length(i));
    return found;
}

}  // namespace

TEST_CASE("units of given lengths follow one another") {
    const Eigen::MatrixXd x = numbered(2, 10);
    const std::vector<Index> lengths{3, 1, 6};
    const Sequences<double> units(Observations<double>(x), lengths);
    REQUIRE(units.size() == 3);
    CHECK(units.rows() == 2);
    CHECK(units.cols() == 10);
    CHECK(units.first(0) == 0);
    CHECK(units.first(1) == 3);
    CHECK(units.first(2) == 4);
    CHECK(units.length(2) == 6);
    CHECK(units[1].matrix() == x.middleCols(3, 1));
    CHECK(units[2].matrix() == x.middleCols(4, 6));
    CHECK(units.all().matrix() == x);
}

TEST_CASE("some of the units are those of all, numbered anew, in the slices that are given") {
    const Eigen::MatrixXd x = numbered(2, 9);
    const std::vector<Index> lengths{2, 3, 1, 3};
    const Sequences<double> all(Observations<double>(x), lengths);
    const auto some = all.middle(1, latent::Slices(2, 1));
    REQUIRE(some.size() == 2);
    CHECK(some.cols() == 4);
    CHECK(some.slices().count() == 1);
    CHECK(std::vector<Index>(some.ends().begin(), some.ends().end()) == std::vector<Index>{0, 3, 4});
    for (const Index i : {0, 1}) {
        CHECK(some[i].matrix() == all[i + 1].matrix());
        CHECK(some[i].number(0) == all[i + 1].number(0));
    }
    CHECK(all.middle(4, latent::Slices(0)).size() == 0);
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
    constexpr Index quarter = Index{1} << 62;  // four of them wrap around to 0
    CHECK_THROWS_WITH(cut({quarter, quarter, quarter, quarter, 10}),
                      "latent::Sequences: lengths[1] is 4611686018427387904, but there are 10 observations");
}

TEST_CASE("observations alone are one sequence") {
    const Eigen::MatrixXd x = numbered(2, 10);
    const Sequences<double> of_matrix = x, of_view = Observations<double>(x).middle(2, 5);
    CHECK(lengths_of(of_matrix) == std::vector<Index>{10});
    CHECK(of_matrix[0].data() == x.data());
    CHECK(lengths_of(of_view) == std::vector<Index>{5});
    CHECK(of_view[0].matrix() == x.middleCols(2, 5));
    const std::vector<double> numbers{1, 2, 3};
    const Sequences<double> of_numbers = numbers;
    CHECK(lengths_of(of_numbers) == std::vector<Index>{3});
    CHECK(of_numbers.all().rows() == 1);
    const Eigen::MatrixXd nothing(2, 0);
    CHECK(Sequences<double>(nothing).size() == 0);
    CHECK(Sequences<double>(nothing).all().rows() == 2);
}

TEST_CASE("sequences of a temporary that owns its memory are refused") {
    STATIC_REQUIRE(Sequential<Eigen::MatrixXd&>);
    STATIC_REQUIRE(Sequential<const std::vector<double>&>);
    STATIC_REQUIRE(Sequential<std::vector<Eigen::MatrixXd>>);  // copied
    STATIC_REQUIRE_FALSE(Sequential<Eigen::MatrixXd>);
    STATIC_REQUIRE_FALSE(Sequential<std::vector<double>>);
}

TEST_CASE("sequences in a vector are copied, side by side, and live as long as a view of them") {
    const Eigen::MatrixXd x = numbered(2, 9);
    const auto copied = [&] {
        std::vector<Eigen::MatrixXd> each{x.leftCols(2), x.middleCols(2, 6), x.rightCols(1)};
        const Sequences<double> sequences = each;
        for (auto& one : each) one.setZero();
        return Sequences<double>(sequences);  // the first is gone as well
    }();
    CHECK(lengths_of(copied) == std::vector<Index>{2, 6, 1});
    CHECK(copied.all().matrix() == x);
    CHECK(copied[1].matrix() == x.middleCols(2, 6));
    CHECK(Sequences<double>(std::vector<Eigen::MatrixXd>{}).size() == 0);
}

TEST_CASE("sequences in a vector that do not fit are refused") {
    const auto join = [](const std::vector<Eigen::MatrixXd>& each) { Sequences<double> joined(each); };
    CHECK_THROWS_WITH(join({numbered(2, 3), numbered(2, 4), numbered(3, 4)}),
                      "latent::Sequences: sequence 2 has 3 rows, but sequence 0 has 2");
    CHECK_THROWS_WITH(join({numbered(2, 3), Eigen::MatrixXd(2, 0)}),
                      "latent::Sequences: lengths[1] is 0, expected at least 1");
}

TEST_CASE("whole numbers are copied, and the copy lives as long as a view of it") {
    const Eigen::MatrixXi x{{1, -2, 3}, {4, 5, 6}};
    const std::vector<int> numbers{7, 8, 9};
    const auto part = [&] { return Observations<double>(Eigen::MatrixXi(x).topRows(2)).middle(1, 2); }();
    CHECK(part.matrix() == x.rightCols(2).cast<double>());
    CHECK(part.number(0) == 1);
    CHECK(Observations<double>(std::vector<int>{7, 8, 9}).matrix() == Eigen::RowVector3d(7, 8, 9));
    CHECK(Observations<float>(numbers).matrix() == Eigen::RowVector3f(7, 8, 9));
    CHECK(Observations<double>(std::vector<bool>{true, false}).matrix() == Eigen::RowVector2d(1, 0));
    CHECK(lengths_of(Sequences<double>(x)) == std::vector<Index>{3});
    CHECK(lengths_of(Sequences<double>(numbers)) == std::vector<Index>{3});

    const Eigen::VectorXd weights = Eigen::Vector3d(1, 2, 3);
    const Sequences<double> weighted = latent::weighted(x, weights);
    CHECK(weighted.all().matrix() == x.cast<double>());
    CHECK(weighted.all().weights() == weights.data());
    CHECK(latent::weighted(Observations<double>(numbers), weights).matrix() == Eigen::RowVector3d(7, 8, 9));

    constexpr std::int64_t most = std::int64_t{1} << 53;
    CHECK(Observations<double>(std::vector<std::int64_t>{-most, most + 2})(0, 1) == 9007199254740994.0);
    CHECK_THROWS_WITH(
        Observations<double>(std::vector<std::int64_t>{0, most + 1}),
        "latent: observation 1, dimension 0 is 9007199254740993, which no double holds exactly");
    CHECK_THROWS_WITH(Observations<float>(Eigen::MatrixXi::Constant(2, 1, (1 << 24) + 1)),
                      ContainsSubstring("dimension 0 is 16777217, which no float"));
}

TEST_CASE("column vectors in a vector are an observation each") {
    const std::vector<Eigen::VectorXd> x{Eigen::Vector2d(1, 2), Eigen::Vector2d(3, 4), Eigen::Vector2d(5, 6)};
    CHECK(Observations<double>(x).matrix() == Eigen::MatrixXd{{1, 3, 5}, {2, 4, 6}});
    CHECK(Observations<double>(std::vector<Eigen::Vector2i>{{1, 2}}).matrix() == Eigen::Vector2d(1, 2));
    CHECK(Observations<double>(std::vector<Eigen::VectorXd>{}).cols() == 0);
    CHECK_THROWS_WITH(Observations<double>(std::vector<Eigen::VectorXd>{x[0], Eigen::Vector3d(1, 2, 3)}),
                      "latent: observation 1 has 3 coordinates, but observation 0 has 2");
}

TEST_CASE("vectors of numbers in a vector are a sequence each") {
    const Sequences<double> x = std::vector<std::vector<double>>{{1, 2}, {3}, {4, 5, 6}};
    CHECK(lengths_of(x) == std::vector<Index>{2, 1, 3});
    CHECK(x.all().matrix() == Eigen::RowVectorXd{{1, 2, 3, 4, 5, 6}});
    CHECK(lengths_of(Sequences<double>(std::vector<std::vector<int>>{{1, 2}, {3}})) ==
          std::vector<Index>{2, 1});
    CHECK(lengths_of(Sequences<double>(std::vector<Eigen::MatrixXi>{Eigen::MatrixXi{{1, 2}, {3, 4}}})) ==
          std::vector<Index>{2});
    CHECK_THROWS_WITH(Sequences<double>(std::vector<std::vector<double>>{{1}, {}}),
                      "latent::Sequences: lengths[1] is 0, expected at least 1");
}
