// Many threads, the same bits.
#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include "latent/execution/crew.hpp"
#include "latent/execution/sequential.hpp"

namespace latent {

/// Slices of the data shared out among std::threads, which live as long as the fit. The result has the bits
/// of Sequential for any number of workers. An exception thrown on a worker is rethrown on the caller (that
/// of the first slice, where there are several). Sections too short to gain by it (under 0.2 ms) run on the
/// caller alone; so does a single unit, but a model that can (a hidden Markov model on one long sequence) shares
/// it out between two workers itself. Memory: a sum a slice and a scratch a worker.
struct Threads {
    Index workers = 0;  ///< threads in all; 0: as many as the machine has

    template <class Sum, class Scratch>
    class Reduction {
      public:
        explicit Reduction(Index workers)
            : workers_(workers > 0 ? workers : std::max<Index>(1, std::thread::hardware_concurrency())) {}

        template <class Reset, class Body>
        void operator()(Slices slices, const Reset& reset, const Body& body, Sum& total) {
            const auto begin = std::chrono::steady_clock::now();
            const bool together = workers_ > 1 && slices.count() > 1 && worthwhile_;
            if (together) {
                share_out(slices, reset, body, total);
            } else {
                lend_workers();
                alone_(slices, reset, body, total);
            }
            const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
            worthwhile_ = elapsed.count() * static_cast<double>(together ? workers_ : 1) > 2e-4;
        }

      private:
        /// A unit that is inferred alone may use the idle workers, where its scratch says it can: `Crew* crew`.
        void lend_workers() {
            if constexpr (requires { alone_.scratch().crew = crew_.get(); }) {
                if (!crew_ && workers_ > 1 && worthwhile_) crew_ = std::make_unique<detail::Crew>(workers_);
                alone_.scratch().crew = worthwhile_ ? crew_.get() : nullptr;
            }
        }

        template <class Reset, class Body>
        void share_out(Slices slices, const Reset& reset, const Body& body, Sum& total) {
            if (!crew_) crew_ = std::make_unique<detail::Crew>(workers_);
            scratch_.resize(static_cast<std::size_t>(workers_));
            parts_.resize(static_cast<std::size_t>(slices.count()));
            failures_.assign(parts_.size(), nullptr);
            std::atomic<Index> next = 0;
            std::atomic<bool> failed = false;
            crew_->run([&](Index worker) {
                Scratch& scratch = scratch_[static_cast<std::size_t>(worker)];
                while (!failed) {
                    const Index slice = next++;
                    if (slice >= slices.count()) return;
                    try {
                        Sum& sum = parts_[static_cast<std::size_t>(slice)];
                        reset(sum);
                        for (Index i = slices.begin(slice); i < slices.end(slice); ++i) body(sum, scratch, i);
                    } catch (...) {
                        failures_[static_cast<std::size_t>(slice)] = std::current_exception();
                        failed = true;
                    }
                }
            });
            for (const std::exception_ptr& failure : failures_)
                if (failure) std::rethrow_exception(failure);
            total = parts_.front();
            for (std::size_t slice = 1; slice < parts_.size(); ++slice) add(total, parts_[slice]);
        }

        Index workers_;
        bool worthwhile_ = true;
        Sequential::Reduction<Sum, Scratch> alone_;
        std::vector<Sum> parts_;
        std::vector<Scratch> scratch_;
        std::vector<std::exception_ptr> failures_;
        std::unique_ptr<detail::Crew> crew_;
    };

    template <class Sum, class Scratch>
    auto reduction() const {
        return Reduction<Sum, Scratch>(workers);
    }
};

}  // namespace latent
