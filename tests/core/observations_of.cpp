// What all units have in common: observations.
#include "latent/core/observations_of.hpp"

#include "catch.hpp"
#include "latent/data/sequence_blocks.hpp"

using namespace latent;

TEST_CASE("the observations of a block of sequences are all of theirs, those of a view the view itself") {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Random(2, 5);
    const Observations<double> view(x);
    CHECK(&detail::observations_of(view) == &view);
    const std::vector<Index> lengths{2, 3};
    const SequenceBlocks<double> blocks({view, lengths}, 10);
    const auto block = blocks[0];
    CHECK(detail::observations_of(block).matrix() == x);
}
