// A team of workers that share the memory, whatever library they are of.
#pragma once

#include <exception>
#include <vector>

#include "latent/core/types.hpp"

namespace latent {

/// What executions in which threads share the memory work with, and lend to models that can use it (see TakesHelpers).
class Workers {
  public:
    virtual ~Workers() = default;

    /// How many there are, the caller among them.
    virtual Index count() const = 0;

    /// body(worker), a function of a worker's number 0 … count() − 1, on all of them at once, or on as many as there are just
    /// now, the caller at least: so the tasks are to be taken, not given. When all have returned, returns or throws what the
    /// first of them threw.
    template <class Body>
    void run(const Body& body) {
        failures_.assign(static_cast<std::size_t>(count()), nullptr);
        const auto safely = [&](Index worker) {
            try {
                body(worker);
            } catch (...) {
                failures_[static_cast<std::size_t>(worker)] = std::current_exception();
            }
        };
        call([](const void* argument, Index worker) { (*static_cast<decltype(&safely)>(argument))(worker); },
             &safely);
        for (const std::exception_ptr& failure : failures_)
            if (failure) std::rethrow_exception(failure);
    }

  protected:
    using Function = void (*)(const void* argument, Index worker);
    /// function(argument, worker), which does not throw, on the workers.
    virtual void call(Function function, const void* argument) = 0;

  private:
    std::vector<std::exception_ptr> failures_;  // one a worker
};

}  // namespace latent
