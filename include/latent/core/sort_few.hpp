// A sort of a few hundred numbers that seldom guesses wrongly where a branch goes.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "latent/core/types.hpp"

namespace latent::detail {

/// Puts the numbers, none of them NaN, in their order: into as many buckets as there are numbers, by where they lie between
/// the least and the largest, and then each to its place, which is near. Of 256 normal draws a third of std::sort's time,
/// which goes into branches that are guessed wrongly; a third more where one lies so far out that it has a bucket for itself.
inline void sort_few(std::vector<double>& x) {
    if (x.empty()) return;
    const auto [least, largest] = std::minmax_element(x.begin(), x.end());
    const double from = *least, scale = static_cast<double>(x.size() - 1) / (*largest - from);
    if (!std::isfinite(scale) || scale == 0) return std::sort(x.begin(), x.end());

    std::vector<std::size_t> bucket(x.size()), next(x.size() + 1, 0);
    for (std::size_t i = 0; i < x.size(); ++i) {
        bucket[i] = static_cast<std::size_t>((x[i] - from) * scale);
        ++next[bucket[i] + 1];
    }
    for (std::size_t b = 1; b < next.size(); ++b) next[b] += next[b - 1];
    std::vector<double> sorted(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) sorted[next[bucket[i]]++] = x[i];
    for (std::size_t i = 1; i < x.size(); ++i) {
        const double value = sorted[i];
        std::size_t at = i;
        for (; at > 0 && sorted[at - 1] > value; --at) sorted[at] = sorted[at - 1];
        sorted[at] = value;
    }
    x.swap(sorted);
}

}  // namespace latent::detail
