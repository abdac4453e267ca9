// When the data's own rounding is felt.
#pragma once

#include <algorithm>

#include "latent/core/journal.hpp"

namespace latent::detail {

/// How far rounding of an observation may move its log-density, of the component where that is worst; 0 of a model whose
/// emission cannot tell.
template <class M>
double rounding(const M& model) {
    double worst = 0;
    if constexpr (requires { model.emission().rounding(Index{}); })
        for (Index k = 0; k < model.emission().size(); ++k)
            worst = std::max(worst, model.emission().rounding(k));
    return worst;
}

/// Notes the components about which rounding of the observations moves log-densities, and so responsibilities, by more
/// than 1e-4, of a model whose emission can tell.
template <class M>
void note_lost_precision(const M& model, Journal& journal, Action action) {
    if constexpr (requires { model.emission().rounding(Index{}); })
        for (Index k = 0; k < model.emission().size(); ++k)
            if (model.emission().rounding(k) > 1e-4) journal.record(k, Cause::precision_lost, action);
}

}  // namespace latent::detail
