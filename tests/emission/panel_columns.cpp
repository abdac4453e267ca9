// Panels as Eigen computes with them.
#include "latent/emission/panel_columns.hpp"

#include "catch.hpp"

using namespace latent;

TEST_CASE("a panel's column is an array in its own memory, the filler included") {
    Panel<float> panel;
    panel.resize(5, 3);
    for (Index j = 0; j < 3; ++j) detail::values(panel, j).setConstant(static_cast<float>(j));
    CHECK(detail::values(panel, 1).size() == panel.padded());
    detail::values(panel, 1) += 0.5f;
    CHECK(panel(panel.padded() - 1, 1) == 1.5f);
    CHECK(panel(0, 0) == 0);
    CHECK(panel(0, 2) == 2);
    const Panel<float>& constant = panel;
    CHECK(detail::values(constant, 1).data() == panel.column(1));
    CHECK(detail::doubles(constant, 1).sum() == 1.5 * static_cast<double>(panel.padded()));

    Panel<float> some;
    detail::copy_columns(constant, 1, 2, some);
    CHECK(some.size() == 5);
    CHECK(some.columns() == 2);
    CHECK(some(some.padded() - 1, 0) == 1.5f);
    CHECK(some(4, 1) == 2);
}
