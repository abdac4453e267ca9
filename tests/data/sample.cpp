// Some of the observations, to begin with.
#include "latent/data/sample.hpp"

#include "catch.hpp"
#include "latent/core/sequential.hpp"
#include "latent/data/blocks.hpp"
#include "latent/data/known.hpp"
#include "latent/execution/threads.hpp"

using namespace latent;

namespace {

/// 1 × n: 0, 1, 2, …
Eigen::MatrixXd numbered(Index n) { return Eigen::RowVectorXd::LinSpaced(n, 0, static_cast<double>(n - 1)); }

}  // namespace

TEST_CASE("all observations where there are no more than asked for, with their weights") {
    const Eigen::MatrixXd x = numbered(50);
    const Eigen::VectorXd weights = Eigen::VectorXd::LinSpaced(50, 1, 50);
    const Observations<double> weighted(x.data(), 1, 50, 1, 1, weights.data());
    for (const Index most : {0, 50, 1000}) {
        const auto sample =
            detail::draw_sample<double>(Blocks<double>(weighted, 7), most, 1, 1, Sequential{});
        CHECK(sample.observations(1).matrix() == x);
        for (Index i = 0; i < 50; ++i) CHECK(sample.observations(1).weight(i) == weights(i));
    }
    const auto plain = detail::draw_sample<double>(Blocks<double>(x, 7), 0, 1, 1, Sequential{});
    CHECK(plain.observations(1).weights() == nullptr);
}

TEST_CASE("a sample is in order, of about the size, and the same however the data are cut", "[threads]") {
    const Eigen::MatrixXd x = numbered(10'000);
    const auto draw = [&](Index block, std::uint64_t seed, const auto& execution) {
        return detail::draw_sample<double>(Blocks<double>(x, block), 500, 1, seed, execution).values;
    };
    const auto sample = draw(100, 1, Sequential{});
    CHECK((sample.size() > 400 && sample.size() < 600));
    CHECK(std::is_sorted(sample.begin(), sample.end()));
    CHECK(std::adjacent_find(sample.begin(), sample.end()) == sample.end());
    CHECK(draw(33, 1, Sequential{}) == sample);
    CHECK(draw(33, 1, Threads{3}) == sample);
    CHECK(draw(100, 2, Sequential{}) != sample);
}

TEST_CASE("a sample that chance would leave too small is one of enough observations with weight",
          "[threads]") {
    const Eigen::MatrixXd x = numbered(1000);
    Eigen::VectorXd weights = Eigen::VectorXd::Zero(1000);
    for (const Index i : {20, 450, 451, 999}) weights(i) = 2;
    const Observations<double> weighted(x.data(), 1, 1000, 1, 1, weights.data());
    const auto draw = [](const auto& data, Index block, std::uint64_t seed, const auto& execution) {
        return detail::draw_sample<double>(Blocks<double>(data, block), 3, 3, seed, execution);
    };
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const auto sample = draw(x, 100, seed, Sequential{});
        CHECK((sample.values.size() >= 3 && sample.values.size() < 40));
        CHECK(draw(x, 7, seed, Threads{3}).values == sample.values);
        const auto light = draw(weighted, 100, seed, Sequential{});
        CHECK(light.counted(1) >= 3);
        CHECK(draw(weighted, 7, seed, Threads{3}).values == light.values);
    }
    const auto none = detail::draw_sample<double>(Blocks<double>(weighted, 7), 3, 5, 0, Sequential{});
    CHECK(none.values.size() == 1000);  // all, though no more than four of them have weight
}
