// A block of observations laid out for the vector unit.
#include "latent/data/panel.hpp"

#include <cstdint>

#include "catch.hpp"

using latent::Index, latent::Panel;

TEMPLATE_TEST_CASE("columns begin on a cache line, are whole lines long and a line apart", "", double,
                   float) {
    constexpr Index line = 64 / static_cast<Index>(sizeof(TestType));
    Panel<TestType> panel;
    for (const Index n : {1, 7, 8, 16, 17, 1000}) {
        CAPTURE(n);
        panel.resize(n, 3);
        CHECK(panel.size() == n);
        CHECK(panel.columns() == 3);
        CHECK(panel.padded() % line == 0);
        CHECK((panel.padded() >= n && panel.padded() < n + line));
        CHECK(panel.stride() == panel.padded() + line);
        for (Index j = 0; j < 3; ++j) {
            CHECK(reinterpret_cast<std::uintptr_t>(panel.column(j)) % 64 == 0);
            for (Index i = 0; i < panel.padded(); ++i) panel(i, j) = static_cast<TestType>(100 * i + j);
        }
        for (Index j = 0; j < 3; ++j)
            for (Index i = 0; i < panel.padded(); ++i) CHECK(panel.column(j)[i] == TestType(100 * i + j));
    }
}

TEST_CASE("a panel that shrinks keeps its memory") {
    Panel<double> panel;
    panel.resize(1000, 4);
    const double* const memory = panel.column(0);
    panel.resize(10, 4);
    CHECK(panel.column(0) == memory);
    panel.resize(1000, 4);
    CHECK(panel.column(0) == memory);
}
