// Relative change of the objective: the plainest convergence criterion.
#pragma once

#include <algorithm>
#include <cmath>

#include "latent/core/concepts.hpp"

namespace latent {

/// Converged when |Δ objective| < tolerance · n, n the number of observations (the sum of their weights): relative to
/// them, and not to |objective|, which depends on the data's units. A small step is not a small distance: EM that
/// creeps stops here too early; see Aitken. tolerance = 0 never converges. A fit throws std::invalid_argument unless
/// 0 ≤ tolerance < ∞.
struct RelativeChange {
    double tolerance = 1e-10;  ///< nats an observation

    void check() const { detail::require_amount("RelativeChange", "tolerance", tolerance); }

    bool operator()(const Progress& p) const {
        if (p.trace.size() < 2 || tolerance <= 0) return false;
        const double change = std::abs(p.objective - p.trace[p.trace.size() - 2]);
        return change < tolerance * p.observations || change <= p.resolution * std::abs(p.objective);
    }
};

}  // namespace latent
