// Threads that live across many short parallel sections.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "latent/core/workers.hpp"

namespace latent::detail {

/// A caller and its helper threads, which sleep between calls of run. All of them are called in every section.
class Crew final : public Workers {
  public:
    /// `workers` in all, the caller among them.
    explicit Crew(Index workers) {
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
    ~Crew() override { end(); }

    Index count() const override { return static_cast<Index>(helpers_.size()) + 1; }

  private:
    void call(Function function, const void* argument) override {
        {
            const std::scoped_lock lock(mutex_);
            argument_ = argument;
            function_ = function;
            busy_ = helpers_.size();
            ++section_;
        }
        begun_.notify_all();
        function_(argument_, 0);
        std::unique_lock lock(mutex_);
        ended_.wait(lock, [this] { return busy_ == 0; });
    }
    void end() {
        {
            const std::scoped_lock lock(mutex_);
            function_ = nullptr;
            ++section_;
        }
        begun_.notify_all();
        for (std::thread& helper : helpers_) helper.join();
    }
    void work(Index worker) {
        std::size_t seen = 0;
        while (true) {
            std::unique_lock lock(mutex_);
            begun_.wait(lock, [&] { return section_ != seen; });
            seen = section_;
            if (function_ == nullptr) return;
            lock.unlock();
            function_(argument_, worker);
            lock.lock();
            if (--busy_ == 0) ended_.notify_one();
        }
    }

    std::mutex mutex_;
    std::condition_variable begun_, ended_;
    std::size_t section_ = 0, busy_ = 0;
    const void* argument_ = nullptr;
    Function function_ = nullptr;
    std::vector<std::thread> helpers_;
};

}  // namespace latent::detail
