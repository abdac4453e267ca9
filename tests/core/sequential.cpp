// One thread.
#include "latent/core/sequential.hpp"

#include <vector>

#include "catch.hpp"

using namespace latent;

TEST_CASE("units are visited in order with one scratch, and slices are summed apart and added in order") {
    auto reduction = Sequential{}.reduction<double, std::vector<Index>>();
    // of these sums the order of the additions changes the last bits
    const auto term = [](Index i) { return 1 / (1 + static_cast<double>(i)); };
    const Slices slices(1000, 7);
    double expected = 0, total = -1;
    for (Index slice = 0; slice < slices.count(); ++slice) {
        double part = 0;
        for (Index i = slices.begin(slice); i < slices.end(slice); ++i) part += term(i);
        expected = slice == 0 ? part : expected + part;
    }
    for (int again = 0; again < 2; ++again) {
        reduction.scratch().clear();
        reduction(
            slices, [](double& sum) { sum = 0; },
            [&](double& sum, std::vector<Index>& visited, Index i) {
                visited.push_back(i);
                sum += term(i);
            },
            total);
        CHECK(total == expected);
        REQUIRE(reduction.scratch().size() == 1000);
        for (Index i = 0; i < 1000; ++i) CHECK(reduction.scratch()[static_cast<std::size_t>(i)] == i);
    }
}

TEST_CASE("the sum of nothing is what reset makes") {
    auto reduction = Sequential{}.reduction<double, int>();
    double total = -1;
    reduction(
        Slices(0), [](double& sum) { sum = 0; }, [](double&, int&, Index) {}, total);
    CHECK(total == 0);
}
