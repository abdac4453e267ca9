// Squares of a panel, read and written observation by observation.
#include "latent/kernel/panel_tile.hpp"

#include <cstring>
#include <vector>

#include "catch.hpp"
#include "every_width.hpp"

using latent::Index, latent::Panel;
using namespace latent::detail;

namespace {

/// The panel's tile at row `row` and column `column`, and that tile written to `copy`.
template <class Scalar, Index Bytes>
void move_tile(const Panel<Scalar>& panel, Index row, Index column, Scalar* read, Panel<Scalar>& copy) {
    call_in_registers<Bytes>([&]() __attribute__((always_inline)) {
        Tile<Scalar, Bytes> tile;
        load_tile<Bytes>(columns_of(panel), row, column, tile);
        std::memcpy(read, &tile, sizeof tile);
        store_tile<Bytes>(tile, row, column, columns_of(copy));
    });
}

}  // namespace

TEMPLATE_TEST_CASE("a square is the panel's numbers, and writing it changes no other", "[kernel]", double,
                   float) {
    IN_REGISTERS_OF_EVERY_WIDTH();
    const Index width = registers.bytes / static_cast<Index>(sizeof(TestType));
    const Index columns = 2 * width - 1;  // the last square is not full
    Panel<TestType> panel, copy;
    for (Panel<TestType>* p : {&panel, &copy}) {
        p->resize(2 * width, columns);
        for (Index k = 0; k < columns; ++k)
            for (Index i = 0; i < p->padded(); ++i)
                (*p)(i, k) = p == &panel ? TestType(100 * k + i) : TestType(-1);
    }
    std::vector<TestType> read(static_cast<std::size_t>(width * width));
    for (const Index first : {Index(0), width}) {
        with_registers(
            [&](auto bytes) { move_tile<TestType, bytes()>(panel, width, first, read.data(), copy); });
        for (Index r = 0; r < width; ++r)
            for (Index c = 0; c < width; ++c)
                CHECK(read[static_cast<std::size_t>(r * width + c)] ==
                      (first + c < columns ? panel(width + r, first + c) : TestType(0)));
    }
    for (Index k = 0; k < columns; ++k)
        for (Index i = 0; i < 2 * width; ++i) CHECK(copy(i, k) == (i < width ? TestType(-1) : panel(i, k)));
}
