// Observations and sequences as pieces of data.
#include "latent/data/pieces.hpp"

#include "catch.hpp"
#include "latent/data/known.hpp"

using namespace latent;
using namespace latent::detail;

TEST_CASE("observations are pieces of length one, sequences of theirs") {
    const Eigen::RowVectorXd x = Eigen::RowVectorXd::LinSpaced(6, 1, 6);
    const Eigen::VectorXd w = Eigen::VectorXd::LinSpaced(6, 10, 60);
    const Observations<double> all = weighted(x, w);
    CHECK(number_of_pieces(all) == 6);
    CHECK(length_of_piece(all, 3) == 1);
    CHECK(weights_of_pieces(all) == w);

    const std::vector<Index> lengths{2, 1, 3};
    const Sequences<double> sequences(all, lengths);
    CHECK(number_of_pieces(sequences) == 3);
    CHECK(length_of_piece(sequences, 2) == 3);
    CHECK(weights_of_pieces(sequences) == Eigen::Vector3d(10, 30, 40));  // of the first in each
    CHECK(number_of_piece(sequences, 1) == 1);
    const Eigen::RowVectorXd y = -x;
    const Sequences<double> others = cut_like(sequences, Observations<double>(y));
    CHECK(others.length(2) == 3);
    CHECK(others[1](0, 0) == -3);
}

TEST_CASE("a piece has the number that it had before a model put the observations into another order") {
    const double hole = std::numeric_limits<double>::quiet_NaN();
    const Eigen::MatrixXd x{{1, hole, 3, hole}, {5, 6, 7, 8}};
    const Observations<double> reordered = by_pattern(Observations<double>(with_missing(x)));
    std::vector<double> second(4);
    for (Index i = 0; i < 4; ++i)
        second[static_cast<std::size_t>(number_of_piece(reordered, i))] = reordered(1, i);
    CHECK(second == std::vector<double>{5, 6, 7, 8});
}
