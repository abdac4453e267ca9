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
    const auto pairs = [](double n) { return n * (n - 1) / 2; };
    const double all = pairs(counts.sum());
    double together = 0, in_a = 0, in_b = 0;
    for (Index i = 0; i < counts.rows(); ++i) in_a += pairs(counts.row(i).sum());
    for (Index j = 0; j < counts.cols(); ++j) {
        in_b += pairs(counts.col(j).sum());
        for (Index i = 0; i < counts.rows(); ++i) together += pairs(counts(i, j));
    }
    const double expected = all > 0 ? in_a * in_b / all : 0, most = (in_a + in_b) / 2;
    return most == expected ? 1 : (together - expected) / (most - expected);
}

}  // namespace latent
