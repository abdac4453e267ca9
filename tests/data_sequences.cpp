// Observations as views, and their division into units.
#include "catch.hpp"
#include "latent/data/sequence_blocks.hpp"

using latent::Index;
using latent::Observations;
using latent::SequenceBlock;
using latent::SequenceBlocks;
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
    const SequenceBlocks<double> blocks(copied, 3);
    CHECK(blocks.all().data() == copied.all().data());
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
    CHECK(part.first() == 1);
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

TEST_CASE("blocks take whole sequences in order, until they are full") {
    const Eigen::MatrixXd x = numbered(2, 30);
    const std::vector<Index> lengths{3, 2, 1, 12, 4, 5, 2, 1};
    const Sequences<double> sequences(Observations<double>(x), lengths);
    const auto sequences_by_block = [&](Index steps) {
        const SequenceBlocks<double> blocks(sequences, steps);
        CHECK(blocks.rows() == 2);
        CHECK(blocks.cols() == 30);
        std::vector<Index> counts;
        Index sequence = 0;
        for (Index b = 0; b < blocks.size(); ++b) {
            const SequenceBlock<double> block = blocks[b];
            CHECK(blocks.first_sequence(b) == sequence);
            CHECK(blocks.first(b) == sequences.first(sequence));
            CHECK(block.all().matrix() == x.middleCols(blocks.first(b), block.steps()));
            CHECK((block.steps() >= steps || b + 1 == blocks.size()));
            CHECK(block.steps() - block.length(block.size() - 1) < steps);
            CHECK(!block.weighted());
            for (Index i = 0; i < block.size(); ++i, ++sequence) {
                CHECK(block.length(i) == lengths[static_cast<std::size_t>(sequence)]);
                CHECK(block.first(i) == sequences.first(sequence) - blocks.first(b));
                CHECK(block[i].matrix() == sequences[sequence].matrix());
                CHECK(block.weight(i) == 1);
            }
            counts.push_back(block.size());
        }
        CHECK(sequence == sequences.size());
        return counts;
    };
    CHECK(sequences_by_block(1) == std::vector<Index>(8, 1));
    CHECK(sequences_by_block(6) == std::vector<Index>{3, 1, 2, 2});
    CHECK(sequences_by_block(7) == std::vector<Index>{4, 2, 2});
    CHECK(sequences_by_block(30) == std::vector<Index>{8});
    CHECK(sequences_by_block(1000) == std::vector<Index>{8});
}

TEST_CASE("no sequences are no blocks") {
    const Eigen::MatrixXd nothing(2, 0);
    CHECK(SequenceBlocks<double>(nothing, 10).size() == 0);
}

TEST_CASE("blocks know the weights of their sequences, and can forget them") {
    const Eigen::MatrixXd x = numbered(1, 7);
    Eigen::VectorXd weights(7);
    weights << 2, 2, 0.5, 0, 0, 3, 3;
    const std::vector<Index> lengths{2, 1, 2, 2};
    const SequenceBlocks<double> blocks({latent::weighted(x, weights), lengths}, 3);
    REQUIRE(blocks.size() == 2);
    const SequenceBlock<double> last = blocks[1];
    CHECK(last.weighted());
    CHECK(last.weight(0) == 0);
    CHECK(last.weight(1) == 3);
    for (Index t = 0; t < 4; ++t) CHECK(last.weight_at(t) == weights(3 + t));
    CHECK(blocks[0].weight(1) == 0.5);
    const SequenceBlock<double> plain = last.unweighted();
    CHECK(!plain.weighted());
    CHECK(plain.weight(1) == 1);
    CHECK(plain.size() == 2);
    CHECK(plain[1].matrix() == last[1].matrix());
    CHECK(plain.all().weights() == nullptr);
}
