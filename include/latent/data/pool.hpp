// Things that cost something to make, lent to one user at a time.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace latent::detail {

/// Keeps what is given back for the next one who asks, from any thread: there are never more of them than were out at
/// once. Copies share what they lend.
template <class T>
class Pool {
    struct Shelf {
        std::mutex mutex;
        std::vector<std::unique_ptr<T>> idle;
    };

  public:
    /// A loan: goes back when it ends, and outlives the pool where it must.
    class Loan {
      public:
        Loan(std::shared_ptr<Shelf> shelf, std::unique_ptr<T> thing)
            : shelf_(std::move(shelf)), thing_(std::move(thing)) {}
        Loan(Loan&&) noexcept = default;
        Loan& operator=(Loan&&) = delete;
        ~Loan() {
            if (!thing_) return;  // moved from
            const std::scoped_lock lock(shelf_->mutex);
            shelf_->idle.push_back(std::move(thing_));
        }

        T& operator*() const { return *thing_; }
        T* operator->() const { return thing_.get(); }

      private:
        std::shared_ptr<Shelf> shelf_;
        std::unique_ptr<T> thing_;
    };

    /// An idle one, or else what `make` returns: a std::unique_ptr<T>.
    template <class Make>
    Loan take(const Make& make) const {
        std::unique_lock lock(shelf_->mutex);
        if (shelf_->idle.empty()) {
            lock.unlock();
            return {shelf_, make()};
        }
        std::unique_ptr<T> thing = std::move(shelf_->idle.back());
        shelf_->idle.pop_back();
        return {shelf_, std::move(thing)};
    }

  private:
    std::shared_ptr<Shelf> shelf_ = std::make_shared<Shelf>();
};

}  // namespace latent::detail
