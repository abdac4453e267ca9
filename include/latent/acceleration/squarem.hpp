// Squared extrapolation: two EM steps tell where the third of many would lead.
#pragma once

#include <algorithm>
#include <cmath>

#include "latent/core/concepts.hpp"

namespace latent {

/// SQUAREM, scheme S3 (Varadhan & Roland 2008, "Simple and globally convergent methods for accelerating the
/// convergence of any EM algorithm"). With r = F(θ) − θ and v = F(F(θ)) − F(θ) − r in the model's
/// unconstrained coordinates, it tries θ − 2αr + α²v, α = −‖r‖ / ‖v‖, followed by the E-step there. The trial
/// is taken only where its objective is at least that of the two EM steps, so the objective never falls. A
/// cycle costs two or three evaluations. Memory: two more states.
struct Squarem {
    double step_limit =
        4;  ///< first bound on |α|; it grows fourfold when it is reached and halves on a failure

    static constexpr bool plain = false;

    template <class M>
    auto memory(const State<M>& state) const {
        struct Memory {
            State<M> first, second;
            double limit;
        };
        return Memory{state, state, step_limit};
    }

    template <class M, class Advance, class Evaluate, class Memory>
    void operator()(const State<M>& state, State<M>& next, const Advance& advance, const Evaluate& evaluate,
                    Memory& memory) const {
        static_assert(Vectorizable<M>, "latent: Squarem needs M::to_vector() and M::from_vector(v)");
        advance(state, memory.first);
        if (!std::isfinite(memory.first.objective)) return next = memory.first, void();
        advance(memory.first, memory.second);
        next = memory.second;
        if (!std::isfinite(next.objective)) return;

        const auto start = state.model.to_vector();
        const auto first = memory.first.model.to_vector();
        auto trial = memory.second.model.to_vector();
        if (start.size() != trial.size() || first.size() != trial.size()) return;  // a component was dropped
        const double alpha = step_length(start, first, trial, memory.limit);
        if (alpha <= 1) return;
        for (std::size_t i = 0; i < trial.size(); ++i) {
            const double r = first[i] - start[i];
            const double v = trial[i] - first[i] - r;
            trial[i] = start[i] + 2 * alpha * r + alpha * alpha * v;
        }
        next.model.from_vector(trial);
        evaluate(next);
        const bool better = next.objective >= memory.second.objective;  // false for NaN
        if (!better) next = memory.second;
        if (better && alpha >= memory.limit) memory.limit *= 4;
        if (!better) memory.limit = std::max(2.0, std::min(alpha, memory.limit) / 2);
    }

  private:
    static double step_length(std::span<const double> start, std::span<const double> first,
                              std::span<const double> second, double limit) {
        double rr = 0, vv = 0;
        for (std::size_t i = 0; i < start.size(); ++i) {
            const double r = first[i] - start[i];
            const double v = second[i] - first[i] - r;
            rr += r * r;
            vv += v * v;
        }
        return vv > 0 ? std::min(std::sqrt(rr / vv), limit) : 1.0;
    }
};

}  // namespace latent
