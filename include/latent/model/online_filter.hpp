// A hidden Markov model that is fed one observation at a time.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "latent/model/hidden_markov_model.hpp"

namespace latent {

/// What a hidden Markov model knows of its state while observations come in one by one: p(z_t | x_1 … x_t), the
/// running log-likelihood, and, with a lag, p(z_{t−lag} | x_1 … x_t) (the fixed-lag smoother). No allocation after
/// the construction. Cost of an observation: K densities and K², and lag times K² where there is a lag.
/// Memory: lag × K twice.
template <Emission E>
class OnlineFilter {
  public:
    using Scalar = typename E::Scalar;

    /// Keeps a copy of the model. Throws std::invalid_argument on a negative lag.
    explicit OnlineFilter(HiddenMarkovModel<E> model, Index lag = 0) : model_(std::move(model)), lag_(lag) {
        detail::require(lag >= 0, "latent::OnlineFilter: lag is ", lag, ", expected at least 0");
        const Index K = model_.size();
        filtered_.setZero(K, lag + 1);
        density_.setZero(K, lag + 1);
        smoothed_.setZero(K);
        message_.setZero(K);
        x_.resize(1, model_.dimension());
        log_density_.resize(1, K);
        restart();
    }

    /// Forgets all observations: the next one is a sequence's first.
    void restart() {
        steps_ = 0;
        log_likelihood_ = 0;
        now_ = model_.initial();
    }

    /// The next observation: d values. Throws std::invalid_argument where the model cannot take it; the filter is
    /// then as it was. After an observation that is impossible the log-likelihood is −inf and the state
    /// probabilities are those that were predicted.
    void push(const Observations<Scalar>& x) {
        detail::require(x.rows() == model_.dimension() && x.cols() == 1, "latent::OnlineFilter::push: x is ",
                        x.rows(), " × ", x.cols(), ", expected one observation of ", model_.dimension(),
                        " values");
        if constexpr (requires { model_.emission().check(x); }) model_.emission().check(x);
        detail::pack(x, x_);
        model_.emission().log_density(x_, log_density_);
        if (steps_ > 0) {
            message_.noalias() = model_.transition().transpose() * now_;
            now_.swap(message_);
        }
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

    /// now_: from the prediction to the posterior.
    void update() {
        const Index K = model_.size();
        double top = -std::numeric_limits<double>::infinity();
        for (Index k = 0; k < K; ++k)
            if (now_(k) > 0) top = std::max(top, std::log(now_(k)) + static_cast<double>(log_density_(0, k)));
        auto density = density_.col(slot(steps_ - 1));
        if (top > -std::numeric_limits<double>::infinity()) {
            double sum = 0;  // relative to the likeliest state, so that it neither over- nor underflows
            for (Index k = 0; k < K; ++k) {
                const auto log_p = static_cast<double>(log_density_(0, k));
                message_(k) = now_(k) > 0 ? std::exp(std::log(now_(k)) + log_p - top) : 0.0;
                sum += message_(k);
                density(k) = log_p;
            }
            log_likelihood_ += top + std::log(sum);
            now_ = message_ / sum;
        } else {
            log_likelihood_ = -std::numeric_limits<double>::infinity();
            density.setZero();
        }
        filtered_.col(slot(steps_ - 1)) = now_;
        density.array() = (density.array() - density.maxCoeff()).exp();
    }

    /// Backward over the last lag steps.
    void smooth() {
        const Index last = steps_ - 1, first = std::max<Index>(0, last - lag_);
        message_.setOnes();
        for (Index t = last; t > first; --t) {
            smoothed_ = density_.col(slot(t)).cwiseProduct(message_);
            message_.noalias() = model_.transition() * smoothed_;
            const double scale = message_.maxCoeff();
            if (scale > 0) message_ /= scale;
        }
        smoothed_ = filtered_.col(slot(first)).cwiseProduct(message_);
        const double sum = smoothed_.sum();
        if (sum > 0) smoothed_ /= sum;
    }

    HiddenMarkovModel<E> model_;
    Index lag_ = 0, steps_ = 0;
    double log_likelihood_ = 0;
    Eigen::VectorXd now_, message_, smoothed_;
    Eigen::MatrixXd filtered_, density_;  // K × (lag + 1), the slots in turn: of the last steps
    Panel<Scalar> x_, log_density_;
};

}  // namespace latent
