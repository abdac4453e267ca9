// No acceleration: EM as it is.
#pragma once

#include <limits>
#include <tuple>

#include "latent/core/concepts.hpp"

namespace latent {

/// One M-step and one E-step an iteration.
struct Plain {
    static constexpr bool plain = true;

    template <class M>
    int memory(const State<M>&) const {
        return 0;
    }
    std::tuple<> lasting(int) const { return {}; }
    template <class M, class Maximize, class Evaluate>
    double operator()(const State<M>& state, State<M>& next, const Maximize& maximize,
                      const Evaluate& evaluate, int) const {
        maximize(state, next);
        evaluate(next);
        return std::numeric_limits<double>::quiet_NaN();
    }
};

}  // namespace latent
