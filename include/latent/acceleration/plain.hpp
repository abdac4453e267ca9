// EM as it is.
#pragma once

#include "latent/core/concepts.hpp"

namespace latent {

/// One M-step and one E-step an iteration.
struct Plain {
    static constexpr bool plain = true;

    template <class M>
    int memory(const State<M>&) const {
        return 0;
    }
    template <class M, class Advance, class Evaluate>
    void operator()(const State<M>& state, State<M>& next, const Advance& advance, const Evaluate&,
                    int) const {
        advance(state, next);
    }
};

}  // namespace latent
