// Lines of numbers in memory as registers take them.
#include "latent/core/aligned_table.hpp"

#include <cstdint>
#include <utility>

#include "catch.hpp"

using latent::Index, latent::detail::AlignedTable;

TEMPLATE_TEST_CASE("lines are a stride apart, and hold what is written to them", "", double, float) {
    AlignedTable<TestType> table;
    for (const Index stride : {16, 24, 48}) {
        table.resize(5, stride);
        CHECK(table.stride() == stride);
        CHECK(reinterpret_cast<std::uintptr_t>(table[0]) % 64 == 0);
        for (Index line = 0; line < 5; ++line) {
            CHECK(table[line] == table[0] + line * stride);
            for (Index i = 0; i < stride; ++i) table[line][i] = static_cast<TestType>(100 * line + i);
        }
        const auto& same = table;
        for (Index line = 0; line < 5; ++line)
            for (Index i = 0; i < stride; ++i) REQUIRE(same[line][i] == TestType(100 * line + i));
    }
}

TEST_CASE("a table that shrinks keeps its memory, and one that is moved takes it along") {
    AlignedTable<double> table;
    table.resize(10, 8);
    const double* const memory = table[0];
    table.resize(2, 8);
    table.resize(5, 16);
    CHECK(table[0] == memory);
    const AlignedTable<double> moved = std::move(table);
    CHECK(moved[0] == memory);
    CHECK(moved.stride() == 16);
}
