// A step of a sequence once it is filtered: p(z_t | x_1 … x_t) and p(x_t | x_1 … x_{t−1}).
#pragma once

#include <cmath>
#include <limits>

#include "latent/kernel/log_chain.hpp"
#include "latent/kernel/power_of_two.hpp"

namespace latent::detail {

/// A step that was filtered by logarithms, see OrderedChainScheme for its members.
struct LogStep {
    Eigen::Ref<const Eigen::VectorXd> log_states;  ///< log p(z_t | x_1 … x_t), K
    double conditional;                            ///< log p(x_t | x_1 … x_{t−1})

    static constexpr double relative() { return 1; }
    double shift() const { return conditional; }
    bool impossible() const { return conditional == -std::numeric_limits<double>::infinity(); }
    void probabilities(Eigen::Ref<Eigen::VectorXd> to) const { to = log_states.unaryExpr(&probability); }
};

/// A step that was filtered by scaled numbers.
struct ScaledStep {
    const double* alpha;  ///< forward variables
    Index states;
    double before, sum;    ///< of those of the step before, one where a sequence begins, and of these
    double density_shift;  ///< the logarithm that its densities are relative to

    static constexpr bool impossible() { return false; }
    /// By what was before as the step uses it: scaled.
    double relative() const { return sum / (before * unit_scale(before)); }
    double shift() const { return density_shift; }
    void probabilities(Eigen::Ref<Eigen::VectorXd> to) const {
        to = Eigen::Map<const Eigen::VectorXd>(alpha, states) / sum;
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
    double relative() const { return sum_ / before_; }
    double shift() const { return shift_; }
    void probabilities(Eigen::Ref<Eigen::VectorXd> to) const {
        double* const p = to.data();
        for (int k = 0; k < K; ++k) p[k] = alpha_[k] / sum_;
    }

  private:
    double alpha_[K], sum_ = 0, before_, shift_;
};

/// relative := log(relative) + shift. (Not inlined, so that its bits do not depend on who asks.)
template <class Vector>
[[gnu::noinline]] void take_log_probabilities(Vector& relative, const Vector& shift) {
    relative = relative.array().log() + shift.array();
}

}  // namespace latent::detail
