// Threads: the sums, the bits and the exceptions of Sequential.
#include <chrono>
#include <stdexcept>

#include "catch.hpp"
#include "kit/coins.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"

using namespace latent;

namespace {

/// Long enough that a section is worth its threads.
void work() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(50);
    while (std::chrono::steady_clock::now() < end) {
    }
}

/// Σ 1/(i + 1), whose last bits tell in which order it was taken.
template <class Reduction>
double harmonic(Reduction& reduction, Index n) {
    double total = -1;
    reduction(
        n, [](double& sum) { sum = 0; },
        [](double& sum, int&, Index i) {
            work();
            sum += 1.0 / static_cast<double>(i + 1);
        },
        total);
    return total;
}

struct Failing : kit::Coins {
    double infer(int heads, kit::Pair& q) const {
        work();
        if (heads < 0) throw std::runtime_error("unit " + std::to_string(-heads));
        return Coins::infer(heads, q);
    }
};

}  // namespace

TEST_CASE("slices cover the units in order, at most 32 of them, and none is empty") {
    for (const Index units : {1, 2, 31, 32, 33, 1000}) {
        const Slices slices{units};
        CHECK(slices.count() == std::min<Index>(32, units));
        CHECK(slices.begin(0) == 0);
        CHECK(slices.end(slices.count() - 1) == units);
        for (Index s = 0; s < slices.count(); ++s) CHECK(slices.begin(s) < slices.end(s));
    }
}

TEST_CASE("any number of threads sums in the order of one", "[threads]") {
    for (const Index n : {0, 1, 2, 5, 32, 100}) {
        auto one = Sequential{}.reduction<double, int>();
        const double expected = harmonic(one, n);
        for (const Index workers : {0, 1, 2, 3, 7}) {
            auto many = Threads{workers}.reduction<double, int>();
            for (int again = 0; again < 3; ++again) CHECK(harmonic(many, n) == expected);
        }
    }
}

TEST_CASE("each worker has a scratch of its own", "[threads]") {
    auto reduction = Threads{4}.reduction<double, std::vector<int>>();
    double total = 0;
    reduction(
        64, [](double& sum) { sum = 0; },
        [](double& sum, std::vector<int>& scratch, Index i) {
            scratch.assign(100, static_cast<int>(i));
            work();
            for (const int value : scratch) sum += value;
        },
        total);
    CHECK(total == 100 * 63 * 64 / 2);
}

TEST_CASE("what a unit throws on a thread, the fit throws: the exception of the first slice", "[threads]") {
    std::vector<int> rounds(64, 5);
    rounds[20] = -20;
    rounds[50] = -50;
    const Failing start{kit::published_start};
    CHECK_THROWS_WITH(ExpectationMaximization<>{}.fit(start, rounds), "unit 20");
    for (int again = 0; again < 5; ++again)
        for (const Index workers : {1, 2, 3}) {
            const ExpectationMaximization<Batch<>, MaximumLikelihood<>, Threads> em{.execution = {workers}};
            CHECK_THROWS_WITH(em.fit(start, rounds), "unit 20");
        }
}

TEST_CASE("threads go on working after an exception", "[threads]") {
    auto reduction = Threads{3}.reduction<double, int>();
    const auto throws = [](double&, int&, Index) { throw std::runtime_error("no"); };
    double total = 0;
    CHECK_THROWS_AS(reduction(
                        40, [](double&) {}, throws, total),
                    std::runtime_error);
    auto one = Sequential{}.reduction<double, int>();
    CHECK(harmonic(reduction, 40) == harmonic(one, 40));
}
