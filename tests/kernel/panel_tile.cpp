// Squares of a panel, read and written observation by observation.
#include "latent/kernel/panel_tile.hpp"

#include "catch.hpp"
#include "latent/kernel/state_rows.hpp"

using latent::Index, latent::Panel;
using namespace latent::detail;

TEMPLATE_TEST_CASE("a square is the panel's numbers, and writing it changes no other", "[kernel]", double,
                   float) {
    constexpr auto width = static_cast<Index>(lanes<TestType>);
    const Index columns = 2 * width - 1;  // the last square is not full
    Panel<TestType> panel, copy;
    for (Panel<TestType>* p : {&panel, &copy}) {
        p->resize(2 * width, columns);
        for (Index k = 0; k < columns; ++k)
            for (Index i = 0; i < p->padded(); ++i)
                (*p)(i, k) = p == &panel ? TestType(100 * k + i) : TestType(-1);
    }
    for (const Index first : {Index(0), width}) {
        Tile<TestType, register_bytes> tile;
        load_tile<register_bytes>(columns_of(panel), width, first, tile);
        for (Index r = 0; r < width; ++r)
            for (Index c = 0; c < width; ++c)
                CHECK(tile[r][c] == (first + c < columns ? panel(width + r, first + c) : TestType(0)));
        store_tile<register_bytes>(tile, width, first, columns_of(copy));
    }
    for (Index k = 0; k < columns; ++k)
        for (Index i = 0; i < 2 * width; ++i) CHECK(copy(i, k) == (i < width ? TestType(-1) : panel(i, k)));
}

TEST_CASE("rows of states are the panel's, there and back, whatever is left of a cache line", "[kernel]") {
    for (const Index n : {1, 7, 8, 61, 64})
        for (const Index K : {1, 4, 5, 9, 16}) {
            CAPTURE(n, K);
            Panel<double> panel, back;
            panel.resize(n, K);
            for (Index k = 0; k < K; ++k)
                for (Index i = 0; i < panel.padded(); ++i) panel(i, k) = double(100 * k + i);
            StateRows rows;
            rows.resize(n, K);
            to_rows(panel, rows);
            to_panel(rows, n, back);
            for (Index i = 0; i < n; ++i)
                for (Index k = 0; k < rows.padded(); ++k) CHECK(rows[i][k] == (k < K ? panel(i, k) : 0));
            for (Index k = 0; k < K; ++k)
                for (Index i = 0; i < back.padded(); ++i) CHECK(back(i, k) == (i < n ? panel(i, k) : 0));
        }
}
