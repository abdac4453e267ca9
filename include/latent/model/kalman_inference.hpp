// What is known of the hidden states of a sequence, and what the M-step asks of them.
#pragma once

#include "latent/data/observations.hpp"
#include "latent/model/kalman_smoother.hpp"
#include "latent/model/observation_moments.hpp"
#include "latent/model/state_space.hpp"

namespace latent::detail {

/// Filter and smoother over the sequences of a chain. Lives across many of them and keeps its memory, s² + s numbers a step.
///
/// (A template, always of double, so that a program compiles only the members it calls.)
template <class Scalar>
class KalmanInference {
  public:
    /// To be called for each model, before its first sequence.
    void prepare() {
        filter_.prepare();
        smoother_.prepare();
        observed_.prepare();
    }
    /// log p(y), visit(t, log p(y_t | y_1 … y_{t−1})) at each step, when filter() is p(x_t | y_1 … y_t).
    template <class Visit>
    double filter(const BasicLinearGaussianChain<Scalar>& m, const Observations<double>& y,
                  const Visit& visit);
    /// The same; keeps all p(x_t | y_1 … y_t).
    double filter(const BasicLinearGaussianChain<Scalar>& m, const Observations<double>& y) {
        states_.resize(m.transition.dimension(), y.cols());
        return filter(m, y, [&](Index t, double) { states_.set(t, filter_.mean(), filter_.covariance()); });
    }
    /// From what the latter keeps: visit(t) from the last step to the first, when mean() and covariance() are p(x_t | y), or,
    /// where `random` is given, a draw given the draw of x_{t+1}, and zero; but for the last step lag_one() is
    /// Cov(x_{t+1}, x_t | y).
    template <class Visit>
    void smooth(const BasicLinearGaussianChain<Scalar>& m, Random* random, const Visit& visit);
    /// The same, adding the statistics of the states to s, `weight` times.
    void collect(const BasicLinearGaussianChain<Scalar>& m, const Observations<double>& y, double weight,
                 Random* random, BasicLinearGaussianChainStatistics<Scalar>& s);
    /// Within a visit of smooth: what is known of y_t, whose missing cells are NaN.
    const ObservationMoments<Scalar>& observe(const BasicLinearGaussian<Scalar>& observation,
                                              const Observations<double>& y, Index t) {
        y_ = y.matrix().col(t);
        observed_.look(observation, y_, mean_, covariance_);
        return observed_;
    }

    KalmanFilter<Scalar>& filter() { return filter_; }
    const Eigen::VectorX<Scalar>& mean() const { return mean_; }
    const Eigen::MatrixX<Scalar>& covariance() const { return covariance_; }
    const Eigen::MatrixX<Scalar>& lag_one() const { return smoother_.lag_one(); }

  private:
    KalmanFilter<Scalar> filter_;
    KalmanSmoother<Scalar> smoother_;
    ObservationMoments<Scalar> observed_;
    NormalMoments states_;
    BasicLinearGaussianMoments<Scalar> first_;  // of x_1
    Eigen::VectorX<Scalar> y_, mean_, next_mean_;
    Eigen::MatrixX<Scalar> covariance_, next_covariance_;
};

template <class Scalar>
template <class Visit>
double KalmanInference<Scalar>::filter(const BasicLinearGaussianChain<Scalar>& m,
                                       const Observations<double>& y, const Visit& visit) {
    double total = 0;
    for (Index t = 0; t < y.cols(); ++t) {
        if (t == 0)
            filter_.start(m);
        else
            filter_.predict(m);
        y_ = y.matrix().col(t);
        const double log_p = filter_.update(m, y_);
        total += log_p;
        visit(t, log_p);
    }
    return std::isnan(total) ? -std::numeric_limits<double>::infinity() : total;
}

template <class Scalar>
template <class Visit>
void KalmanInference<Scalar>::smooth(const BasicLinearGaussianChain<Scalar>& m, Random* random,
                                     const Visit& visit) {
    const Index last = states_.means.cols() - 1;
    for (Index t = last; t >= 0; --t) {
        states_.get(t, mean_, covariance_);
        if (t < last) smoother_.step(m, next_mean_, next_covariance_, mean_, covariance_);
        if (random) {
            const Eigen::VectorX<Scalar> deviation = draw_normal(covariance_, *random);
            if (t < last) smoother_.fix(m, deviation);
            mean_ += deviation;
            covariance_.setZero();
        }
        visit(t);
        next_mean_ = mean_;
        next_covariance_ = covariance_;
    }
}

template <class Scalar>
void KalmanInference<Scalar>::collect(const BasicLinearGaussianChain<Scalar>& m,
                                      const Observations<double>& y, double weight, Random* random,
                                      BasicLinearGaussianChainStatistics<Scalar>& s) {
    smooth(m, random, [&](Index t) {
        if (t + 1 < y.cols()) smoother_.move().add_to(s.transition, weight);
        observe(m.observation, y, t).moments().add_to(s.observation, weight);
    });
    first_.input.setOnes(1);
    first_.input_covariance.setZero(1, 1);
    first_.cross_covariance.setZero(mean_.size(), 1);
    first_.residual = mean_ - m.initial.coefficients();
    first_.residual_covariance = covariance_;
    first_.add_to(s.initial, weight);
}

}  // namespace latent::detail
