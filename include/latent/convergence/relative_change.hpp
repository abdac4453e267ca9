// The plainest criterion.
#pragma once

#include <algorithm>
#include <cmath>

#include "latent/core/concepts.hpp"

namespace latent {

/// Converged when |Δ objective| < tolerance · |objective|. A small step is not a small distance: EM that
/// creeps stops here too early; see Aitken. tolerance = 0 never converges.
struct RelativeChange {
    double tolerance = 1e-10;

    bool operator()(const Progress& p) const {
        if (p.trace.size() < 2 || tolerance <= 0) return false;
        const double change = std::abs(p.objective - p.trace[p.trace.size() - 2]);
        return change < std::max(tolerance, p.resolution) * std::abs(p.objective);
    }
};

}  // namespace latent
