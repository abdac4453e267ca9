// Observers: watching a fit, and stopping it.
#pragma once

#include <atomic>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <tuple>
#include <vector>

#include "latent/core/concepts.hpp"

namespace latent {

/// Prints a line an iteration to a stream, std::cout unless another is given: iteration, objective, its change, seconds. On a terminal, set
/// `rewrite` to keep to one line; `every` thins the lines by time, so that a long fit reports and a short one
/// is silent.
struct PrintProgress {
    std::ostream* out = &std::cout;  ///< where it prints, never null
    double every = 0.0;              ///< least seconds between two lines
    bool rewrite = false;            ///< return to the start of the line instead of beginning a new one

    void check() const {
        detail::require(out != nullptr, "latent::PrintProgress: there is no stream to print to");
        detail::require_amount("PrintProgress", "every", every);
    }

    template <class M>
    void operator()(const Progress& p, const M&) const {
        if (every > 0 && std::floor(p.seconds / every) == std::floor((p.seconds - p.step_seconds) / every))
            return;
        const auto n = p.trace.size();
        const auto flags = out->flags();
        const auto precision = out->precision();
        *out << (rewrite ? "\r" : "") << "iteration " << std::setw(6) << p.iteration << "  objective "
             << std::setprecision(12) << std::setw(20) << p.objective;
        if (n > 1)
            *out << "  change " << std::setprecision(3) << std::setw(10) << p.objective - p.trace[n - 2];
        *out << "  " << std::setprecision(3) << p.seconds << " s" << (rewrite ? "" : "\n") << std::flush;
        out->flags(flags);
        out->precision(precision);
    }
};

/// Keeps the model of every iteration in a vector of yours.
template <class M>
struct History {
    std::vector<M>* models;  ///< to which they are appended, never null

    void check() const { detail::require(models != nullptr, "latent::History: there is no vector to fill"); }

    void operator()(const Progress&, const M& model) const { models->push_back(model); }
};
template <class M>
History(std::vector<M>*) -> History<M>;

/// Stops as soon as predicate(progress, model) is true.
template <class Predicate>
struct StopWhen {
    Predicate predicate;  ///< called as predicate(progress, model)

    template <class M>
    bool operator()(const Progress& p, const M& model) const {
        return !predicate(p, model);
    }
};
template <class Predicate>
StopWhen(Predicate) -> StopWhen<Predicate>;

/// Stops when another thread (or a signal handler) sets the flag.
struct Cancellation {
    const std::atomic<bool>* cancelled;  ///< the flag, never null

    void check() const {
        detail::require(cancelled != nullptr, "latent::Cancellation: there is no flag to look at");
    }

    template <class M>
    bool operator()(const Progress&, const M&) const {
        return !cancelled->load();
    }
};

/// Several observers, in order; each is called, and any can stop the fit.
template <class... Observers>
struct AllOf {
    std::tuple<Observers...> observers;  ///< called in this order

    explicit constexpr AllOf(Observers... o) : observers(o...) {}

    void check() const {
        std::apply([](const auto&... o) { (detail::check(o), ...); }, observers);
    }

    template <class M>
    bool operator()(const Progress& p, const M& model) const {
        const auto goes_on = [&](const auto& o) {
            if constexpr (std::is_void_v<decltype(o(p, model))>) {
                return o(p, model), true;
            } else {
                return static_cast<bool>(o(p, model));
            }
        };
        bool all = true;
        std::apply([&](const auto&... o) { ((all = goes_on(o) && all), ...); }, observers);
        return all;
    }
};

}  // namespace latent
