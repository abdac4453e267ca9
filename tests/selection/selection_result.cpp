// The table of a selection.
#include "latent/selection/selection_result.hpp"

#include <sstream>

#include "catch.hpp"

using namespace latent;

TEST_CASE("a table has a line a number, a column a family, and the best three, sound ones first") {
    const auto at = [](const char* name, Index K, double value, bool sound = true) {
        return Candidate{.name = name, .components = K, .criterion = value, .sound = sound};
    };
    const std::vector<Candidate> table{at("full", 1, 20), at("full", 2, 10.5), at("tied", 1, 20),
                                       at("tied", 2, -1000, false)};
    std::ostringstream out;
    detail::print_table(out, "BIC", table, detail::ranked(table, false));
    CHECK(out.str() ==
          "BIC, the smaller, the better\n"
          "  K      full       tied \n"
          "  1     20.00      20.00 \n"
          "  2     10.50   -1000.00!\n"
          "best: full 2 (10.50), full 1 (20.00), tied 1 (20.00)\n"
          "! spurious components, or broken down");
}

TEST_CASE("ranks: degenerate fits are the last, spurious ones behind sound ones unless they are asked for") {
    std::vector<Candidate> table(4);
    table[0].criterion = 3;
    table[1].criterion = 1, table[1].status = Status::degenerate, table[1].sound = false;
    table[2].criterion = 2, table[2].sound = false;
    table[3].criterion = 3;
    CHECK(detail::ranked(table, false) == std::vector<std::size_t>{0, 3, 2, 1});
    CHECK(detail::ranked(table, true) == std::vector<std::size_t>{2, 0, 3, 1});
}
