// The order in which every execution sums.
#include "latent/core/slices.hpp"

#include <algorithm>
#include <vector>

#include "catch.hpp"

using namespace latent;

TEST_CASE("slices cover the units in order, at most 32 of them, and none is empty") {
    for (const Index units : {1, 2, 31, 32, 33, 1000}) {
        const Slices slices{units};
        CHECK(slices.count() == std::min<Index>(32, units));
        CHECK(slices.units() == units);
        CHECK(slices.begin(0) == 0);
        CHECK(slices.end(slices.count() - 1) == units);
        for (Index s = 0; s < slices.count(); ++s) CHECK(slices.begin(s) < slices.end(s));
    }
}

TEST_CASE("some of the slices end where they end among all") {
    for (const Index units : {1, 13, 33, 1000})
        for (const Index most : {1, 5, 32}) {
            const Slices all(units, most);
            for (Index first = 0; first < all.count(); ++first)
                for (Index last = first + 1; last <= all.count(); ++last) {
                    const Slices some = all.middle(first, last);
                    REQUIRE(some.count() == last - first);
                    REQUIRE(some.units() == all.end(last - 1) - all.begin(first));
                    for (Index s = 0; s < some.count(); ++s)
                        REQUIRE(all.begin(first) + some.begin(s) == all.begin(first + s));
                }
            CHECK(all.middle(all.count(), all.count()).units() == 0);
        }
}

TEST_CASE("the slices of units are their own, but for as many units as they are of") {
    struct Cut {
        Slices slices() const { return {100, 5}; }
    };
    CHECK(detail::slices_of(Cut{}, 100).count() == 5);
    CHECK(detail::slices_of(Cut{}, 40).count() == 5);
    CHECK(detail::slices_of(Cut{}, 40).units() == 40);
    CHECK(detail::slices_of(std::vector<int>(100), 100).count() == 32);
}

TEST_CASE("no units are no slices") {
    CHECK(Slices(0).count() == 0);
    CHECK(Slices(0).units() == 0);
}
