// A weighted sample is one whatever order and parts it came in, and survives being written down.
#include "latent/emission/weighted_sample.hpp"

#include "catch.hpp"
#include "latent/core/archive.hpp"
#include "latent/core/random.hpp"

using namespace latent;

namespace {

/// Observation i of n, of two numbers each, i / 7 and i % 7, again from 70 on; weights i and 1.
WeightedSample numbered_sample(Index first, Index n, Index step = 1) {
    Panel<double> x, r;
    x.resize(n, 2), r.resize(n, 2);
    for (Index i = 0; i < x.padded(); ++i) {
        const Index number = first + step * std::min(i, n - 1);
        x(i, 0) = static_cast<double>(number % 70 / 7);
        x(i, 1) = static_cast<double>(number % 7);
        r(i, 0) = i < n ? static_cast<double>(number) : 0.0;
        r(i, 1) = i < n ? 1 : 0;
    }
    WeightedSample s;
    s.reset(2, 2);
    s.append(x, r);
    return s;
}
bool same_sample(const WeightedSample& a, const WeightedSample& b) {
    return a.value == b.value && a.weight == b.weight && a.sorted == b.sorted;
}

}  // namespace

static_assert(Additive<WeightedSample> && Archivable<WeightedSample>);

TEST_CASE("a sample joined of parts is in order, each observation once, with the sum of its weights") {
    WeightedSample all = numbered_sample(0, 0);
    add(all, numbered_sample(0, 140));
    REQUIRE(all.size() == 70);
    CHECK(all.sorted == 70);
    for (Index i = 0; i < 70; ++i) {
        CHECK(all.observations()(0, i) * 7 + all.observations()(1, i) == static_cast<double>(i));
        CHECK(all.weights()(0, i) == static_cast<double>(2 * i + 70));
        CHECK(all.weights()(1, i) == 2);
    }
    WeightedSample odd = numbered_sample(1, 70, 2), even = numbered_sample(0, 70, 2);
    add(odd, even);
    CHECK(same_sample(odd, all));
    scale(odd, 2);
    add(all, WeightedSample(all));
    CHECK(same_sample(odd, all));
    add(all, all);
    CHECK(all.weights()(1, 0) == 8);
    WeightedSample none;
    add(none, all);
    CHECK(same_sample(none, all));
}

TEST_CASE("what has no weight is no part of a sample, and long lists are put in order as they grow") {
    Panel<double> x, r;
    x.resize(1000, 1), r.resize(1000, 1);
    WeightedSample s;
    s.reset(1, 1);
    Random random(2);
    for (int block = 0; block < 50; ++block) {
        for (Index i = 0; i < 1000; ++i) {
            x(i, 0) = std::floor(20 * random.uniform());
            r(i, 0) = static_cast<double>(i % 2);
        }
        s.append(x, r);
        CHECK(s.size() <= 4096 + 60);
    }
    add(s, WeightedSample(s));
    CHECK(s.size() == 20);
    CHECK(s.weights().sum() == 50'000);
}

TEST_CASE("a sample is read back as it was, and joins no other kind") {
    const WeightedSample s = numbered_sample(3, 20);
    ArchiveWriter writer;
    writer.write(s);
    WeightedSample read;
    ArchiveReader(writer.bytes()).read(read);
    CHECK(same_sample(read, s));
    WeightedSample other;
    other.reset(3, 2);
    CHECK_THROWS_WITH(add(other, s),
                      "latent::WeightedSample: observations of d = 2 and K = 2 join those of "
                      "d = 3 and K = 2");
}
