// What happened to components, written down once for each kind of event.
#include "latent/core/journal.hpp"

#include <sstream>

#include "catch.hpp"

using namespace latent;

TEST_CASE("the same thing again is counted, and events come in the order of iterations and components") {
    Journal journal;
    CHECK(journal.events().empty());
    journal.iteration = 2;
    journal.record(1, Cause::singular_covariance, Action::floored);
    journal.record(0, Cause::singular_covariance, Action::floored);
    journal.iteration = 3;
    journal.record(1, Cause::singular_covariance, Action::floored);
    journal.record(0, Cause::empty_component, Action::kept);
    const auto events = journal.events();
    REQUIRE(events.size() == 3);
    CHECK(events[0].component == 0);
    CHECK(events[1].component == 1);
    CHECK(events[1].first_iteration == 2);
    CHECK(events[1].count == 2);
    CHECK(events[2].cause == Cause::empty_component);
    CHECK(journal.count(1, Action::floored) == 2);
    CHECK(journal.count(1, Action::dropped) == 0);
    CHECK_FALSE(journal.gave_up());
    CHECK_FALSE(journal.discontinuous);
}

TEST_CASE("what cannot be repaired, and what breaks the objective's course, is known") {
    Journal dropped, given_up;
    dropped.record(0, Cause::empty_component, Action::dropped);
    CHECK(dropped.discontinuous);
    CHECK_FALSE(dropped.gave_up());
    given_up.record(0, Cause::singular_covariance, Action::gave_up);
    CHECK(given_up.gave_up());
    CHECK_FALSE(given_up.discontinuous);
}

TEST_CASE("an event reads as a sentence") {
    const auto text = [](const auto& what) { return (std::ostringstream() << what).str(); };
    CHECK(text(Event{2, Cause::singular_covariance, Action::floored, 7, 3}) ==
          "component 2: singular covariance, variance floored (first in iteration 7, 3 times)");
    CHECK(text(Event{}) == "non-finite objective, not repaired (first in iteration 0)");
    CHECK(text(Cause::empty_component) == "empty component");
    CHECK(text(Action::kept) == "kept as it was");
    CHECK(text(Action::reseeded) == "reseeded");
    CHECK(text(Action::dropped) == "dropped");
}
