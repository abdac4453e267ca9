// How long something takes.
#pragma once

#include <algorithm>
#include <chrono>
#include <limits>

/// Seconds that f takes.
template <class F>
double seconds(const F& f) {
    const auto begin = std::chrono::steady_clock::now();
    f();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Shortest of several runs of f, in seconds.
template <class F>
double shortest(int runs, const F& f) {
    double best = std::numeric_limits<double>::infinity();
    for (int run = 0; run < runs; ++run) best = std::min(best, seconds(f));
    return best;
}

/// Calls round() at least `least` times and until so many seconds have passed.
template <class Round>
void repeat_for(double budget, int least, const Round& round) {
    const auto begin = std::chrono::steady_clock::now();
    for (int made = 0;
         made < least ||
         std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() < budget;
         ++made)
        round();
}
