// Statistics as a monoid.
#include "latent/core/additive.hpp"

#include <array>
#include <map>
#include <string>
#include <vector>

#include "catch.hpp"
#include "kit/numerics.hpp"
#include "latent/emission/gaussian.hpp"

using namespace latent;

namespace {

struct Inner {
    float weight = 0;
    std::array<double, 2> pair{};
    static constexpr auto fields() { return std::tuple{&Inner::weight, &Inner::pair}; }
};
struct Outer {
    long count = 0;
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(2, 2);
    std::vector<Inner> inner{2};
    std::string name = "not a statistic";
    static constexpr auto fields() { return std::tuple{&Outer::count, &Outer::matrix, &Outer::inner}; }
};
struct Pair {
    std::tuple<Inner, double> parts;
    static constexpr auto fields() { return std::tuple{&Pair::parts}; }
};
struct Empty {
    static constexpr auto fields() { return std::tuple{}; }
};
struct Unnamed {
    double x;
};
struct Mapped {
    std::map<int, double> counts;
    static constexpr auto fields() { return std::tuple{&Mapped::counts}; }
};

static_assert(Additive<double> && Additive<int> && Additive<Eigen::Matrix3d> && Additive<Eigen::ArrayXf>);
static_assert(Additive<std::vector<double>> && Additive<std::array<Eigen::VectorXd, 3>>);
static_assert(Additive<Inner> && Additive<Outer> && Additive<std::vector<Outer>> && Additive<Empty>);
static_assert(Additive<GaussianStatistics<Full>> && Additive<Pair> && Additive<std::tuple<Pair, Outer>>);
static_assert(!Additive<Unnamed> && !Additive<std::vector<Unnamed>> && !Additive<Mapped> &&
              !Additive<std::tuple<double, Unnamed>>);

/// One of each kind, filled with 1, 2, 3, ….
Outer numbered(double step = 1) {
    Outer s;
    double next = 0;
    for_each_leaf(
        [&](auto leaf) {
            for (auto& value : leaf)
                value = static_cast<std::remove_reference_t<decltype(value)>>(next += step);
        },
        s);
    return s;
}

}  // namespace

TEST_CASE("every number of nested statistics is visited once, in the order of the fields") {
    CHECK(kit::flat(numbered()) == std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    CHECK(kit::flat(Empty{}).empty());
}

TEST_CASE("add, scale and set_zero reach every number and nothing else") {
    Outer s = numbered();
    add(s, numbered(10));
    CHECK(kit::flat(s) == kit::flat(numbered(11)));
    scale(s, 2);
    CHECK(kit::flat(s) == kit::flat(numbered(22)));
    set_zero(s);
    CHECK(kit::flat(s) == std::vector<double>(11, 0.0));
    CHECK(s.name == "not a statistic");
    CHECK(s.matrix.rows() == 2);
    CHECK(s.inner.size() == 2);
}

TEST_CASE("a tuple is added part by part") {
    Pair s{{{1, {2, 3}}, 4}};
    CHECK(kit::flat(s) == std::vector<double>{1, 2, 3, 4});
    add(s, Pair(s));
    scale(s, 2);
    CHECK(kit::flat(s) == std::vector<double>{4, 8, 12, 16});
}

TEST_CASE("zero is neutral, and the order of a sum does not matter") {
    Outer zero, s = numbered();
    add(s, zero);
    CHECK(kit::flat(s) == kit::flat(numbered()));
    add(zero, s);
    CHECK(kit::flat(zero) == kit::flat(s));
}

TEST_CASE("statistics of different shapes are not added") {
    Outer s;
    s.matrix.resize(3, 1);
    CHECK_THROWS_WITH(add(s, Outer{}), "latent::add: the statistics' shapes differ: 3 and 4 entries");
    Outer longer;
    longer.inner.resize(3);
    CHECK_THROWS_WITH(add(longer, Outer{}), "latent::add: the statistics' shapes differ: 3 and 2 entries");
    CHECK_THROWS_WITH(add(s = {}, longer), "latent::add: the statistics' shapes differ: 2 and 3 entries");
}

TEMPLATE_TEST_CASE("statistics about different centres are moved to the first one's before they are added",
                   "", Full, Tied, Diagonal, Spherical) {
    const auto about = [](double centre) {
        Eigen::MatrixXd means = Eigen::MatrixXd::Constant(2, 3, centre);
        means.row(0) << 0, 1, 2;
        const std::vector<Eigen::MatrixXd> one(TestType::shared ? 1 : 3, Eigen::MatrixXd::Identity(2, 2));
        return Gaussian<TestType>(means, one);
    };
    const auto seen_from = [&](const Gaussian<TestType>& g, Index n, std::uint64_t seed) {
        Random stream(seed);
        Panel<double> x, r;
        x.resize(n, 2);
        r.resize(n, 3);
        for (Index i = 0; i < x.padded(); ++i) {
            for (Index j = 0; j < 2; ++j) x(i, j) = stream.normal();
            for (Index k = 0; k < 3; ++k) r(i, k) = i < n ? stream.uniform() : 0.0;
        }
        auto s = g.zero_statistics();
        g.accumulate(x, r, s);
        return s;
    };
    const auto here = about(0), there = about(3);
    auto mixed = seen_from(here, 20, 1), expected = mixed;
    add(mixed, seen_from(there, 30, 2));
    add(expected, seen_from(here, 30, 2));
    CHECK(mixed.centre == here.means());
    CHECK(std::abs(here.expected_log_density(mixed) - here.expected_log_density(expected)) < 1e-10);
    CHECK(std::abs(there.expected_log_density(mixed) - there.expected_log_density(expected)) < 1e-10);
}
