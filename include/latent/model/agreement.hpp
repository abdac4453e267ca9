// How well two labellings of the same observations agree: those of a fit with another's, or with what is known.
#pragma once

#include <algorithm>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/types.hpp"

namespace latent {

/// How often a label of `a` and one of `b` meet: rows 0 … max a, columns 0 … max b. Observations that either does not label
/// (−1) are left out. Throws std::invalid_argument where they have not as many labels, or one is below −1. Time: n.
inline Eigen::MatrixXd confusion(const std::vector<Index>& a, const std::vector<Index>& b) {
    detail::require(a.size() == b.size(), "latent::confusion: a has ", a.size(), " labels, b has ", b.size());
    Index rows = 0, columns = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        detail::require(std::min(a[i], b[i]) >= -1, "latent::confusion: label ", i, " is ",
                        std::min(a[i], b[i]), ", expected 0 or more, or -1 (unknown)");
        rows = std::max(rows, a[i] + 1);
        columns = std::max(columns, b[i] + 1);
    }
    Eigen::MatrixXd counts = Eigen::MatrixXd::Zero(rows, columns);
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] >= 0 && b[i] >= 0) ++counts(a[i], b[i]);
    return counts;
}

/// The adjusted Rand index of two labellings (Hubert & Arabie 1985): 1 where they part the observations alike, whatever the
/// labels are called, and 0 on average by chance; 1 where both put all into one class, or each into one of its own. Throws
/// std::invalid_argument as confusion does.
inline double adjusted_rand_index(const std::vector<Index>& a, const std::vector<Index>& b) {
    const Eigen::MatrixXd counts = confusion(a, b);
    const auto pairs = [](const auto& n) { return (n.array() * (n.array() - 1)).sum() / 2; };
    const double n = counts.sum(), all = n * (n - 1) / 2;
    const double together = pairs(counts), in_a = pairs(counts.rowwise().sum()),
                 in_b = pairs(counts.colwise().sum());
    const double expected = all > 0 ? in_a * in_b / all : 0, most = (in_a + in_b) / 2;
    return most == expected ? 1 : (together - expected) / (most - expected);
}

}  // namespace latent
