// Slices of the data shared out among the workers of a team.
#pragma once

#include <atomic>
#include <chrono>
#include <concepts>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/core/sequential.hpp"

namespace latent::detail {

/// Throws std::invalid_argument, in the execution's name, where so many threads make no sense; 0 stands for all.
inline void require_workers(const char* execution, Index workers) {
    require(workers >= 0 && workers <= 65'536, "latent::", execution, ": workers is ", workers,
            ", expected 0 (as many as there are) … 65536");
}

/// The reduction of every execution in which threads share the memory: whoever is free takes the next slice, and the
/// sums of the slices are added in order, so the result has the bits of Sequential for any number of workers. An
/// exception of a worker is rethrown on the caller (that of the first slice, where there are several). Sections too
/// short to gain by it (under 0.2 ms) run on the caller alone.
///
/// Team(workers) are Workers, made when they are first of use. Memory: a sum a slice, a scratch a worker.
template <class Sum, class Scratch, std::derived_from<Workers> Team>
class SharedReduction {
  public:
    explicit SharedReduction(Index workers) : workers_(workers) {}

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
    /// A unit that is inferred alone may use the idle workers.
    void lend_workers() {
        if constexpr (TakesHelpers<Scratch>) {
            if (workers_ > 1 && worthwhile_) gather();
            alone_.scratch().helpers = worthwhile_ ? team_.get() : nullptr;
        }
    }

    void gather() {
        if (!team_) team_ = std::make_unique<Team>(workers_);
    }

    template <class Reset, class Body>
    void share_out(Slices slices, const Reset& reset, const Body& body, Sum& total) {
        gather();
        scratch_.resize(static_cast<std::size_t>(workers_));
        parts_.resize(static_cast<std::size_t>(slices.count()));
        failures_.assign(parts_.size(), nullptr);
        std::atomic<Index> next = 0;
        std::atomic<bool> failed = false;
        team_->run([&](Index worker) {
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
        using latent::add;  // whatever other sums have their own beside this
        total = parts_.front();
        for (std::size_t slice = 1; slice < parts_.size(); ++slice) add(total, std::move(parts_[slice]));
    }

    Index workers_;
    bool worthwhile_ = true;
    Sequential::Reduction<Sum, Scratch> alone_;
    std::vector<Sum> parts_;
    std::vector<Scratch> scratch_;
    std::vector<std::exception_ptr> failures_;
    std::unique_ptr<Team> team_;
};

}  // namespace latent::detail
