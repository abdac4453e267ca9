// Random numbers: streams named by keys, the same everywhere.
#include "latent/core/random.hpp"

#include <array>
#include <map>
#include <random>
#include <set>

#include "catch.hpp"

using latent::Index, latent::Random;

namespace {

constexpr int draws = 20'000;

/// The mean of f(draw) over many draws.
template <class F>
double mean(const F& f) {
    Random random(1);
    double total = 0;
    for (int i = 0; i < draws; ++i) total += f(random);
    return total / draws;
}

/// Five standard errors of a mean of variables of this variance.
double tolerance(double variance) { return 5 * std::sqrt(variance / draws); }

}  // namespace

static_assert(std::uniform_random_bit_generator<Random>);

TEST_CASE("equal keys, equal streams, and any other key another stream") {
    const auto first = [](Random r) { return r(); };
    CHECK(first(Random(1, 2, 3)) == first(Random(1, 2, 3)));
    std::set<std::uint64_t> seen;
    for (std::uint64_t seed = 0; seed < 10; ++seed)
        for (std::uint64_t a = 0; a < 10; ++a)
            for (std::uint64_t b = 0; b < 10; ++b) seen.insert(first(Random(seed, a, b)));
    CHECK(seen.size() == 1000);
}

TEST_CASE("streams of neighbouring keys are not correlated") {
    double product = 0;
    for (std::uint64_t key = 0; key < draws; ++key)
        product += (Random(7, key).uniform() - 0.5) * (Random(7, key + 1).uniform() - 0.5);
    CHECK_THAT(product / draws, WithinAbs(0, tolerance(1.0 / 144)));
}

TEST_CASE("uniform numbers lie between 0 and 1, never at 1, and fill the interval") {
    CHECK_THAT(mean([](Random& r) { return r.uniform(); }), WithinAbs(0.5, tolerance(1.0 / 12)));
    CHECK_THAT(mean([](Random& r) { return std::pow(r.uniform(), 2); }),
               WithinAbs(1.0 / 3, tolerance(4.0 / 45)));
    Random random(2);
    for (int i = 0; i < draws; ++i) {
        const double u = random.uniform();
        REQUIRE((u >= 0 && u < 1));
    }
}

TEST_CASE("below gives every index alike") {
    for (Index i = 0; i < 3; ++i)
        CHECK_THAT(mean([&](Random& r) { return r.below(3) == i ? 1.0 : 0.0; }),
                   WithinAbs(1.0 / 3, tolerance(2.0 / 9)));
    CHECK(mean([](Random& r) { return static_cast<double>(r.below(1)); }) == 0);
}

TEST_CASE("normal numbers have the moments of the normal distribution") {
    const auto moment = [](int power) {
        return mean([&](Random& r) { return std::pow(r.normal(), power); });
    };
    CHECK_THAT(moment(1), WithinAbs(0, tolerance(1)));
    CHECK_THAT(moment(2), WithinAbs(1, tolerance(2)));
    CHECK_THAT(moment(3), WithinAbs(0, tolerance(15)));
    CHECK_THAT(moment(4), WithinAbs(3, tolerance(96)));
}

TEST_CASE("categorical follows its weights, and never picks a weight of zero") {
    const std::array weights{0.0, 2.0, 0.0, 1.0, 5.0, 0.0};
    const auto weight = [&](Index i) { return weights[static_cast<std::size_t>(i)]; };
    const auto share = [&](Index i) {
        return mean([&](Random& r) { return r.categorical(weight, 6) == i ? 1.0 : 0.0; });
    };
    for (Index i = 0; i < 6; ++i) {
        const double p = weight(i) / 8;
        CHECK_THAT(share(i), WithinAbs(p, tolerance(p * (1 - p))));
    }
}

TEST_CASE("the stream is that of SplitMix64 on every platform") {
    Random random(0);
    const std::array first{random(), random(), random()};
    Random again(0);
    for (const std::uint64_t value : first) CHECK(again() == value);
    CHECK(first[0] == 0xe220a8397b1dcdaf);  // the published first output for the state 0
}

TEST_CASE("a shuffle makes every order equally often") {
    Random random(4);
    std::map<std::vector<int>, int> found;
    for (int i = 0; i < 6000; ++i) {
        std::vector<int> values{1, 2, 3};
        random.shuffle(values);
        ++found[values];
    }
    REQUIRE(found.size() == 6);
    for (const auto& [order, times] : found) CHECK(std::abs(times - 1000) < 5 * std::sqrt(6000.0 * 5 / 36));
    std::vector<int> none;
    random.shuffle(none);
    CHECK(none.empty());
}
