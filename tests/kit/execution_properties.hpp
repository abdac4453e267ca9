// Properties of every execution in which threads share the memory: the sums, the bits and the exceptions of Sequential.
#pragma once

#include <chrono>
#include <stdexcept>

#include "catch.hpp"
#include "kit/coins.hpp"
#include "latent/core/sequential.hpp"
#include "latent/expectation_maximization.hpp"

namespace kit {

using latent::Index;

/// Long enough that a section is worth its threads.
inline void work() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(50);
    while (std::chrono::steady_clock::now() < end) {
    }
}

/// Σ 1/(i + 1), whose last bits tell in which order it was taken.
template <class Reduction>
double harmonic(Reduction& reduction, latent::Slices slices, Index first = 0) {
    double total = -1;
    reduction(
        slices, [](double& sum) { sum = 0; },
        [&](double& sum, int&, Index i) {
            work();
            sum += 1.0 / static_cast<double>(first + i + 1);
        },
        total);
    return total;
}
inline double harmonic(Index n) {
    auto one = latent::Sequential{}.reduction<double, int>();
    return harmonic(one, n);
}

/// A model that fails on the units −i, naming i.
struct FailingCoins : Coins {
    double infer(int heads, Pair& q) const {
        work();
        if (heads < 0) throw std::runtime_error("unit " + std::to_string(-heads));
        return Coins::infer(heads, q);
    }
};

template <class X>
void sums_in_the_order_of_one() {
    for (const Index n : {0, 1, 2, 5, 32, 100}) {
        const double expected = harmonic(n);
        for (const Index workers : {0, 1, 2, 3, 7}) {
            auto many = X{workers}.template reduction<double, int>();
            for (int again = 0; again < 3; ++again) CHECK(harmonic(many, n) == expected);
        }
    }
}

template <class X>
void each_worker_has_its_scratch() {
    auto reduction = X{4}.template reduction<double, std::vector<int>>();
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

template <class X>
void throws_what_the_first_slice_threw() {
    std::vector<int> rounds(64, 5);
    rounds[20] = -20;
    rounds[50] = -50;
    const FailingCoins start{published_start};
    CHECK_THROWS_WITH(latent::ExpectationMaximization<>{}.fit(start, rounds), "unit 20");
    for (int again = 0; again < 5; ++again)
        for (const Index workers : {1, 2, 3}) {
            const latent::ExpectationMaximization<latent::Batch<>, latent::MaximumLikelihood<>, X> em{
                .execution = {workers}};
            CHECK_THROWS_WITH(em.fit(start, rounds), "unit 20");
        }
}

template <class X>
void goes_on_after_an_exception() {
    auto reduction = X{3}.template reduction<double, int>();
    const auto throws = [](double&, int&, Index) { throw std::runtime_error("no"); };
    double total = 0;
    CHECK_THROWS_AS(reduction(
                        40, [](double&) {}, throws, total),
                    std::runtime_error);
    CHECK(harmonic(reduction, 40) == harmonic(40));
}

}  // namespace kit
