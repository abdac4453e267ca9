// When the data's own rounding is felt.
#pragma once

#include "latent/core/journal.hpp"

namespace latent::detail {

/// Notes the components about which rounding of the observations moves log-densities, and so responsibilities, by more
/// than 1e-4, of a model whose emission can tell.
template <class M>
void note_lost_precision(const M& model, Journal& journal) {
    if constexpr (requires { model.emission().rounding(Index{}); })
        for (Index k = 0; k < model.emission().size(); ++k)
            if (model.emission().rounding(k) > 1e-4) journal.record(k, Cause::precision_lost, Action::kept);
}

}  // namespace latent::detail
