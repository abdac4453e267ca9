// Threads: the sums, the bits and the exceptions of Sequential.
#include "catch.hpp"
#include "kit/execution_properties.hpp"
#include "latent/execution/threads.hpp"

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

TEST_CASE("any number of threads sums in the order of one", "[threads]") {
    kit::sums_in_the_order_of_one<Threads>();
}

TEST_CASE("each worker has a scratch of its own", "[threads]") {
    kit::each_worker_has_its_scratch<Threads>();
}

TEST_CASE("what a unit throws on a thread, the fit throws: the exception of the first slice", "[threads]") {
    kit::throws_what_the_first_slice_threw<Threads>();
}

TEST_CASE("a crew throws what its first worker threw, and works on", "[threads]") {
    detail::Crew crew(3);
    for (const Index first : {0, 1, 2}) {
        const auto body = [&](Index worker) {
            if (worker >= first) throw std::runtime_error("worker " + std::to_string(worker));
        };
        CHECK_THROWS_WITH(crew.run(body), "worker " + std::to_string(first));
        std::atomic<Index> sum = 0;
        crew.run([&](Index worker) { sum += 1 + worker; });
        CHECK(sum == 6);
    }
}

TEST_CASE("threads go on working after an exception", "[threads]") {
    kit::goes_on_after_an_exception<Threads>();
}
