// The most probable distribution of which single probabilities are fixed, bounded or equal.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "latent/core/restrictions.hpp"

namespace latent::detail {

// Functions of S, which is double, are compiled only where they are called.

/// argmax_p Σ_k counts_k log p_k with Σ_k p_k = 1 and lower ≤ p ≤ upper: p_k = clamp(t·counts_k, lower_k, upper_k), t being the
/// one of which they sum to one. (By the conditions of Karush, Kuhn and Tucker, counts_k / p_k is the same, 1 / t, where p_k is
/// inside its interval.) The sum rises with t and is linear between the t at which one of the p_k meets a bound. What has no counts
/// shares what is left in proportion to `present`. Time: O(K² log K).
template <class S = double>
Eigen::VectorX<S> bounded_distribution(const Eigen::VectorX<S>& counts, const Eigen::VectorX<S>& lower,
                                       const Eigen::VectorX<S>& upper, const Eigen::VectorX<S>& present) {
    const Index K = counts.size();
    Eigen::VectorX<S> n = counts.cwiseMax(0.0);
    n /= n.sum();
    for (Index k = 0; k < K; ++k) n(k) += 1e-200 * present(k) + 1e-250;
    const auto from = [&](Index k) { return lower(k) / n(k); };
    const auto to = [&](Index k) { return upper(k) / n(k); };
    const auto held = [&](Index k, S t) { return from(k) > t ? lower(k) : upper(k); };
    const auto inside = [&](Index k, S t) { return from(k) <= t && t < to(k); };
    const auto sum = [&](S t) {
        S total = 0;
        for (Index k = 0; k < K; ++k) total += inside(k, t) ? t * n(k) : held(k, t);
        return total;
    };
    std::vector<S> bends{0};
    for (Index k = 0; k < K; ++k) bends.insert(bends.end(), {from(k), to(k)});
    std::sort(bends.begin(), bends.end());
    const auto above = std::partition_point(bends.begin() + 1, bends.end(), [&](S t) { return sum(t) <= 1; });
    const S t = *(above - 1);
    S left = 1, free = 0;
    for (Index k = 0; k < K; ++k) (inside(k, t) ? free : left) += inside(k, t) ? n(k) : -held(k, t);
    Eigen::VectorX<S> p(K);
    for (Index k = 0; k < K; ++k)
        p(k) = inside(k, t) ? std::clamp(n(k) / free * left, lower(k), upper(k)) : held(k, t);
    return p;
}

/// Makes the counts of a distribution such that their relative ones obey, with `possible(k)` false where a probability stays 0;
/// returns whether they did not, but for rounding. The sum of the counts stays.
template <class Possible, class Bounds, class S = double>
bool bound_counts(Eigen::VectorX<S>& counts, const Bounds& bounds, const Ties* ties,
                  const Eigen::VectorX<S>& present, const Possible& possible, const char* name) {
    const S total = counts.cwiseMax(0.0).sum();
    if (!(total > 0)) return false;
    const Index K = counts.size();
    Eigen::VectorX<S> lower(K), upper(K), wanted = counts.cwiseMax(0.0);
    for (Index k = 0; k < K; ++k) {
        const auto [least, most] = bounds(k);
        require(possible(k) || least <= 0, "latent::Constrained: ", name, ": probability ", k,
                " is to be at least ", least, ", but the model forbids it");
        lower(k) = std::max<S>(least, 0);
        upper(k) = possible(k) ? std::min<S>(most, 1) : 0;
    }
    require(lower.sum() <= 1 + 1e-9 && upper.sum() >= 1 - 1e-9, "latent::Constrained: ", name,
            ": the probabilities sum to at least ", lower.sum(), " and at most ", upper.sum(),
            ", expected that they can sum to one");
    if (ties)
        for (const auto& group : ties->groups()) {
            S mean = 0;
            for (const Index k : group) mean += wanted(k) / static_cast<S>(group.size());
            for (const Index k : group) wanted(k) = mean;
        }
    wanted = (total * bounded_distribution<S>(wanted, lower, upper, present)).eval();
    const bool moved = !((wanted - counts).cwiseAbs().maxCoeff() <= 1e-12 * total);
    counts = wanted;
    return moved;
}

}  // namespace latent::detail
