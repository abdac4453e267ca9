// From what a user has to what a model infers at a time, and never unchecked.
#include "latent/core/units.hpp"

#include <vector>

#include "catch.hpp"

using namespace latent;

namespace {

struct Whole {  // takes its units as they come
    using Unit = int;
};
struct Cutter {  // cuts text into characters
    using Unit = char;
    std::vector<char> units(const std::string& text) const { return {text.begin(), text.end()}; }
};
struct Checked {
    int* asked;
    void check(const std::vector<int>&) const { ++*asked; }
};

static_assert(detail::RangeOf<std::vector<int>, int> && detail::RangeOf<std::vector<int>, double>);
static_assert(!detail::RangeOf<std::vector<double>, int>);  // would lose digits
static_assert(!detail::RangeOf<int, int>);
static_assert(detail::HasUnits<Cutter> && !detail::HasUnits<Whole>);
static_assert(detail::HasCheck<Checked> && !detail::HasCheck<Whole>);

}  // namespace

TEST_CASE("data are cut by a model that knows how, and else taken as they are") {
    CHECK(detail::units_of(Cutter{}, std::string("ab")) == std::vector{'a', 'b'});
    const std::vector<int> data{1, 2};
    CHECK(&detail::units_of(Whole{}, data) == &data);
}

TEST_CASE("data are checked where there is a check") {
    int asked = 0;
    detail::check_with(Checked{&asked}, std::vector<int>{});
    detail::check_with(Whole{}, std::vector<int>{});
    CHECK(asked == 1);
}
