// The steps of a sequence whose end is not known yet: filtered one at a time, and smoothed with a lag.
#pragma once

#include <algorithm>
#include <cmath>

#include "latent/chain/filtered_steps.hpp"
#include "latent/core/types.hpp"

namespace latent::detail {

/// p(z_t | x_1 … x_t), the running log-likelihood and, with a lag, p(z_{t−lag} | x_1 … x_t). Kept in logarithms, but taken
/// from step to step by products of matrices: only where those underflow, by sums of exponentials. No allocation after the
/// construction. Every call gets the chain that the object was made with.
///
/// (A template, so that a program compiles only what it calls.)
template <class Chain>
class OnlineSteps {
  public:
    OnlineSteps(const Chain& chain, Index lag)
        : lag_(lag), log_transition_(chain.transition().array().log()) {
        filtered_.setZero(chain.size(), lag + 1);
        density_.setZero(chain.size(), lag + 1);
        message_.setZero(chain.size());
        sums_.setZero(chain.size());
        restart(chain);
    }

    /// Forgets all steps: the next one is a sequence's first.
    void restart(const Chain& chain) {
        steps_ = 0;
        log_likelihood_ = 0;
        smoothed_ = now_ = chain.initial();
        log_now_ = now_.array().log();
    }

    /// The next step; log_density(k) = log p(x | k).
    template <class LogDensity>
    void push(const Chain& chain, const LogDensity& log_density) {
        if (steps_ > 0) predict(chain);
        auto density = density_.col(slot(steps_));
        for (Index k = 0; k < states(); ++k) density(k) = static_cast<double>(log_density(k));
        const double conditional = observe(log_now_, density);
        const LogStep step{log_now_, conditional};
        log_likelihood_ += step.log_probability();
        step.probabilities(now_);
        filtered_.col(slot(steps_)) = log_now_;
        ++steps_;
        if (lag_ > 0) smooth(chain);
    }

    Index steps() const { return steps_; }
    Index lag() const { return lag_; }
    double log_likelihood() const { return log_likelihood_; }
    /// Of the last step; before the first, p(z_1).
    const Eigen::VectorXd& probabilities() const { return now_; }
    /// Of the step `lag` before; of the first one while there are not so many behind.
    const Eigen::VectorXd& smoothed() const { return lag_ > 0 ? smoothed_ : now_; }

  private:
    Index states() const { return log_transition_.rows(); }
    Index slot(Index step) const { return step % (lag_ + 1); }

    /// sums_ become their logarithms: where a sum is so small that terms of it may have underflowed, exact(k).
    template <class Exact>
    void take_logs(Eigen::VectorXd& to, const Exact& exact) {
        for (Index k = 0; k < to.size(); ++k) to(k) = sums_(k) > 0x1p-900 ? std::log(sums_(k)) : exact(k);
    }

    /// log_now_: from the posterior of a step to the prediction of the next.
    void predict(const Chain& chain) {
        sums_.noalias() = chain.transition().transpose() * now_;
        take_logs(message_, [&](Index j) { return predicted(log_now_, log_transition_, j); });
        log_now_.swap(message_);
    }

    /// Backward over the last lag steps.
    void smooth(const Chain& chain) {
        const Index last = steps_ - 1, first = std::max<Index>(0, last - lag_);
        message_.setZero();
        for (Index t = last; t > first; --t) {
            message_ += density_.col(slot(t));
            message_.array() -= message_.maxCoeff();
            smoothed_ = message_.unaryExpr(&probability);
            sums_.noalias() = chain.transition() * smoothed_;
            take_logs(smoothed_, [&](Index i) {
                return log_sum_exp(states(), [&](Index j) { return log_transition_(i, j) + message_(j); });
            });
            message_.swap(smoothed_);
        }
        message_ += filtered_.col(slot(first));
        message_.array() -= message_.maxCoeff();
        smoothed_ = message_.unaryExpr(&probability);
        smoothed_ /= smoothed_.sum();
    }

    Index lag_ = 0, steps_ = 0;
    double log_likelihood_ = 0;
    Eigen::VectorXd now_, log_now_, smoothed_, message_, sums_;
    Eigen::MatrixXd log_transition_;
    Eigen::MatrixXd filtered_, density_;  // logarithms of the last steps, K × (lag + 1), the slots in turn
};

}  // namespace latent::detail
