// Aitken's criterion: the estimated distance to the limit, rather than the length of the last step.
#pragma once

#include <algorithm>
#include <cmath>

#include "latent/core/concepts.hpp"

namespace latent {

/// Near its limit EM converges linearly, so from three objectives with the rate a = Δₜ / Δₜ₋₁ the rest of the
/// way is Δₜ a / (1 − a) (Aitken; Böhning et al. 1994; McLachlan & Peel 2000, section 2.11). Converged when
/// that estimate is below tolerance · n, n the number of observations (the sum of their weights) — or when the last
/// two steps are both below what rounding can resolve, or gained nothing together. So `tolerance` is in nats an observation, and the data's units,
/// which add a constant to the log-likelihood, do not matter. A rate of one or more means that EM is still gathering
/// speed: never converged; and the first step, from wherever the start was, tells no rate. tolerance = 0 never converges. A fit throws std::invalid_argument unless 0 ≤ tolerance < ∞.
struct Aitken {
    double tolerance = 1e-12;  ///< nats an observation

    void check() const { detail::require_amount("Aitken", "tolerance", tolerance); }

    bool operator()(const Progress& p) const {
        const auto n = p.trace.size();
        if (n < 3 || tolerance <= 0) return false;
        const double rounding = p.resolution * std::abs(p.objective);
        const double least = std::max(tolerance * p.observations, rounding);
        const double step = std::abs(p.trace[n - 1] - p.trace[n - 2]);
        const double before = std::abs(p.trace[n - 2] - p.trace[n - 3]);
        const bool stalled = p.objective <= p.trace[n - 3] && std::max(step, before) <= 1e-9 * p.observations;
        if (stalled || std::max(step, before) <= rounding) return true;
        if (!std::isnan(p.remaining)) return p.remaining <= least;
        // From the start, wherever that was, the step before tells no rate.
        const double rate = step / before, left = n == 3 ? step : step * rate / (1 - rate);
        return rate < 1 && left < least;
    }
};

}  // namespace latent
