// A step of a sequence once it is filtered: p(z_t | x_1 … x_t) and log p(x_t | x_1 … x_{t−1}).
#pragma once

#include <cmath>
#include <limits>

#include "latent/kernel/lanes.hpp"
#include "latent/kernel/log_chain.hpp"
#include "latent/kernel/power_of_two.hpp"

namespace latent::detail {

/// A step that was filtered by logarithms, see OrderedChainScheme for its members.
struct LogStep {
    Eigen::Ref<const Eigen::VectorXd> log_states;  ///< log p(z_t | x_1 … x_t), K
    double conditional;                            ///< log p(x_t | x_1 … x_{t−1})

    double log_probability() const { return conditional; }
    bool impossible() const { return conditional == -std::numeric_limits<double>::infinity(); }
    void probabilities(Eigen::Ref<Eigen::VectorXd> to) const { to = log_states.unaryExpr(&probability); }
};

/// A step that was filtered by scaled numbers.
struct ScaledStep {
    const double *before,
        *alpha;    ///< forward variables of the step before, null where a sequence begins, and of the step
    double shift;  ///< the logarithm that its densities are relative to
    Index states, width;  ///< width of the registers in which they were summed

    static constexpr bool impossible() { return false; }
    double log_probability() const {
        double scaled = 1;  // the sum before, as the step uses it
        if (before) {
            const double sum = sum_of(before);
            scaled = sum * unit_scale(sum);
        }
        return std::log(sum_of(alpha) / scaled) + shift;
    }
    void probabilities(Eigen::Ref<Eigen::VectorXd> to) const {
        const Eigen::Map<const Eigen::VectorXd> values(alpha, states);
        to = values / values.sum();
    }

  private:
    /// To the last bit as the forward pass has it: where a sum is nearly a power of two, another order of summation may be
    /// scaled by another one.
    double sum_of(const double* values) const {
        double lane[lanes<double, 64>] = {}, sum = 0;
        for (Index k = 0; k < states; ++k) lane[k & (width - 1)] += values[k];
        for (Index l = 0; l < width; ++l) sum += lane[l];
        return sum;
    }
};

/// A step that was filtered in a lane, see LaneScan.
template <int K>
class LaneStep {
  public:
    /// Forward variables, `stride` apart; the sum of those before, scaled as they were; the logarithm that its densities are
    /// relative to.
    LaneStep(const double* alpha, Index stride, double before, double shift)
        : before_(before), shift_(shift) {
        for (int k = 0; k < K; ++k) sum_ += alpha_[k] = alpha[k * stride];
    }

    double sum() const { return sum_; }
    static constexpr bool impossible() { return false; }
    double log_probability() const { return std::log(sum_ / before_) + shift_; }
    void probabilities(Eigen::Ref<Eigen::VectorXd> to) const {
        double* const p = to.data();
        for (int k = 0; k < K; ++k) p[k] = alpha_[k] / sum_;
    }

  private:
    double alpha_[K], sum_ = 0, before_, shift_;
};

}  // namespace latent::detail
