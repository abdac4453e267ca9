// Loss of precision: when the data's own rounding is felt.
#pragma once

#include <algorithm>

#include "latent/core/concepts.hpp"
#include "latent/core/journal.hpp"

namespace latent::detail {

/// visit(k, rounding) of each component, how far rounding may move its observations' log-densities, of a model whose
/// emission can tell.
template <class M, class Visit>
void for_each_rounding(const M& model, const Visit& visit) {
    if constexpr (WithEmission<const M>)
        if constexpr (Rounding<EmissionOf<const M>>)
            for (Index k = 0; k < model.emission().size(); ++k) visit(k, model.emission().rounding(k));
}

/// That of the component where it is worst; 0 of a model whose emission cannot tell.
template <class M>
double rounding(const M& model) {
    double worst = 0;
    for_each_rounding(model, [&](Index, double rounding) { worst = std::max(worst, rounding); });
    return worst;
}

/// Notes the components about which rounding moves log-densities, and so responsibilities, by more than 1e-4.
template <class M>
void note_lost_precision(const M& model, Journal& journal, Action action) {
    for_each_rounding(model, [&](Index k, double rounding) {
        if (rounding > 1e-4) journal.record(k, Cause::precision_lost, action);
    });
}

}  // namespace latent::detail
