// Registers: loads, shuffles and sums.
#include "latent/kernel/lanes.hpp"

#include <numeric>
#include <vector>

#include "catch.hpp"

using latent::Index;
using namespace latent::detail;

TEMPLATE_TEST_CASE("a register holds what is loaded, from wherever it stands", "[kernel]", double, float) {
    constexpr Index width = lanes<TestType>;
    STATIC_REQUIRE(width * Index(sizeof(TestType)) == register_bytes);
    std::vector<TestType> numbers(static_cast<std::size_t>(3 * width)), back(numbers.size(), TestType(-1));
    std::iota(numbers.begin(), numbers.end(), TestType(1));
    const auto lane = load(numbers.data() + 1);
    store(back.data() + width, lane);
    for (Index i = 0; i < 3 * width; ++i)
        CHECK(back[static_cast<std::size_t>(i)] ==
              (i >= width && i < 2 * width ? TestType(i - width + 2) : TestType(-1)));
    const auto same = broadcast(TestType(-0.0));
    for (Index l = 0; l < width; ++l) CHECK(std::signbit(same[l]));
}

TEMPLATE_TEST_CASE("a square of registers is transposed", "[kernel]", double, float) {
    constexpr int width = static_cast<int>(lanes<TestType>);
    Lane<TestType> rows[width];
    for (int r = 0; r < width; ++r)
        for (int c = 0; c < width; ++c) rows[r][c] = TestType(100 * r + c);
    transpose(rows);
    for (int r = 0; r < width; ++r)
        for (int c = 0; c < width; ++c) CHECK(rows[r][c] == TestType(100 * c + r));
}

namespace {

/// N registers' sums over their lanes, against one after the other.
template <class Scalar, int N>
void check_sums() {
    constexpr int width = static_cast<int>(lanes<Scalar>);
    Lane<Scalar> registers[N];
    for (int i = 0; i < N; ++i)
        for (int l = 0; l < width; ++l) registers[i][l] = Scalar((i + 1) * (l + 1));
    const auto found = sums<Scalar>(registers);
    for (int i = 0; i < N; ++i)
        CHECK(found[static_cast<std::size_t>(i)] == (i + 1) * width * (width + 1) / 2);
}

}  // namespace

TEST_CASE("one lane in every lane", "[kernel]") {
    double numbers[lanes<double, 16>] = {3, 4};
    Lane<double, 16> lane, low, high;
    load(numbers, lane);
    spread<0, double>(lane, low);
    spread<1, double>(lane, high);
    for (Index i = 0; i < lanes<double, 16>; ++i) {
        CHECK(low[i] == 3);
        CHECK(high[i] == 4);
    }
}

TEMPLATE_TEST_CASE("the sums of any number of registers, all at once", "[kernel]", double, float) {
    check_sums<TestType, 1>();
    check_sums<TestType, 2>();
    check_sums<TestType, 3>();
    check_sums<TestType, 5>();
    check_sums<TestType, 8>();
    check_sums<TestType, 9>();
    check_sums<TestType, 17>();
}

TEMPLATE_TEST_CASE("the sum of whole registers, of cache lines and what is left", "[kernel]", double, float) {
    constexpr Index width = lanes<TestType>;
    for (const Index registers : {0, 1, 2, 3, 4, 5, 9, 16}) {
        std::vector<TestType> numbers(static_cast<std::size_t>(registers * width));
        std::iota(numbers.begin(), numbers.end(), TestType(1));
        const Index n = std::ssize(numbers);
        CHECK(sum(numbers.data(), n) == static_cast<double>(n * (n + 1) / 2));
    }
}

TEST_CASE("lanes are folded to what is made of all of them", "[kernel]") {
    Lane<double> sum, most;
    for (Index l = 0; l < lanes<double>; ++l) sum[l] = most[l] = double((5 * l + 3) % lanes<double>) - 2;
    fold_lanes(sum, [](auto& a, const auto& b) { a += b; });
    fold_lanes(most, [](auto& a, const auto& b) { take_larger(a, b); });
    constexpr double n = lanes<double>;
    for (Index l = 0; l < lanes<double>; ++l) {
        CHECK(sum[l] == n * (n - 1) / 2 - 2 * n);
        CHECK(most[l] == n - 3);
    }
}
