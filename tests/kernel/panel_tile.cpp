// Squares of a panel, read and written observation by observation.
#include "latent/kernel/panel_tile.hpp"

#include "catch.hpp"

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
        Tile<TestType> tile;
        load_tile(panel, width, first, tile);
        for (Index r = 0; r < width; ++r)
            for (Index c = 0; c < width; ++c)
                CHECK(tile[r][c] == (first + c < columns ? panel(width + r, first + c) : TestType(0)));
        store_tile(tile, width, first, copy);
    }
    for (Index k = 0; k < columns; ++k)
        for (Index i = 0; i < 2 * width; ++i) CHECK(copy(i, k) == (i < width ? TestType(-1) : panel(i, k)));
}
