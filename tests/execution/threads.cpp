// Threads: the sums, the bits and the exceptions of Sequential.
#include "latent/execution/threads.hpp"

#include "catch.hpp"
#include "kit/execution_properties.hpp"

using namespace latent;

TEST_CASE("any number of threads sums in the order of one", "[threads]") {
    kit::sums_in_the_order_of_one<Threads>();
}

TEST_CASE("each worker has a scratch of its own", "[threads]") {
    kit::each_worker_has_its_scratch<Threads>();
}

TEST_CASE("what a unit throws on a thread, the fit throws: the exception of the first slice", "[threads]") {
    kit::throws_what_the_first_slice_threw<Threads>();
}

TEST_CASE("threads go on working after an exception", "[threads]") {
    kit::goes_on_after_an_exception<Threads>();
}
