// Dimensions of which nothing is seen, where cells may be missing.
#pragma once

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/observations_of.hpp"
#include "latent/core/processes.hpp"

namespace latent::detail {

/// Whether cells of the units may be missing, without a look at them.
template <class Units>
bool may_lack_cells(const Units& units) {
    if constexpr (MayLackCells<Units>) {
        return units.all().missing();
    } else {
        return false;
    }
}

/// Whether a cell is seen of each of the d dimensions, here. Looks at no more units than it takes to find one of each.
template <class Units>
std::vector<bool> seen_dimensions(const Units& units, Index d) {
    std::vector<bool> seen(static_cast<std::size_t>(d), !may_lack_cells(units) && std::ssize(units) > 0);
    Index left = std::count(seen.begin(), seen.end(), false);
    for (Index u = 0; u < std::ssize(units) && left > 0; ++u) {
        const auto& unit = units[u];
        const auto& x = observations_of(unit);
        for (Index i = 0; i < x.cols(); ++i)
            for (Index j = 0; j < d; ++j) {
                if (seen[static_cast<std::size_t>(j)] || std::isnan(x(j, i))) continue;
                seen[static_cast<std::size_t>(j)] = true;
                --left;
            }
    }
    return seen;
}

/// Throws std::invalid_argument, in the owner's name, where cells may be missing and nothing is seen of a dimension, on any
/// process: nothing can be learnt of it.
template <class Units, class X>
void require_seen_dimensions(const char* owner, const Units& units, const X& execution) {
    if constexpr (MayLackCells<Units>) {
        if (agreed(execution, may_lack_cells(units) ? 1 : 0) == 0) return;
        const Index d = agreed(execution, units.rows());
        const auto seen = together(execution, [&] { return seen_dimensions(units, d); });
        for (Index j = 0; j < d; ++j)
            require(total(execution, seen[static_cast<std::size_t>(j)] ? 1 : 0) > 0, "latent::", owner,
                    ": dimension ", j, " is missing in all observations: leave it out");
    }
}

}  // namespace latent::detail
