// Where a fit stands, and how it ended.
#pragma once

#include <limits>
#include <ostream>
#include <span>
#include <type_traits>

#include "latent/core/checks.hpp"

namespace latent {

/// How a fit ended. Only `converged` is convergence: a limit that was reached says so.
enum class Status {
    running,
    converged,            ///< the convergence criterion is met
    iteration_limit,      ///< Limits::iterations were made
    time_limit,           ///< Limits::seconds have passed
    stopped,              ///< the observer asked to stop
    objective_decreased,  ///< an exact EM step lowered the objective: a mistake in the model
    degenerate,           ///< a component or the objective broke down, or rounding is all that is left:
                          ///< Result::events says which and why
};

inline std::ostream& operator<<(std::ostream& out, Status status) {
    switch (status) {
        case Status::running:
            return out << "running";
        case Status::converged:
            return out << "converged";
        case Status::iteration_limit:
            return out << "iteration limit reached";
        case Status::time_limit:
            return out << "time limit reached";
        case Status::stopped:
            return out << "stopped by the observer";
        case Status::objective_decreased:
            return out << "objective decreased";
        case Status::degenerate:
            return out << "degenerate";
    }
    return out;
}

/// When to stop whatever the convergence criterion says.
struct Limits {
    int iterations = 10'000;                                   ///< at most so many iterations
    double seconds = std::numeric_limits<double>::infinity();  ///< checked after each iteration

    void check() const {
        detail::require(iterations >= 0, "latent::Limits: iterations is ", iterations,
                        ", expected 0 or more");
        detail::require(seconds >= 0, "latent::Limits: seconds is ", seconds, ", expected 0 or more");
    }
};

/// A fit after `iteration` iterations. Everything in it belongs to the model of that iteration: the objective
/// is that of the model beside it, not of the one before.
struct Progress {
    int iteration = 0;        ///< M-steps that led here (with an acceleration: its cycles)
    int evaluations = 0;      ///< E-steps made so far
    double seconds = 0;       ///< since the fit began
    double step_seconds = 0;  ///< of them, in this iteration
    double objective = 0;     ///< log-likelihood, plus the log prior where there is one
    /// That the data count for: the sum of their weights. Differences of the objective are judged by it, since the
    /// objective itself depends on the data's units.
    double observations = 1;
    /// The way left to the objective's limit as an acceleration estimates it; NaN where none does.
    double remaining = std::numeric_limits<double>::quiet_NaN();
    /// Relative changes of the objective below this are rounding; coarser for a model that computes in float.
    double resolution = 8 * std::numeric_limits<double>::epsilon();
    /// The objective after 0, 1, … iterations; the last is `objective`.
    std::span<const double> trace{};
};

namespace detail {

/// Relative changes of a log-likelihood that may be rounding. Sums are double, but the densities of a float
/// model and the parameters they are computed with are not; over many observations their errors average out.
template <class M>
constexpr double resolution() {
    if constexpr (requires { typename M::Scalar; })
        if (std::is_same_v<typename M::Scalar, float>) return 0.25 * std::numeric_limits<float>::epsilon();
    return 8 * std::numeric_limits<double>::epsilon();
}

}  // namespace detail

}  // namespace latent
