// Threads that live across many short parallel sections.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "latent/core/types.hpp"

namespace latent::detail {

/// A caller and its helper threads, which sleep between calls of run. The body must not throw.
class Crew {
  public:
    /// `workers` in all, the caller among them.
    explicit Crew(Index workers) {
        for (Index worker = 1; worker < workers; ++worker)
            helpers_.emplace_back([this, worker] { work(worker); });
    }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;
    ~Crew() {
        {
            const std::scoped_lock lock(mutex_);
            body_ = nullptr;
            ++section_;
        }
        begun_.notify_all();
        for (std::thread& helper : helpers_) helper.join();
    }

    Index workers() const { return static_cast<Index>(helpers_.size()) + 1; }

    /// body(worker) on every worker at once; returns when all have returned.
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
        body(Index{0});
        std::unique_lock lock(mutex_);
        ended_.wait(lock, [this] { return busy_ == 0; });
    }

  private:
    void work(Index worker) {
        std::size_t seen = 0;
        while (true) {
            std::unique_lock lock(mutex_);
            begun_.wait(lock, [&] { return section_ != seen; });
            seen = section_;
            if (body_ == nullptr) return;
            lock.unlock();
            body_(argument_, worker);
            lock.lock();
            if (--busy_ == 0) ended_.notify_one();
        }
    }

    std::mutex mutex_;
    std::condition_variable begun_, ended_;
    std::size_t section_ = 0, busy_ = 0;
    const void* argument_ = nullptr;
    void (*body_)(const void*, Index) = nullptr;
    std::vector<std::thread> helpers_;
};

}  // namespace latent::detail
