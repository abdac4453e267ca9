// What a program that times one library on one problem does: reads the problem's folder, measures, and prints one
// line of words that `compare` reads: `iteration SECONDS memory KIB log_likelihood VALUE`, and for hidden Markov
// models `score SECONDS` and `viterbi SECONDS`, of a log-likelihood and of the best paths.
//
// usage: PROGRAM FOLDER SECONDS THREADS   (SECONDS to repeat for)
#pragma once

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>

#include "support/problem.hpp"
#include "support/timing.hpp"

namespace peer {

/// Iterations of the short and of the long run, whose difference is timed.
constexpr int few = 1, many = 3;

/// Largest resident memory of this process since the last call, in KiB (Linux; elsewhere 0).
inline long peak_memory() {
    long kib = 0;
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "VmHWM:") status >> kib;
    std::ofstream("/proc/self/clear_refs") << 5;  // the peak is what is resident now
    return kib;
}

/// `library.fit(n)` makes n iterations from the problem's start; `library.log_likelihood()` is that of the
/// parameters it came to.
template <class Library>
void report(Library& library, double budget) {
    double short_run = std::numeric_limits<double>::infinity(), long_run = short_run;
    peak_memory();
    const long before = peak_memory();
    repeat_for(budget, 1, [&] {
        short_run = std::min(short_run, seconds([&] { library.fit(few); }));
        long_run = std::min(long_run, seconds([&] { library.fit(many); }));
    });
    const long memory = peak_memory() - before;
    std::printf("iteration %.6g memory %ld log_likelihood %.17g ", (long_run - short_run) / (many - few),
                memory, library.log_likelihood());
}

/// Adds the shortest time of f.
template <class F>
void report(const char* name, double budget, const F& f) {
    double best = std::numeric_limits<double>::infinity();
    repeat_for(budget / 3, 1, [&] { best = std::min(best, seconds(f)); });
    std::printf("%s %.6g ", name, best);
}

/// The program: measure(problem, seconds to repeat for, threads).
template <class Measure>
int main(int argc, char** argv, const Measure& measure) try {
    if (argc != 4) throw std::invalid_argument("usage: FOLDER SECONDS THREADS");
    measure(read_problem(argv[1]), std::atof(argv[2]), std::atoi(argv[3]));
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 1;
}

}  // namespace peer
