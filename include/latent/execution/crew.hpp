// Threads that live across many short parallel sections.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "latent/core/types.hpp"

namespace latent::detail {

/// A caller and its helper threads, which sleep between calls of run.
class Crew {
  public:
    /// `workers` in all, the caller among them.
    explicit Crew(Index workers) {
        failures_.resize(static_cast<std::size_t>(workers));
        try {
            for (Index worker = 1; worker < workers; ++worker)
                helpers_.emplace_back([this, worker] { work(worker); });
        } catch (...) {  // the machine gives no more threads
            end();
            throw;
        }
    }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;
    ~Crew() { end(); }

    Index workers() const { return static_cast<Index>(helpers_.size()) + 1; }

    /// body(worker) on every worker at once; when all have returned, returns or throws what the first that threw did.
    template <class Body>
    void run(const Body& body) {
        {
            const std::scoped_lock lock(mutex_);
            argument_ = &body;
            body_ = [](const void* argument, Index worker) { (*static_cast<const Body*>(argument))(worker); };
            busy_ = helpers_.size();
            ++section_;
        }
        begun_.notify_all();
        call(0);
        std::unique_lock lock(mutex_);
        ended_.wait(lock, [this] { return busy_ == 0; });
        for (const std::exception_ptr& failure : failures_)
            if (failure) std::rethrow_exception(failure);
    }

  private:
    void end() {
        {
            const std::scoped_lock lock(mutex_);
            body_ = nullptr;
            ++section_;
        }
        begun_.notify_all();
        for (std::thread& helper : helpers_) helper.join();
    }
    void call(Index worker) {
        std::exception_ptr& failure = failures_[static_cast<std::size_t>(worker)];
        failure = nullptr;
        try {
            body_(argument_, worker);
        } catch (...) {
            failure = std::current_exception();
        }
    }
    void work(Index worker) {
        std::size_t seen = 0;
        while (true) {
            std::unique_lock lock(mutex_);
            begun_.wait(lock, [&] { return section_ != seen; });
            seen = section_;
            if (body_ == nullptr) return;
            lock.unlock();
            call(worker);
            lock.lock();
            if (--busy_ == 0) ended_.notify_one();
        }
    }

    std::mutex mutex_;
    std::condition_variable begun_, ended_;
    std::size_t section_ = 0, busy_ = 0;
    const void* argument_ = nullptr;
    void (*body_)(const void*, Index) = nullptr;
    std::vector<std::exception_ptr> failures_;  // one a worker
    std::vector<std::thread> helpers_;
};

}  // namespace latent::detail
