// Tables of probabilities whose columns are cut into blocks that sum to one.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "latent/core/checks.hpp"
#include "latent/core/types.hpp"

namespace latent::detail {

/// How many rows each block of a column has, one after the other; `std::array{rows}` where it is one block.
using BlockLengths = std::span<const Index>;

/// Calls visit(first row, length, column) for each block.
template <class Visit>
void for_each_block(const Eigen::Ref<const Eigen::MatrixXd>& table, BlockLengths lengths,
                    const Visit& visit) {
    for (Index k = 0; k < table.cols(); ++k)
        for (Index first = 0; const Index length : lengths) {
            visit(first, length, k);
            first += length;
        }
}

/// Throws std::invalid_argument, in the name of `owner`, unless p is blocks of probabilities: finite numbers ≥ 0
/// that sum to one to 1e-6.
inline void require_probabilities(const char* owner, const Eigen::MatrixXd& p, BlockLengths lengths) {
    for_each_block(p, lengths, [&](Index first, Index length, Index k) {
        for (Index i = first; i < first + length; ++i)
            require(std::isfinite(p(i, k)) && p(i, k) >= 0, "latent::", owner, ": probabilities(", i, ", ", k,
                    ") is ", p(i, k), ", expected a finite number ≥ 0");
        const double sum = p.col(k).segment(first, length).sum();
        require(std::abs(sum - 1) < 1e-6, "latent::", owner, ": probabilities of component ", k, ", rows ",
                first, " … ", first + length - 1, ", sum to ", sum, ", expected 1");
    });
}

/// p := each block's shares of its sum of counts, the maximiser of Σ count·log p; a block without counts stays.
inline void maximize_probabilities(const Eigen::MatrixXd& counts, BlockLengths lengths, Eigen::MatrixXd& p) {
    for_each_block(p, lengths, [&](Index first, Index length, Index k) {
        const auto count = counts.col(k).segment(first, length);
        const double total = count.sum();
        if (total > 0) p.col(k).segment(first, length) = count / total;
    });
}

/// Σ count·log p, with 0·log 0 = 0.
inline double sum_of_log_probabilities(const Eigen::MatrixXd& counts, const Eigen::MatrixXd& p) {
    double total = 0;
    for (Index k = 0; k < p.cols(); ++k)
        for (Index i = 0; i < p.rows(); ++i)
            if (counts(i, k) > 0) total += counts(i, k) * std::log(p(i, k));
    return total;
}

/// Coordinates of the blocks without redundancy: of each block one less than it has probabilities that are not zero.
///
/// These are the isometric log-ratios (Egozcue et al. 2003), y_j = √(j / (j + 1)) (mean of log p_1 … log p_j − log p_{j + 1}),
/// 1 ≤ j < length, over those that are not zero: the logarithms, less their mean, in an orthonormal basis. Distances between
/// them are those between the centred logarithms, and every vector is a table of probabilities.
inline Index probability_coordinates(const Eigen::Ref<const Eigen::MatrixXd>& p, BlockLengths lengths) {
    Index count = 0;
    for_each_block(p, lengths, [&](Index first, Index length, Index k) {
        count += (p.col(k).segment(first, length).array() > 0).count() - 1;
    });
    return count;
}
inline void probabilities_to_vector(const Eigen::Ref<const Eigen::MatrixXd>& p, BlockLengths lengths,
                                    std::span<double> v) {
    std::size_t next = 0;
    for_each_block(p, lengths, [&](Index first, Index length, Index k) {
        double mean = 0, j = 0;  // of the logarithms so far
        for (const double value : p.col(k).segment(first, length)) {
            if (!(value > 0)) continue;
            const double step = std::log(value) - mean;
            if (j > 0) v[next++] = -std::sqrt(j / (j + 1)) * step;
            mean += step / ++j;
        }
    });
}

/// The reverse, for any v: zeros stay, and no probability becomes zero.
inline void probabilities_from_vector(std::span<const double> v, BlockLengths lengths,
                                      Eigen::Ref<Eigen::MatrixXd> p) {
    std::size_t next = 0;
    for_each_block(p, lengths, [&](Index first, Index length, Index k) {
        auto block = p.col(k).segment(first, length);
        const std::size_t own = next;
        const auto for_each_log = [&](const auto& visit) {  // but for what is common to all of them
            next = own;
            double mean = 0, j = 0;
            for (double& value : block) {
                if (!(value > 0)) continue;
                const double step = j > 0 ? -std::sqrt((j + 1) / j) * v[next++] : 0.0;
                visit(mean + step, value);
                mean += step / ++j;
            }
        };
        double top = -std::numeric_limits<double>::infinity();
        for_each_log([&](double log, double&) { top = std::max(top, log); });
        for_each_log([&](double log, double& value) {
            value = std::max(std::exp(log - top), std::numeric_limits<double>::min());
        });
        block /= block.sum();
    });
}

}  // namespace latent::detail
