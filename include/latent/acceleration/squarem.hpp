// SQUAREM, squared extrapolation: two EM steps tell where many more would lead.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "latent/core/concepts.hpp"

namespace latent {

/// SQUAREM, scheme S3 (Varadhan & Roland 2008, "Simple and globally convergent methods for accelerating the
/// convergence of any EM algorithm"). In the model's unconstrained coordinates, with r = F(θ) − θ and
/// v = F(F(θ)) − F(θ) − r, a cycle ends at F(θ + 2αr + α²v), α = ‖r‖ / ‖v‖: the EM step after the
/// extrapolation damps what it stirred up. A cycle whose end is worse than one EM step is replaced by two EM
/// steps, so the objective never falls. Evaluations: three a cycle, four where that happens. Memory: two more
/// states.
///
/// The steps also tell the rate ρ of EM, and so how far the limit is: gain of one EM step / (1 − ρ²).
struct Squarem {
    static constexpr bool plain = false;

    template <class M>
    auto memory(const State<M>& state) const {
        struct Memory {
            State<M> first, trial;
        };
        return Memory{state, state};
    }
    /// Each cycle begins anew.
    template <class Memory>
    std::tuple<> lasting(const Memory&) const {
        return {};
    }

    template <class M, class Maximize, class Evaluate, class Memory>
    double operator()(const State<M>& state, State<M>& next, const Maximize& maximize,
                      const Evaluate& evaluate, Memory& memory) const {
        static_assert(Vectorizable<M>, "latent: Squarem needs M::to_vector() and M::from_vector(v)");
        State<M>&first = memory.first, &trial = memory.trial;
        const bool smooth = maximize(state, first);
        evaluate(first);
        if (!smooth || !std::isfinite(first.objective)) return next = first, 0.0;
        Steps steps;
        const bool better = maximize.attempt([&] {
            if (!maximize(first, trial)) return false;
            const auto start = state.model.to_vector(), one = first.model.to_vector();
            auto two = trial.model.to_vector();
            if (start.size() != one.size() || one.size() != two.size()) return false;  // one was dropped
            steps = Steps(start, one, two);
            const double alpha = steps.length();
            for (std::size_t i = 0; i < two.size(); ++i) {
                const double r = one[i] - start[i], v = two[i] - one[i] - r;
                two[i] = start[i] + 2 * alpha * r + alpha * alpha * v;
            }
            if (alpha > 1) trial.model.from_vector(two);
            if (!maximize.admit(trial.model)) return false;
            evaluate(trial);
            if (!std::isfinite(trial.objective)) return false;
            if (!maximize(trial, next)) return false;
            evaluate(next);
            return next.objective >= first.objective;
        });
        if (!better) {
            maximize(first, next);
            evaluate(next);
        }
        return std::abs(first.objective - state.objective) / (1 - steps.rate() * steps.rate());
    }

  private:
    /// Squared lengths of the first EM step r, the second, and their difference v.
    struct Steps {
        double first = 0, second = 0, difference = 0;

        Steps() = default;
        Steps(std::span<const double> start, std::span<const double> one, std::span<const double> two) {
            for (std::size_t i = 0; i < start.size(); ++i) {
                const double r = one[i] - start[i], s = two[i] - one[i];
                first += r * r;
                second += s * s;
                difference += (s - r) * (s - r);
            }
        }
        /// At least that of two EM steps.
        double length() const { return difference > 0 ? std::max(std::sqrt(first / difference), 1.0) : 1.0; }
        /// Of linear convergence, below 1.
        double rate() const { return first > 0 ? std::min(std::sqrt(second / first), 1 - 1e-9) : 0.0; }
    };
};

}  // namespace latent
