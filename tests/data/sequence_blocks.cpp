// Sequences in blocks, from memory and from a file: a hidden Markov model fitted to either, with the same bits.
#include "catch.hpp"
#include "latent/data/known.hpp"
#include "latent/data/npy.hpp"
#include "latent/data/shard.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "numbered.hpp"
#include "temporary_file.hpp"

using namespace latent;

namespace {

using Model = HMM<Poisson<>>;

Model model() {
    return Model(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.95, 0.05}, {0.10, 0.90}},
                 Poisson<>(Eigen::RowVector2d(3, 11)));
}

/// Short sequences, of which a block holds many, and one longer than a block.
const std::vector<Index> long_and_short{1000, 1, 3000, 500, 9000, 700, 800, 5000, 2, 4000};
Eigen::MatrixXd drawn() {
    Random random(5);
    return model().sample(24'003, random).x;
}

/// The draws in memory, and as a file.
struct Twins {
    Eigen::MatrixXd x = drawn();
    Sequences<double> in_memory{x, long_and_short};
    TemporaryFile file;
    NpyFile<> source{(write_npy(file.path, x), file.path)};
    Sequences<NpyFile<>> sequences{source, long_and_short};
};

/// Block by block, what is read and where it begins.
template <class Blocks, class Expected>
void check_same(const Blocks& blocks, const Expected& expected) {
    REQUIRE(blocks.size() == expected.size());
    CHECK(blocks.rows() == expected.rows());
    CHECK(blocks.cols() == expected.cols());
    for (Index b = 0; b < blocks.size(); ++b) {
        const auto block = blocks[b];
        CHECK(blocks.first(b) == expected.first(b));
        CHECK(blocks.first_sequence(b) == expected.first_sequence(b));
        REQUIRE(block.size() == expected[b].size());
        CHECK(block.all().matrix() == expected[b].all().matrix());
        for (Index i = 0; i < block.size(); ++i) CHECK(block[i].matrix() == expected[b][i].matrix());
    }
}

}  // namespace

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

TEST_CASE("blocks of copied sequences share the copy") {
    const Sequences<double> copied(std::vector<Eigen::MatrixXd>{numbered(2, 2), numbered(2, 6)});
    CHECK(SequenceBlocks<double>(copied, 3).all().data() == copied.all().data());
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

TEST_CASE("blocks of sequences of a source are those of sequences in memory") {
    const Twins t;
    CHECK(t.sequences.size() == 10);
    check_same(model().units(t.sequences), model().units(t.in_memory));
}

TEST_CASE("shards of sequences of a source are those of sequences in memory") {
    const Twins t;
    Index observations = 0;
    for (const Index parts : {1, 2, 3, 40})
        for (Index part = 0; part < parts; ++part) {
            CAPTURE(parts, part);
            const auto blocks = shard(model(), t.sequences, part, parts);
            const auto expected = shard(model(), t.in_memory, part, parts);
            CHECK(blocks.slices().count() == expected.slices().count());
            check_same(blocks, expected);
            observations += blocks.cols();
        }
    CHECK(observations == 4 * t.x.cols());
}

TEST_CASE("a fit of sequences from a file has the bits of one from memory") {
    const Twins t;
    const Model start(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d::Constant(0.5),
                      Poisson<>(Eigen::RowVector2d(2, 8)));
    for (const Index workers : {1, 2, 3}) {
        const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Threads> em{
            {}, {}, {workers}, {}, Aitken{0}, {.iterations = 4}, {}};
        const auto expected = em.fit(start, t.in_memory), fit = em.fit(start, t.sequences);
        CHECK(fit.trace == expected.trace);
        CHECK(fit.model.transition() == expected.model.transition());
        CHECK(fit.model.emission().rates() == expected.model.emission().rates());
    }
    CHECK(start.score(t.sequences) == start.score(t.in_memory));
    CHECK(start.aic(t.sequences) == start.aic(t.in_memory));
    CHECK(start.bic(t.sequences) == start.bic(t.in_memory));
}

TEST_CASE("what is wrong in sequences of a source is named by its number in the whole") {
    Eigen::MatrixXd x = drawn();
    const TemporaryFile file;
    x(0, 20'000) = -1;
    write_npy(file.path, x);
    const NpyFile<> source(file.path);
    CHECK_THROWS_WITH(fit(model(), Sequences<NpyFile<>>(source, long_and_short)),
                      "latent::Poisson: observation 20000, dimension 0 is -1, expected a count 0, 1, 2, …");
    CHECK_THROWS_WITH(Sequences<NpyFile<>>(source, std::vector<Index>{24'000}),
                      "latent::Sequences: lengths add up to 24000, but there are 24003 observations");
    CHECK_THROWS_WITH(Sequences<NpyFile<>>(source, std::vector<Index>{24'003, 0}),
                      "latent::Sequences: lengths[1] is 0, expected at least 1");
}

TEST_CASE("an impossible sequence of a source is named") {
    const TemporaryFile file;
    Eigen::MatrixXd x = Eigen::MatrixXd::Zero(1, 6000);
    x(0, 4500) = 1;
    write_npy(file.path, x);
    const NpyFile<> source(file.path);
    const Model never(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d::Constant(0.5),
                      Poisson<>(Eigen::RowVector2d(0, 0)));
    const std::vector<Index> halves{3000, 3000};
    const auto said = never.explain(never.units(Sequences<NpyFile<>>(source, halves)));
    CHECK_THAT(said, StartsWith("sequence 1 is impossible from its step 1500 on"));
}

TEST_CASE("bounds count steps from the first sequence's beginning, and mark where sequences start") {
    const std::vector<Index> ends{10, 13, 14, 18};
    const std::vector<double> weights{2, 2, 2, 5, 7, 7, 7, 7};
    const SequenceBounds bounds(ends, weights.data());
    CHECK(bounds.size() == 3);
    CHECK(bounds.steps() == 8);
    CHECK(bounds.first(1) == 3);
    CHECK(bounds.length(2) == 4);
    CHECK(bounds.weight(1) == 5);
    CHECK(bounds.weight_at(7) == 7);
    std::vector<unsigned char> starts;
    bounds.mark_starts(starts);
    CHECK(starts == std::vector<unsigned char>{1, 0, 0, 1, 1, 0, 0, 0, 1});
}

TEST_CASE("some of the blocks are those of all, numbered anew") {
    const Eigen::MatrixXd x = numbered(1, 12);
    const std::vector<Index> lengths{3, 2, 1, 4, 2};
    const SequenceBlocks<double> blocks({Observations<double>(x), lengths}, 3);
    REQUIRE(blocks.size() == 4);
    const auto some = blocks.middle(1, latent::Slices(2));
    REQUIRE(some.size() == 2);
    CHECK(some.cols() == 7);
    CHECK(some.slices().units() == 2);
    CHECK(some.first(0) == 0);
    for (const Index b : {0, 1}) {
        CHECK(some[b].size() == blocks[b + 1].size());
        CHECK(some[b].all().matrix() == blocks[b + 1].all().matrix());
        CHECK(some[b].all().number(0) == blocks[b + 1].all().number(0));
    }
}
