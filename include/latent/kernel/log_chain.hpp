// The forward and the backward pass in the log domain: slow, but no number is too small for it.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "latent/core/types.hpp"
#include "latent/kernel/levels.hpp"

namespace latent::detail {

/// log Σ exp of `count` values(i); −inf where all are, NaN where one is.
template <class Values>
double log_sum_exp(Index count, const Values& values) {
    double top = -std::numeric_limits<double>::infinity(), sum = 0;
    for (Index i = 0; i < count; ++i) {
        const double value = values(i);
        if (std::isnan(value)) return value;
        top = std::max(top, value);
    }
    if (!(std::abs(top) < std::numeric_limits<double>::infinity())) return top;
    for (Index i = 0; i < count; ++i) sum += std::exp(values(i) - top);
    return top + std::log(sum);
}

/// e^log_p of a probability; 0 where that is no normal number: denormal ones make every later product a hundred times
/// slower.
inline double probability(double log_p) { return log_p < -708 ? 0.0 : std::exp(log_p); }

/// From the logarithms of what is predicted of the states, and of an observation's densities, to those of p(states |
/// observation); returns log p(observation). The densities become relative to their largest among states that can be; an
/// observation of density 0 in all of those becomes one of density 1: it changes nothing, and −inf is returned.
inline double observe(Eigen::Ref<Eigen::VectorXd> log_states, Eigen::Ref<Eigen::VectorXd> log_density) {
    constexpr double never = -std::numeric_limits<double>::infinity();
    log_density = (log_states.array() == never).select(never, log_density);
    const double top = log_density.maxCoeff();
    if (top == never) {
        log_density.setZero();
    } else {
        log_density.array() -= top;
    }
    log_states += log_density;
    const double most = log_states.maxCoeff();
    log_states.array() -= most;
    const double sum = log_sum_exp(log_states.size(), log_states);
    log_states.array() -= sum;
    return top + (most + sum);
}

/// log Σ_i exp(log_states(i) + log_transition(i, j)): what is predicted of state j at the next step.
template <class States>
double predicted(const States& log_states, const Eigen::MatrixXd& log_transition, Index j) {
    return log_sum_exp(log_states.size(), [&](Index i) { return log_states(i) + log_transition(i, j); });
}

/// The same of all states, by numbers with levels: K² multiply-adds, K exponentials and K logarithms. Where an entry of the
/// matrix is no normal number, by K² exponentials.
class LogPrediction {
  public:
    explicit LogPrediction(const Eigen::MatrixXd& log_transition) : logs_(log_transition) {
        const Index K = logs_.rows();
        rows_.resize(padded_states(K), K);
        vectors_.resize(2, K);
        for (Index i = 0; i < rows_.padded(); ++i)
            rows_.fill(i, [&](Index j) { return i < K ? probability(logs_(i, j)) : 0.0; });
        held_ = !(logs_.array() < -708 && logs_.array() > -std::numeric_limits<double>::infinity()).any();
    }
    // (Not inlined, for compilers would fuse other products and sums in each place.)
    template <class States>
    [[gnu::noinline]] void operator()(const States& log_states, Eigen::Ref<Eigen::VectorXd> to) {
        const Index K = logs_.rows();
        if (held_) {
            vectors_[0].fill([&](Index i) { return i < K ? levelled_exp(log_states(i)) : Levelled{}; });
            combine_levels(vectors_[0], rows_.at(), vectors_[1]);
        }
        for (Index j = 0; j < K; ++j) to(j) = held_ ? vectors_[1][j].log() : predicted(log_states, logs_, j);
    }

  private:
    const Eigen::MatrixXd& logs_;
    StateRows rows_;
    LevelledRows vectors_;
    bool held_;
};

/// A sequence of T steps by logarithms. A step's densities are taken relative to the largest that counts before anything
/// is added to them, and posteriors are normalised by their own sums: log-densities of −10¹⁴ cost the digits that they
/// have lost themselves, and no more. Time T·K² multiply-adds and T·K exponentials, moves T·K² of them; memory 3·T·K.
///
/// An observation that is impossible after those before it says nothing about the states: log p(x) is −inf, and all else is
/// as if it had not been made.
struct LogChain {
    Eigen::VectorXd initial;     ///< log π, K
    Eigen::MatrixXd transition;  ///< log A, K × K
    /// log p(x_t | k), K × T; after forward relative to a number of the step, and 0 where x_t is impossible.
    Eigen::MatrixXd density;
    Eigen::MatrixXd alpha{};        ///< log p(z_t | x_1 … x_t), K × T
    Eigen::MatrixXd beta{};         ///< log p(x_{t+1} … | z_t) up to a constant of the step, K × T
    Eigen::VectorXd conditional{};  ///< log p(x_t | x_1 … x_{t−1}), T; −inf where x_t is impossible
    Eigen::VectorXd lift{};         ///< log Σ_k exp(alpha + beta), T, of which the largest is 0

    Index states() const { return density.rows(); }
    Index steps() const { return density.cols(); }

    /// Fills alpha and conditional; returns log p(x), −inf where the sequence is impossible.
    double forward() {
        alpha.resize(states(), steps());
        conditional.resize(steps());
        LogPrediction predict(transition);
        for (Index t = 0; t < steps(); ++t) {
            if (t == 0)
                alpha.col(t) = initial;
            else
                predict(alpha.col(t - 1), alpha.col(t));
            conditional(t) = observe(alpha.col(t), density.col(t));
        }
        return conditional.sum();
    }
    /// Fills beta and lift, after forward.
    void backward() {
        beta.setZero(states(), steps());
        lift.resize(steps());
        const Eigen::MatrixXd from = transition.transpose();
        LogPrediction pull(from);
        Eigen::VectorXd behind;
        for (Index t = steps() - 1; t >= 0; --t) {
            if (t + 1 < steps()) {
                behind = density.col(t + 1) + beta.col(t + 1);
                behind.array() -= behind.maxCoeff();
                pull(behind, beta.col(t));
            }
            beta.col(t).array() -= (alpha.col(t) + beta.col(t)).maxCoeff();
            lift(t) = log_sum_exp(states(), [&](Index i) { return alpha(i, t) + beta(i, t); });
        }
    }
    /// p(z_t = k | x), after both passes.
    double posterior(Index t, Index k) const { return probability(alpha(k, t) + beta(k, t) - lift(t)); }
    /// visit(i, j, p(z_t = i, z_{t+1} = j | x)) for the moves that are not impossible, after both passes: the posterior of i,
    /// shared out.
    template <class Visit>
    void moves(Index t, const Visit& visit) const {
        for (Index i = 0; i < states(); ++i) {
            const double from = posterior(t, i);
            if (!(from > 0)) continue;
            double top = -std::numeric_limits<double>::infinity(), sum = 0;
            for (Index j = 0; j < states(); ++j) top = std::max(top, ahead(t, i, j));
            for (Index j = 0; j < states(); ++j) sum += probability(ahead(t, i, j) - top);
            for (Index j = 0; j < states(); ++j) {
                const double to = probability(ahead(t, i, j) - top);
                if (to > 0) visit(i, j, from * (to / sum));
            }
        }
    }

  private:
    double ahead(Index t, Index i, Index j) const {
        return transition(i, j) + density(j, t + 1) + beta(j, t + 1);
    }
};

}  // namespace latent::detail
