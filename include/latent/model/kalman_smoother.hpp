// The Rauch–Tung–Striebel smoother: what is known of a hidden normal state when all observations have come in.
#pragma once

#include "latent/model/kalman_filter.hpp"

namespace latent::detail {

/// From p(x_{t+1} | y) and the filtered p(x_t | y_1 … y_t) to p(x_t | y), and to what the M-step asks of the move between them
/// (Rauch, Tung & Striebel 1965). Given x_{t+1}, x_t is normal about m_t + J (x_{t+1} − T m_t) with the covariance
/// (I − J T) P (I − J T)ᵀ + J Q Jᵀ, and u = x_{t+1} − T x_t = R (x_{t+1} − T m_t) + noise, R = Q (T P Tᵀ + Q)⁻¹: all covariances are
/// sums of what cannot be negative, and P, Q and T may be singular. What follows from covariances that are those of the step
/// before, to the bit, is kept.
///
/// (A template, always of double, so that a program compiles only the members it calls.)
template <class Scalar>
class KalmanSmoother {
  public:
    /// Forgets what was derived from another model.
    void prepare() { filtered_.resize(0, 0); }
    /// mean, covariance: of x_t, filtered, becomes smoothed; next_mean, next_covariance: of x_{t+1}, smoothed.
    void step(const BasicLinearGaussianChain<Scalar>& m, const Eigen::VectorX<Scalar>& next_mean,
              const Eigen::MatrixX<Scalar>& next_covariance, Eigen::VectorX<Scalar>& mean,
              Eigen::MatrixX<Scalar>& covariance);
    /// What is known of x_t, as the input, and of u after a step.
    const BasicLinearGaussianMoments<Scalar>& move() const { return move_; }
    /// x_t turned out to be its mean and `deviation`: so does move().
    void fix(const BasicLinearGaussianChain<Scalar>& m, const Eigen::VectorX<Scalar>& deviation);
    /// Cov(x_{t+1}, x_t | y) after a step.
    const Eigen::MatrixX<Scalar>& lag_one() const { return lag_one_; }

  private:
    void factorize(const BasicLinearGaussianChain<Scalar>& m, const Eigen::MatrixX<Scalar>& filtered);
    void combine(const Eigen::MatrixX<Scalar>& next);

    Eigen::MatrixX<Scalar> filtered_;  // P
    Eigen::MatrixX<Scalar> ahead_;     // T P
    Eigen::MatrixX<Scalar> gain_;      // J
    Eigen::MatrixX<Scalar>
        share_;  // R: of a deviation from what was predicted, what the noise of the move has of it
    Eigen::MatrixX<Scalar> rest_;   // Cov(x_t | x_{t+1}, y_1 … y_t)
    Eigen::MatrixX<Scalar> noise_;  // Cov(u | x_{t+1}, y_1 … y_t)
    Eigen::MatrixX<Scalar>
        next_;               // Cov(x_{t+1} | y), to which lag_one_ and the covariances of move_ belong …
    bool combined_ = false;  // … if they belong to filtered_
    Eigen::MatrixX<Scalar> lag_one_;
    BasicLinearGaussianMoments<Scalar> move_;
    Eigen::MatrixX<Scalar> room_, inverse_, complement_;
    Eigen::VectorX<Scalar> deviation_;
};

template <class Scalar>
void KalmanSmoother<Scalar>::step(const BasicLinearGaussianChain<Scalar>& m,
                                  const Eigen::VectorX<Scalar>& next_mean,
                                  const Eigen::MatrixX<Scalar>& next_covariance, Eigen::VectorX<Scalar>& mean,
                                  Eigen::MatrixX<Scalar>& covariance) {
    if (!same(covariance, filtered_)) factorize(m, covariance);
    if (!combined_ || !same(next_covariance, next_)) combine(next_covariance);
    deviation_ = next_mean;
    deviation_ -= m.transition.coefficients().lazyProduct(mean);
    mean += gain_.lazyProduct(deviation_);
    covariance = move_.input_covariance;
    move_.input = mean;
    move_.residual.noalias() = share_.lazyProduct(deviation_);
}

template <class Scalar>
void KalmanSmoother<Scalar>::combine(const Eigen::MatrixX<Scalar>& next) {
    next_ = next;
    combined_ = true;
    lag_one_.noalias() = next_.lazyProduct(gain_.transpose());
    move_.input_covariance = rest_;
    move_.input_covariance += gain_.lazyProduct(lag_one_);
    Full::symmetrize(move_.input_covariance);
    room_.noalias() = share_.lazyProduct(next_);
    move_.residual_covariance = noise_;
    move_.residual_covariance += room_.lazyProduct(share_.transpose());
    room_ = lag_one_ - ahead_;
    move_.cross_covariance.noalias() = share_.lazyProduct(room_);
}

template <class Scalar>
void KalmanSmoother<Scalar>::fix(const BasicLinearGaussianChain<Scalar>& m,
                                 const Eigen::VectorX<Scalar>& deviation) {
    combined_ = false;  // what is cleared here is to be made again
    move_.input += deviation;
    move_.residual -= m.transition.coefficients().lazyProduct(deviation);
    move_.input_covariance.setZero();
    move_.residual_covariance.setZero();
    move_.cross_covariance.setZero();
}

template <class Scalar>
void KalmanSmoother<Scalar>::factorize(const BasicLinearGaussianChain<Scalar>& m,
                                       const Eigen::MatrixX<Scalar>& filtered) {
    const Eigen::MatrixX<Scalar>&T = m.transition.coefficients(), &Q = m.transition.covariance();
    filtered_ = filtered;
    combined_ = false;
    ahead_.noalias() = T.lazyProduct(filtered_);
    noise_.noalias() = ahead_.lazyProduct(T.transpose());  // T P Tᵀ
    inverse_ = noise_ + Q;
    semidefinite_cholesky(inverse_);
    invert_lower(inverse_);
    divide(ahead_, inverse_, room_, gain_);
    divide(Q, inverse_, room_, share_);
    const Index s = T.rows();

    // a P aᵀ + b Q bᵀ
    const auto sum = [this](const Eigen::MatrixX<Scalar>& a, const Eigen::MatrixX<Scalar>& p,
                            const Eigen::MatrixX<Scalar>& b, const Eigen::MatrixX<Scalar>& q,
                            Eigen::MatrixX<Scalar>& out) {
        room_.noalias() = a.lazyProduct(p);
        out.noalias() = room_.lazyProduct(a.transpose());
        room_.noalias() = b.lazyProduct(q);
        out += room_.lazyProduct(b.transpose());
        Full::symmetrize(out);
    };
    complement_.setIdentity(s, s);
    complement_ -= gain_.lazyProduct(T);
    sum(complement_, filtered_, gain_, Q, rest_);
    complement_.setIdentity(s, s);
    complement_ -= share_;
    inverse_ = noise_;
    sum(share_, inverse_, complement_, Q, noise_);
}

}  // namespace latent::detail
