// A hidden Markov model that is fed one observation at a time.
#pragma once

#include <utility>

#include "latent/chain/online_steps.hpp"
#include "latent/core/units.hpp"
#include "latent/model/hidden_markov_model.hpp"

namespace latent {

/// What a hidden Markov model knows of its state while observations come in one by one: p(z_t | x_1 … x_t), the
/// running log-likelihood, and, with a lag, p(z_{t−lag} | x_1 … x_t) (the fixed-lag smoother). States that fall behind by more
/// than a double can tell are kept, where they may be right after all; probabilities that no double holds are reported as 0, and
/// so may be those below 10⁻¹⁵⁰. No allocation after the construction. Cost of an observation: K densities and K², and lag times K²
/// where there is a lag; three to twelve times as much while states have fallen so far behind. Memory: lag × K four times.
template <Emission E>
class OnlineFilter {
  public:
    using Scalar = typename E::Scalar;

    /// Keeps a copy of the model. Throws std::invalid_argument on a negative lag.
    explicit OnlineFilter(HiddenMarkovModel<E> model, Index lag = 0)
        : model_(std::move(model)), steps_(model_.chain(), checked(lag)) {
        x_.resize(1, model_.dimension());
        log_density_.resize(1, model_.size());
    }

    /// Forgets all observations: the next one is a sequence's first.
    void restart() { steps_.restart(); }

    /// The next observation: d values. Throws std::invalid_argument where the model cannot take it; the filter is
    /// then as it was. After an observation that is impossible the log-likelihood is −inf; of the states it says nothing, as
    /// in all of HiddenMarkovModel's answers: their probabilities are those that were predicted.
    void push(const Observations<Scalar>& x) {
        detail::require(x.rows() == model_.dimension() && x.cols() == 1, "latent::OnlineFilter::push: x is ",
                        x.rows(), " × ", x.cols(), ", expected one observation of ", model_.dimension(),
                        " values");
        detail::require_cells("OnlineFilter::push", model_.emission(), x);
        detail::check_with(model_.emission(), x);
        if (x.informed()) detail::require_known("OnlineFilter::push", x, model_.size());
        detail::pack(x, x_);
        detail::log_density(model_.emission(), x_, log_density_, room_);
        if (x.informed()) detail::add_known(x, log_density_, [](Index i) { return i; });
        steps_.push([&](Index k) { return log_density_(0, k); });
    }
    /// The same of a one-dimensional observation.
    void push(Scalar x) { push(Observations<Scalar>(&x, 1, 1, 1, 1)); }

    /// The model that filters.
    const HiddenMarkovModel<E>& model() const { return model_; }
    /// Observations so far.
    Index steps() const { return steps_.steps(); }
    /// p(z_t | x_1 … x_t): K values; before the first observation, p(z_1).
    const Eigen::VectorXd& probabilities() const { return steps_.probabilities(); }
    /// log p(x_1 … x_t).
    double log_likelihood() const { return steps_.log_likelihood(); }
    /// Of smoothed(), 0 where there is none.
    Index lag() const { return steps_.lag(); }
    /// p(z_{t−lag} | x_1 … x_t): K values; of the first state while there are no more than `lag` observations behind.
    const Eigen::VectorXd& smoothed() const { return steps_.smoothed(); }

  private:
    static Index checked(Index lag) {
        detail::require(lag >= 0, "latent::OnlineFilter: lag is ", lag, ", expected at least 0");
        return lag;
    }

    HiddenMarkovModel<E> model_;
    detail::OnlineSteps<MarkovChain> steps_;
    Panel<Scalar> x_, log_density_;
    detail::RoomOf<E> room_;
};

}  // namespace latent
