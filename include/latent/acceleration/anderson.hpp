// Anderson acceleration: the last few EM steps tell, together, where the next one should lead.
#pragma once

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include "latent/core/anderson_history.hpp"
#include "latent/core/concepts.hpp"

namespace latent {

/// Damped Anderson acceleration with restarts and a monotone guard, after DAAREM (Henderson & Varadhan 2019, "Damped
/// Anderson acceleration with restarts and monotonicity control for accelerating EM and EM-like algorithms"). In the
/// model's unconstrained coordinates, with x the present point, f = F(x) − x its EM step and X, C the last differences
/// of x and f, the next point is x + f − (X + C) γ, γ the damped least-squares solution of C γ = f. A point that is
/// worse than the present one is replaced by the EM step, so the objective never falls; success lessens the damping,
/// failure strengthens it.
///
/// Evaluations: one an iteration, two where the guard steps in; SQUAREM makes three or four, and a step of it counts
/// about as much as three of these. Memory: one more state, and 2 · order vectors of the model's coordinates.
/// A fit throws std::invalid_argument unless 1 ≤ order ≤ 1000.
struct Anderson {
    Index order = 10;  ///< differences kept; at most half the number of coordinates are used

    static constexpr bool plain = false;

    void check() const {
        detail::require(order >= 1 && order <= 1000, "latent::Anderson: order is ", order,
                        ", expected 1 … 1000");
    }

    template <class M>
    auto memory(const State<M>& state) const {
        struct Memory {
            State<M> step;
            detail::AndersonHistory history{};
            double accepted = 0;  // cycles without the guard, which lessen the damping
            double gain = 0;      // of the last iteration
        };
        return Memory{state};
    }
    template <class Memory>
    auto lasting(Memory& memory) const {
        return std::tie(memory.history, memory.accepted, memory.gain);
    }

    template <class M, class Maximize, class Evaluate, class Memory>
    double operator()(const State<M>& state, State<M>& next, const Maximize& maximize,
                      const Evaluate& evaluate, Memory& memory) const {
        static_assert(Vectorizable<M>, "latent: Anderson needs M::to_vector() and M::from_vector(v)");
        State<M>& step = memory.step;
        const bool smooth = maximize(state, step);
        const auto here = state.model.to_vector(), image = step.model.to_vector();
        const auto p = static_cast<Index>(here.size());
        const bool comparable =
            smooth && here.size() == image.size() && p > 0;  // none was dropped or emptied
        const bool accepted = comparable && maximize.attempt([&] {
            const Index columns = std::clamp<Index>((p + 1) / 2, 1, order);
            const double damping = 1 / (1 + std::pow(1.2, 25 - memory.accepted));
            next.model = step.model;
            next.model.from_vector(memory.history.next(here, image, columns, damping));
            if (!maximize.admit(next.model)) return false;
            evaluate(next);
            return next.objective >= state.objective;  // false for a NaN too
        });
        const double rate = memory.history.rate();
        if (accepted) {
            memory.accepted += 1;
        } else {
            memory.accepted = std::max(memory.accepted - static_cast<double>(order), -50.0);
            memory.history.restart();
            std::swap(next, step);
            evaluate(next);
        }
        const double before = std::exchange(memory.gain, std::abs(next.objective - state.objective));
        return std::max(before, memory.gain) / (1 - rate * rate);
    }
};

}  // namespace latent
