// Tables of probabilities whose columns are cut into blocks that sum to one.
#include "latent/core/probability_blocks.hpp"

#include <array>
#include <vector>

#include "catch.hpp"

using namespace latent;

namespace {

constexpr std::array<Index, 2> lengths{2, 3};

/// Blocks of two and of three rows; the first column's second block has a zero.
Eigen::MatrixXd table() {
    return Eigen::MatrixXd{{0.25, 0.5}, {0.75, 0.5}, {0.5, 0.2}, {0, 0.3}, {0.5, 0.5}};
}

}  // namespace

TEST_CASE("blocks are visited in order, column by column") {
    std::vector<std::array<Index, 3>> visited;
    detail::for_each_block(table(), lengths, [&](Index first, Index length, Index k) {
        visited.push_back({first, length, k});
    });
    CHECK(visited == std::vector<std::array<Index, 3>>{{0, 2, 0}, {2, 3, 0}, {0, 2, 1}, {2, 3, 1}});
}

TEST_CASE("blocks that are no probabilities are refused by their place") {
    CHECK_NOTHROW(detail::require_probabilities("Owner", table(), lengths));
    Eigen::MatrixXd wrong = table();
    wrong(3, 1) = -0.25;
    CHECK_THROWS_WITH(detail::require_probabilities("Owner", wrong, lengths),
                      "latent::Owner: probabilities(3, 1) is -0.25, expected a finite number ≥ 0");
    wrong(3, 1) = 0.5;
    CHECK_THROWS_WITH(detail::require_probabilities("Owner", wrong, lengths),
                      "latent::Owner: probabilities of component 1, rows 2 … 4, sum to 1.2, expected 1");
}

TEST_CASE("the maximiser of the counts is each block's shares, and a block without counts stays") {
    const Eigen::MatrixXd counts{{1, 0}, {3, 0}, {2, 1}, {0, 1}, {2, 2}};
    Eigen::MatrixXd p = table();
    detail::maximize_probabilities(counts, lengths, p);
    CHECK(p == Eigen::MatrixXd{{0.25, 0.5}, {0.75, 0.5}, {0.5, 0.25}, {0, 0.25}, {0.5, 0.5}});
    const double most = detail::sum_of_log_probabilities(counts, p);
    CHECK_THAT(
        most, WithinAbs(std::log(0.25) + 3 * std::log(0.75) + 6 * std::log(0.5) + 2 * std::log(0.25), 1e-13));
    CHECK(detail::sum_of_log_probabilities(counts, table()) < most);
}

TEST_CASE("a table has as many coordinates as free probabilities, and they lead back to it") {
    const Eigen::MatrixXd before = table();
    REQUIRE(detail::probability_coordinates(before, lengths) == 1 + 1 + 1 + 2);
    std::vector<double> v(5);
    detail::probabilities_to_vector(before, lengths, v);
    CHECK_THAT(v[0], WithinAbs(std::sqrt(0.5) * std::log(0.25 / 0.75), 1e-15));
    CHECK_THAT(v[1], WithinAbs(0, 1e-15));
    CHECK_THAT(v[4], WithinAbs(std::sqrt(2. / 3) * (std::log(0.2 * 0.3) / 2 - std::log(0.5)), 1e-15));
    Eigen::MatrixXd p = (before.array() > 0).select(Eigen::MatrixXd::Ones(5, 2), before);
    detail::probabilities_from_vector(v, lengths, p);
    CHECK(p.isApprox(before, 1e-15));
    CHECK(p(3, 0) == 0);
}

TEST_CASE("distances between coordinates are those between logarithms less their mean") {
    const std::array<Index, 1> one{5};
    const Eigen::MatrixXd a{{0.1}, {0.2}, {0.3}, {0.15}, {0.25}}, b{{0.4}, {0.3}, {0.1}, {0.1}, {0.1}};
    Eigen::VectorXd v(4), w(4);
    detail::probabilities_to_vector(a, one, {v.data(), 4});
    detail::probabilities_to_vector(b, one, {w.data(), 4});
    const Eigen::ArrayXd ratio = (a.array() / b.array()).log();
    CHECK_THAT((v - w).squaredNorm(), WithinAbs((ratio - ratio.mean()).square().sum(), 1e-14));
}

TEST_CASE("every vector gives probabilities, none of them zero") {
    Eigen::MatrixXd p = table();
    detail::probabilities_from_vector(std::vector<double>{1e5, 0, 0, -1e5, 1e5}, lengths, p);
    CHECK(p(0, 0) == 1);
    CHECK((p(1, 0) > 0 && p(1, 0) < 1e-300));
    CHECK(p(3, 0) == 0);
    CHECK(p.allFinite());
    CHECK((p.array() == 0).count() == 1);
    CHECK_NOTHROW(detail::require_probabilities("Owner", p, lengths));
}
