// Tables looked up and counted in by symbols, against loops over one number at a time.
#include "latent/kernel/symbols.hpp"

#include <limits>
#include <vector>

#include "catch.hpp"
#include "every_width.hpp"
#include "latent/core/random.hpp"

using latent::Index, latent::Panel;
using namespace latent::detail;

namespace {

constexpr Index M = 5, K = 11;  // symbols; columns, of which the last register is not full

/// K, in whole cache lines, × M + 1 numbers; those behind the K are zero.
template <class Number, class Scalar>
Eigen::MatrixX<Number> table(latent::Random& random) {
    constexpr Index line = lanes<Scalar, 64>;
    Eigen::MatrixX<Number> entries = Eigen::MatrixX<Number>::Zero((K + line - 1) / line * line, M + 1);
    for (Number& value : entries.topRows(K).reshaped()) value = static_cast<Number>(random.uniform() + 0.5);
    return entries;
}

template <class Scalar>
Panel<Scalar> random_panel(Index n) {
    latent::Random random(3);
    Panel<Scalar> panel;
    panel.resize(n, K);
    for (Index k = 0; k < K; ++k)
        for (Index i = 0; i < panel.padded(); ++i) panel(i, k) = static_cast<Scalar>(random.uniform());
    return panel;
}

std::vector<std::int32_t> random_symbols(Index n, latent::Random& random) {
    std::vector<std::int32_t> symbol(static_cast<std::size_t>(n));
    for (std::int32_t& s : symbol) s = static_cast<std::int32_t>(random.uniform() * (M + 1));
    return symbol;
}

}  // namespace

TEST_CASE("what is no symbol becomes the number behind the last one, a fraction the symbol below",
          "[kernel]") {
    const std::vector<double> x{0, 4, 3.9, 5, -1, -0.5, std::numeric_limits<double>::quiet_NaN(), 1e300};
    std::vector<std::int32_t> symbol(x.size());
    to_symbols(x.data(), std::ssize(x), M, symbol.data());
    CHECK(symbol == std::vector<std::int32_t>{0, 4, 3, 5, 5, 5, 5, 5});
}

TEMPLATE_TEST_CASE("a symbol is a whole number below M, nothing else", "[kernel]", double, float) {
    std::vector<TestType> x{0, -1, 4, -1, 3, -1};
    CHECK(all_symbols(x.data(), 3, 2, M));
    const auto limit = std::numeric_limits<TestType>::max();
    for (const TestType wrong :
         {TestType(-1), TestType(5), TestType(0.5), TestType(3.75), limit, -limit,
          std::numeric_limits<TestType>::infinity(), std::numeric_limits<TestType>::quiet_NaN()}) {
        CAPTURE(wrong);
        x[2] = wrong;
        CHECK_FALSE(all_symbols(x.data(), 3, 2, M));
    }
}

TEMPLATE_TEST_CASE("entries are stored, added and multiplied, from the row given on", "[kernel]", double,
                   float) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    latent::Random random(1);
    const Index begin = 64, n = 128;
    const auto entries = table<TestType, TestType>(random);
    const auto before = random_panel<TestType>(begin + n);
    const std::vector<std::int32_t> symbol = random_symbols(n, random);
    const SymbolTable<const TestType> own{entries.data(), entries.rows()};
    auto stored = random_panel<TestType>(begin + n), added = random_panel<TestType>(begin + n),
         multiplied = random_panel<TestType>(begin + n);
    look_up<Stored>(own, symbol.data(), n, begin, stored);
    look_up<Added>(own, symbol.data(), n, begin, added);
    look_up<Multiplied>(own, symbol.data(), n, begin, multiplied);
    bool right = true;
    for (Index k = 0; k < K; ++k)
        for (Index i = 0; i < begin + n; ++i) {
            const TestType there = before(i, k);
            const TestType entry =
                i < begin ? there : entries(k, symbol[static_cast<std::size_t>(i - begin)]);
            right = right && stored(i, k) == entry;
            right = right && added(i, k) == (i < begin ? there : there + entry);
            right = right && multiplied(i, k) == (i < begin ? there : there * entry);
        }
    CHECK(right);
}

TEMPLATE_TEST_CASE("weights are counted in double under their rows' symbols, and nowhere else", "[kernel]",
                   double, float) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    latent::Random random(2);
    const Index begin = 64, n = 128;
    auto counts = table<double, TestType>(random);
    const auto weights = random_panel<TestType>(begin + n);
    const std::vector<std::int32_t> symbol = random_symbols(n, random);
    Eigen::MatrixXd expected = counts;
    for (Index i = 0; i < n; ++i)
        for (Index k = 0; k < K; ++k)
            expected(k, symbol[static_cast<std::size_t>(i)]) += static_cast<double>(weights(begin + i, k));
    add_counts<TestType>(weights, symbol.data(), n, begin, {counts.data(), counts.rows()});
    CHECK(counts == expected);
}
