// A share of the data for each of several processes.
#include "latent/data/shard.hpp"

#include "catch.hpp"
#include "latent/model/mixture.hpp"

using namespace latent;

TEST_CASE("shards are whole slices of the whole data, in order, and all of it") {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Random(1, 100'000);
    const GaussianMixture<> model(2, 1);
    const auto& whole = model.units(x);
    REQUIRE(whole.slices().count() > 8);
    for (const Index parts : {1, 2, 3, 7, 50}) {
        CAPTURE(parts);
        Index next = 0, units = 0, slices = 0;
        for (Index part = 0; part < parts; ++part) {
            const auto own = shard(model, x, part, parts);
            CHECK(own.slices().units() == own.size());
            for (Index s = 0; s < own.slices().count(); ++s, ++slices)
                CHECK(units + own.slices().begin(s) == whole.slices().begin(slices));
            for (Index b = 0; b < own.size(); ++b) {
                CHECK(own[b].number(0) == next);
                CHECK(own[b].data() == x.data() + next);
                next += own[b].cols();
            }
            units += own.size();
        }
        CHECK(next == x.cols());
        CHECK(slices == whole.slices().count());
    }
}

TEST_CASE("a part that there is not is refused") {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Random(1, 10);
    const GaussianMixture<> model(2, 1);
    for (const Index part : {-1, 3})
        CHECK_THROWS_WITH(shard(model, x, part, 3),
                          "latent::shard: part is " + std::to_string(part) + ", expected 0 … 2");
}
