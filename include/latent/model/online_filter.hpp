// A hidden Markov model that is fed one observation at a time.
#pragma once

#include <cmath>
#include <limits>

#include "latent/core/units.hpp"
#include "latent/kernel/log_chain.hpp"
#include "latent/model/hidden_markov_model.hpp"

namespace latent {

/// What a hidden Markov model knows of its state while observations come in one by one: p(z_t | x_1 … x_t), the
/// running log-likelihood, and, with a lag, p(z_{t−lag} | x_1 … x_t) (the fixed-lag smoother). Probabilities too small
/// for a double are kept as logarithms, and reported as 0. No allocation after the construction. Cost of an observation: K densities
/// and K², and lag times K² where there is a lag. Memory: lag × K twice.
template <Emission E>
class OnlineFilter {
  public:
    using Scalar = typename E::Scalar;

    /// Keeps a copy of the model. Throws std::invalid_argument on a negative lag.
    explicit OnlineFilter(HiddenMarkovModel<E> model, Index lag = 0)
        : model_(std::move(model)), lag_(lag), log_transition_(model_.transition().array().log()) {
        detail::require(lag >= 0, "latent::OnlineFilter: lag is ", lag, ", expected at least 0");
        const Index K = model_.size();
        filtered_.setZero(K, lag + 1);
        density_.setZero(K, lag + 1);
        message_.setZero(K);
        sums_.setZero(K);
        x_.resize(1, model_.dimension());
        log_density_.resize(1, K);
        restart();
    }

    /// Forgets all observations: the next one is a sequence's first.
    void restart() {
        steps_ = 0;
        log_likelihood_ = 0;
        smoothed_ = now_ = model_.initial();
        log_now_ = now_.array().log();
    }

    /// The next observation: d values. Throws std::invalid_argument where the model cannot take it; the filter is
    /// then as it was. After an observation that is impossible the log-likelihood is −inf; of the states it says nothing, as
    /// in all of HiddenMarkovModel's answers: their probabilities are those that were predicted.
    void push(const Observations<Scalar>& x) {
        detail::require(x.rows() == model_.dimension() && x.cols() == 1, "latent::OnlineFilter::push: x is ",
                        x.rows(), " × ", x.cols(), ", expected one observation of ", model_.dimension(),
                        " values");
        detail::check_with(model_.emission(), x);
        detail::pack(x, x_);
        model_.emission().log_density(x_, log_density_);
        if (steps_ > 0) predict();
        ++steps_;
        update();
        if (lag_ > 0) smooth();
    }
    /// The same of a one-dimensional observation.
    void push(Scalar x) { push(Observations<Scalar>(&x, 1, 1, 1, 1)); }

    const HiddenMarkovModel<E>& model() const { return model_; }
    /// Observations so far.
    Index steps() const { return steps_; }
    /// p(z_t | x_1 … x_t): K values; before the first observation, p(z_1).
    const Eigen::VectorXd& probabilities() const { return now_; }
    /// log p(x_1 … x_t).
    double log_likelihood() const { return log_likelihood_; }
    Index lag() const { return lag_; }
    /// p(z_{t−lag} | x_1 … x_t): K values; of the first state while there are no more than `lag` observations behind.
    const Eigen::VectorXd& smoothed() const { return lag_ > 0 ? smoothed_ : now_; }

  private:
    Index slot(Index step) const { return step % (lag_ + 1); }

    /// sums_ become their logarithms: where a sum is so small that terms of it may have underflowed, exact(k).
    template <class Exact>
    void take_logs(Eigen::VectorXd& to, const Exact& exact) {
        for (Index k = 0; k < to.size(); ++k) to(k) = sums_(k) > 0x1p-900 ? std::log(sums_(k)) : exact(k);
    }

    /// log_now_: from the posterior of a step to the prediction of the next.
    void predict() {
        sums_.noalias() = model_.transition().transpose() * now_;
        take_logs(message_, [&](Index j) {
            return detail::log_sum_exp(model_.size(),
                                       [&](Index i) { return log_now_(i) + log_transition_(i, j); });
        });
        log_now_.swap(message_);
    }

    /// log_now_ and now_: from the prediction to the posterior.
    void update() {
        auto density = density_.col(slot(steps_ - 1));
        for (Index k = 0; k < model_.size(); ++k) density(k) = static_cast<double>(log_density_(0, k));
        log_likelihood_ += detail::observe(log_now_, density);
        now_ = log_now_.unaryExpr(&detail::probability);
        filtered_.col(slot(steps_ - 1)) = log_now_;
    }

    /// Backward over the last lag steps.
    void smooth() {
        const Index last = steps_ - 1, first = std::max<Index>(0, last - lag_);
        message_.setZero();
        for (Index t = last; t > first; --t) {
            message_ += density_.col(slot(t));
            message_.array() -= message_.maxCoeff();
            smoothed_ = message_.unaryExpr(&detail::probability);
            sums_.noalias() = model_.transition() * smoothed_;
            take_logs(smoothed_, [&](Index i) {
                return detail::log_sum_exp(model_.size(),
                                           [&](Index j) { return log_transition_(i, j) + message_(j); });
            });
            message_.swap(smoothed_);
        }
        message_ += filtered_.col(slot(first));
        message_.array() -= message_.maxCoeff();
        smoothed_ = message_.unaryExpr(&detail::probability);
        smoothed_ /= smoothed_.sum();
    }

    HiddenMarkovModel<E> model_;
    Index lag_ = 0, steps_ = 0;
    double log_likelihood_ = 0;
    Eigen::VectorXd now_, log_now_, smoothed_, message_, sums_;
    Eigen::MatrixXd log_transition_;
    Eigen::MatrixXd filtered_, density_;  // logarithms of the last steps, K × (lag + 1), the slots in turn
    Panel<Scalar> x_, log_density_;
};

}  // namespace latent
