// Execution on threads, with the same bits.
#pragma once

#include <algorithm>
#include <thread>

#include "latent/core/crew.hpp"
#include "latent/execution/shared_reduction.hpp"

namespace latent {

/// Slices of the data shared out among std::threads, which live as long as the fit. The result has the bits
/// of Sequential for any number of workers. An exception thrown on a worker is rethrown on the caller (that
/// of the first slice, where there are several). Sections too short to gain by it (under 0.2 ms) run on the
/// caller alone; so does a single unit, but a model that can (a hidden Markov model on one long sequence) shares
/// it out between workers itself: two, or with up to four states all. Memory: a sum a slice and a scratch a worker.
struct Threads {
    Index workers = 0;  ///< threads in all; 0: as many as the machine has

    void check() const { detail::require_workers("Threads", workers); }

    template <class Sum, class Scratch>
    auto reduction() const {
        check();
        const Index machine = std::max<Index>(1, std::thread::hardware_concurrency());
        return detail::SharedReduction<Sum, Scratch, detail::Crew>(workers > 0 ? workers : machine);
    }
};

}  // namespace latent
