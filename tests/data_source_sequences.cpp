// Sequences that are read when they are needed: a hidden Markov model fitted to a file, with the bits of one in memory.
#include "catch.hpp"
#include "instantiated.hpp"
#include "latent/data/npy.hpp"
#include "latent/data/shard.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "temporary_file.hpp"

using namespace latent;

namespace {

using Model = HMM<Poisson<>>;

Model model() {
    return Model(Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{0.95, 0.05}, {0.10, 0.90}},
                 Poisson<>(Eigen::RowVector2d(3, 11)));
}

/// Short sequences, of which a block holds many, and one longer than a block.
const std::vector<Index> lengths{1000, 1, 3000, 500, 9000, 700, 800, 5000, 2, 4000};
Eigen::MatrixXd drawn() {
    Random random(5);
    return model().sample(24'003, random).x;
}

/// The draws in memory, and as a file.
struct Twins {
    Eigen::MatrixXd x = drawn();
    Sequences<double> in_memory{x, lengths};
    TemporaryFile file;
    NpyFile<> source{(write_npy(file.path, x), file.path)};
    SourceSequences<NpyFile<>> sequences{source, lengths};
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
    CHECK_THROWS_WITH(fit(model(), SourceSequences<NpyFile<>>(source, lengths)),
                      "latent::Poisson: observation 20000, dimension 0 is -1, expected a count 0, 1, 2, …");
    CHECK_THROWS_WITH(SourceSequences<NpyFile<>>(source, std::vector<Index>{24'000}),
                      "latent::Sequences: lengths add up to 24000, but there are 24003 observations");
    CHECK_THROWS_WITH(SourceSequences<NpyFile<>>(source, std::vector<Index>{24'003, 0}),
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
    const auto said = never.explain(never.units(SourceSequences<NpyFile<>>(source, halves)));
    CHECK_THAT(said, StartsWith("sequence 1 is impossible from its step 1500 on"));
}
