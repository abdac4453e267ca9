// A step's states side by side.
#include "latent/kernel/state_rows.hpp"

#include "catch.hpp"
#include "every_width.hpp"

using latent::Index, latent::Panel;
using namespace latent::detail;

TEST_CASE("rows of states are the panel's, there and back, whatever is left of a cache line", "[kernel]") {
    IN_REGISTERS_OF_EVERY_WIDTH();
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

TEST_CASE("rows of states are padded to whole registers, and apart where they would alias") {
    StateRows rows;
    for (const Index K : {1, 3, 4, 5, 8, 63, 64, 65, 128}) {
        CAPTURE(K);
        rows.resize(3, K);
        CHECK(rows.states() == K);
        CHECK(rows.padded() >= K);
        CHECK(rows.padded() - K < state_unit);
        CHECK(rows.padded() % lanes<double> == 0);
        CHECK(rows.stride() >= rows.padded());
        CHECK(rows.stride() % 64 != 0);
        rows.fill(
            2, [](Index k) { return double(k); }, -1);
        for (Index k = 0; k < rows.padded(); ++k) CHECK(rows[2][k] == (k < K ? double(k) : -1));
        CHECK(rows.at()[2] == rows[2]);
    }
}
