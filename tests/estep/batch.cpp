// One E-step visits all the data.
#include "latent/estep/batch.hpp"

#include "catch.hpp"
#include "kit/coins.hpp"
#include "kit/numerics.hpp"
#include "latent/estep/annealed.hpp"

using namespace latent;

namespace {

/// Soft, and notes where it was called.
struct Noting {
    std::vector<Key>* keys = nullptr;
    static constexpr bool monotone = true;
    static constexpr bool exact = true;
    static constexpr bool settled(int) { return true; }
    double operator()(const kit::Coins& model, int heads, kit::Coins::Posterior& q, Key key) const {
        keys->push_back(key);
        return model.infer(heads, q);
    }
};

}  // namespace

TEST_CASE("a batch E-step visits every unit once, keyed by the iteration and the unit, and adds all up") {
    std::vector<Key> keys;
    const auto e = kit::expect(Noting{&keys}, kit::published_start, kit::published_rounds, 7);
    REQUIRE(keys.size() == 5);
    kit::Coins::Statistics sum;
    kit::Coins::Posterior q;
    double objective = 0;
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(keys[i].iteration == 7);
        CHECK(keys[i].unit == i);
        objective += kit::published_start.infer(kit::published_rounds[i], q);
        kit::published_start.accumulate(kit::published_rounds[i], q, sum);
    }
    CHECK_THAT(e.objective, WithinRel(objective, 1e-14));
    CHECK(kit::distance(kit::flat(e.statistics), kit::flat(sum)) < 1e-13);
}

TEST_CASE("each batch E-step begins anew, and no units are the statistics of no data") {
    const Batch<> batch;
    auto workspace = batch.workspace(kit::published_start, kit::published_rounds, Sequential{});
    Expectation<kit::Coins::Statistics> once, again;
    batch(kit::published_start, kit::published_rounds, 0, workspace, once);
    again = once;
    batch(kit::published_start, kit::published_rounds, 1, workspace, again);
    CHECK(again.objective == once.objective);
    CHECK(kit::flat(again.statistics) == kit::flat(once.statistics));
    const auto none = kit::expect(Soft{}, kit::published_start, std::vector<int>{});
    CHECK(none.objective == 0);
    CHECK(kit::flat(none.statistics) == std::vector<double>(6, 0.0));
}

TEST_CASE("a batch E-step is what its rule is") {
    STATIC_REQUIRE(Batch<>::monotone);
    STATIC_REQUIRE(Batch<>::exact);
    STATIC_REQUIRE_FALSE(Batch<Annealed>::monotone);
    STATIC_REQUIRE_FALSE(Batch<Annealed>::exact);
    CHECK(Batch<>{}.settled(0));
    CHECK_FALSE(Batch<Annealed>{}.settled(0));
    CHECK_THROWS_WITH(Batch<Annealed>{{.beta = 2}}.check(), ContainsSubstring("latent::Annealed: beta is 2"));
}
