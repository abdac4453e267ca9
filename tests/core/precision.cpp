// When the data's own rounding is felt.
#include "latent/core/precision.hpp"

#include "catch.hpp"

using namespace latent;

namespace {

struct Rounded {
    std::vector<double> each;
    Index size() const { return std::ssize(each); }
    double rounding(Index k) const { return each[static_cast<std::size_t>(k)]; }
};
struct Model {
    Rounded rounded;
    const Rounded& emission() const { return rounded; }
};
struct Unknowing {};

}  // namespace

TEST_CASE("a model's rounding is that of its worst component, and none where it cannot tell") {
    CHECK(detail::rounding(Model{{{1e-9, 3e-4, 2e-4}}}) == 3e-4);
    CHECK(detail::rounding(Unknowing{}) == 0);
}

TEST_CASE("components that lost their precision are noted, the others are not") {
    Journal journal;
    detail::note_lost_precision(Model{{{1e-9, 3e-4, 0.9e-4, 2}}}, journal, Action::kept);
    detail::note_lost_precision(Unknowing{}, journal, Action::gave_up);
    REQUIRE(journal.events().size() == 2);
    CHECK(journal.events()[0].component == 1);
    CHECK(journal.events()[1].component == 3);
    for (const Event& e : journal.events()) {
        CHECK(e.cause == Cause::precision_lost);
        CHECK(e.action == Action::kept);
    }
}
