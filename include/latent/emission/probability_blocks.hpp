// Tables of probabilities whose columns are cut into blocks that sum to one.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "latent/core/checks.hpp"
#include "latent/emission/log_coordinates.hpp"

namespace latent::detail {

/// How many rows each block of a column has, one after the other; `std::array{rows}` where it is one block.
using BlockLengths = std::span<const Index>;

/// Calls visit(first row, length, column) for each block.
template <class Visit>
void for_each_block(const Eigen::MatrixXd& table, BlockLengths lengths, const Visit& visit) {
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

/// Probabilities of any logarithms (see log_coordinates.hpp): each block is divided by its sum, and no probability becomes zero.
inline void probabilities_from_logs(std::span<const double> v, BlockLengths lengths, Eigen::MatrixXd& p) {
    std::size_t next = 0;
    for_each_block(p, lengths, [&](Index first, Index length, Index k) {
        auto block = p.col(k).segment(first, length);
        const auto own = v.subspan(next, static_cast<std::size_t>((block.array() > 0).count()));
        const double top = *std::max_element(own.begin(), own.end());
        for (double& value : block)
            if (value > 0) value = std::max(std::exp(v[next++] - top), std::numeric_limits<double>::min());
        block /= block.sum();
    });
}

}  // namespace latent::detail
