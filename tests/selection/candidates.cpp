// What is compared, by what it is called.
#include "latent/selection/candidates.hpp"

#include "catch.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

TEST_CASE("candidates are every family with every number of components") {
    const auto [full, evi] = candidates(components(2, 4), structures<Full, EVI>(), 3);
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(evi)>, Candidates<GaussianMixture<EVI>>>);
    CHECK(full.name == "full");
    CHECK(evi.name == "EVI");
    REQUIRE(evi.shapes.size() == 3);
    CHECK(evi.shapes[2].size() == 4);
    CHECK(evi.shapes[0].dimension() == 3);
    const auto chains = candidates(states(1, 2), emissions<Poisson<>>(), 1);
    CHECK(std::get<0>(chains).shapes[1].size() == 2);
    static_assert(std::is_same_v<decltype(std::get<0>(chains)), const Candidates<HMM<Poisson<>>>&>);
    CHECK(all_structures().names.size() == 14);
}

TEST_CASE("no components, or fewer at last than at first, are refused") {
    CHECK_THROWS_WITH(components(0, 2), "latent::components: from 0 to 2, expected 1 ≤ first ≤ last");
    CHECK_THROWS_WITH(states(3, 2), "latent::states: from 3 to 2, expected 1 ≤ first ≤ last");
}
