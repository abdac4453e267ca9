// Observations in blocks, of memory and of a source.
#include "latent/data/blocks.hpp"

#include "catch.hpp"

using namespace latent;

namespace {

/// A source that is a matrix.
struct Read {
    using Scalar = double;
    Eigen::MatrixXd x;
    Index rows() const { return x.rows(); }
    Index cols() const { return x.cols(); }
    void read(Index first, Index count, double* to) const {
        std::copy_n(x.col(first).data(), x.rows() * count, to);
    }
};

/// Of d = 3 and n = 10, block by block.
template <class Of>
void check_blocks(const Blocks<Of>& blocks, const Eigen::MatrixXd& x) {
    CHECK(blocks.size() == 3);
    CHECK(blocks.rows() == 3);
    CHECK(blocks.cols() == 10);
    CHECK(blocks.slices().units() == 3);
    CHECK(blocks.slices().count() == 2);
    CHECK(blocks.first(2) == 8);
    CHECK(blocks.length(2) == 2);
    for (Index b = 0; b < 3; ++b) {
        CHECK(blocks[b].matrix() == x.middleCols(4 * b, b < 2 ? 4 : 2));
        CHECK(blocks[b].number(0) == 4 * b);
    }
    const auto last = blocks.middle(1, blocks.slices().middle(1, 2));
    REQUIRE(last.size() == 2);
    CHECK(last.cols() == 6);
    CHECK(last.first(1) == 4);
    CHECK(last[1].matrix() == x.rightCols(2));
    CHECK(last[1].number(0) == 8);
    CHECK(last.middle(1, {1})[0].matrix() == x.rightCols(2));
}

}  // namespace

TEST_CASE("blocks of memory and of a source are the same") {
    const Read source{Eigen::MatrixXd::Random(3, 10)};
    check_blocks(Blocks<double>(source.x, 4, 2), source.x);
    check_blocks(Blocks<Read>(source, 4, 2), source.x);
    CHECK(Blocks<Read>(source, 100)[0].matrix() == source.x);
    CHECK_THROWS_WITH(Blocks<Read>(source, 0), "latent::Blocks: length is 0, expected at least 1");
}

TEST_CASE("blocks have one length, the last what is left") {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Random(1, 10);
    const auto lengths = [&](Index n, Index length) {
        const Blocks<double> blocks(Observations<double>(x).middle(0, n), length);
        std::vector<Index> found;
        for (Index i = 0; i < blocks.size(); ++i) found.push_back(blocks.length(i));
        return found;
    };
    CHECK(lengths(10, 4) == std::vector<Index>{4, 4, 2});
    CHECK(lengths(8, 4) == std::vector<Index>{4, 4});
    CHECK(lengths(3, 4) == std::vector<Index>{3});
    CHECK(lengths(0, 4).empty());
}
