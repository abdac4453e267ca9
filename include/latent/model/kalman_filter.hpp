// The Kalman filter: what is known of a hidden normal state as observations come in.
#pragma once

#include <cmath>
#include <limits>
#include <numbers>

#include "latent/model/linear_gaussian_chain.hpp"

namespace latent::detail {

/// Whether both are the same matrix, of whatever size.
template <class Scalar>
bool same(const Eigen::MatrixX<Scalar>& a, const Eigen::MatrixX<Scalar>& b) {
    return a.rows() == b.rows() && a.cols() == b.cols() && a == b;
}

/// p(x_t | y_1 … y_t), one observation after the other (Kalman 1960). The covariance is updated in Joseph's form,
/// (I − K Z) P (I − K Z)ᵀ + K H Kᵀ, a sum of what cannot be negative. Cells that are missing take no part: in what follows their
/// rows of Z are zero and their own covariance is one.
///
/// Where the covariance is that of the step before, to the bit, as it is in the steady state, nothing of it is computed
/// again. Nothing is allocated once the sizes are known.
///
/// (A template, always of double, so that a program compiles only the members it calls.)
template <class Scalar>
class KalmanFilter {
  public:
    /// Forgets what was derived from another model.
    void prepare() { factored_.resize(0, 0); }
    /// The beginning of a sequence: p(x_1).
    void start(const BasicLinearGaussianChain<Scalar>& m) {
        mean_ = m.initial.coefficients();
        covariance_ = m.initial.covariance();
        updated_ = false;
    }
    /// From p(x_t | …) to p(x_{t+1} | …).
    void predict(const BasicLinearGaussianChain<Scalar>& m);
    /// From p(x_t | y_1 … y_{t−1}) to p(x_t | y_1 … y_t); returns log p(y_t | y_1 … y_{t−1}). A NaN in y is a missing cell. Where
    /// y has no density, because its covariance is singular or a deviation no more than the rounding of y, the result is −∞,
    /// and p(x_t) as it was.
    double update(const BasicLinearGaussianChain<Scalar>& m, const Eigen::VectorX<Scalar>& y);

    const Eigen::VectorX<Scalar>& mean() const { return mean_; }
    const Eigen::MatrixX<Scalar>& covariance() const { return covariance_; }

  private:
    void factorize(const BasicLinearGaussianChain<Scalar>& m);

    Eigen::VectorX<Scalar> mean_;
    Eigen::MatrixX<Scalar> covariance_;
    bool updated_ = false;    // covariance_ is updated_covariance_
    bool predicted_ = false;  // prediction_ is what follows on updated_covariance_

    // What follows from the covariance `factored_` before an observation of which `seen_` is seen, 1 or 0 a cell:
    Eigen::MatrixX<Scalar> factored_, updated_covariance_, prediction_;
    Eigen::VectorX<Scalar> seen_, factored_seen_, variances_;  // of the innovations
    Eigen::MatrixX<Scalar> whitening_, gain_;                  // W: Wᵀ W is the innovations' precision; K
    double half_log_determinant_ = 0;
    bool singular_ = false;

    Eigen::VectorX<Scalar> ahead_, innovation_, whitened_;
    Eigen::MatrixX<Scalar> rows_, across_, whitened_rows_, noise_, complement_, room_;
};

template <class Scalar>
void KalmanFilter<Scalar>::predict(const BasicLinearGaussianChain<Scalar>& m) {
    const Eigen::MatrixX<Scalar>& T = m.transition.coefficients();
    ahead_.noalias() = T.lazyProduct(mean_);
    mean_ = ahead_;
    if (!updated_ || !predicted_) {
        room_.noalias() = T.lazyProduct(covariance_);
        covariance_ = m.transition.covariance();
        covariance_ += room_.lazyProduct(T.transpose());
        Full::symmetrize(covariance_);
        if (updated_) prediction_ = covariance_;
        predicted_ = updated_;
    } else {
        covariance_ = prediction_;
    }
    updated_ = false;
}

template <class Scalar>
double KalmanFilter<Scalar>::update(const BasicLinearGaussianChain<Scalar>& m,
                                    const Eigen::VectorX<Scalar>& y) {
    constexpr double epsilon = std::numeric_limits<double>::epsilon();
    residual_of_seen(m.observation.coefficients(), mean_, y, seen_, innovation_);
    if (!same(covariance_, factored_) || seen_ != factored_seen_) factorize(m);
    bool singular = singular_;
    for (Index j = 0; j < y.size(); ++j)
        singular = singular || std::sqrt(variances_(j)) < 8 * epsilon * std::abs(y(j));
    if (singular) return -std::numeric_limits<double>::infinity();
    whitened_.noalias() = whitening_.lazyProduct(innovation_);
    mean_ += gain_.lazyProduct(innovation_);
    covariance_ = updated_covariance_;
    updated_ = true;
    return -0.5 * (seen_.sum() * std::log(2 * std::numbers::pi) + whitened_.squaredNorm()) -
           half_log_determinant_;
}

template <class Scalar>
void KalmanFilter<Scalar>::factorize(const BasicLinearGaussianChain<Scalar>& m) {
    const Eigen::MatrixX<Scalar>& H = m.observation.covariance();
    factored_ = covariance_;
    factored_seen_ = seen_;
    predicted_ = false;
    rows_ = seen_.asDiagonal() * m.observation.coefficients();
    across_.noalias() = rows_.lazyProduct(covariance_);
    whitening_.noalias() = across_.lazyProduct(rows_.transpose());
    add_covariance_of_seen(H, seen_, whitening_);
    variances_ = whitening_.diagonal();
    singular_ = semidefinite_cholesky(whitening_) < H.rows();
    half_log_determinant_ = whitening_.diagonal().array().log().sum();
    invert_lower(whitening_);
    divide(across_, whitening_, whitened_rows_, gain_);
    // (I − K Z) P (I − K Z)ᵀ + K H Kᵀ
    complement_.setIdentity(mean_.size(), mean_.size());
    complement_ -= gain_.lazyProduct(rows_);
    room_.noalias() = complement_.lazyProduct(covariance_);
    updated_covariance_.noalias() = room_.lazyProduct(complement_.transpose());
    noise_.noalias() = gain_.lazyProduct(H);
    updated_covariance_ += noise_.lazyProduct(gain_.transpose());
    Full::symmetrize(updated_covariance_);
}

}  // namespace latent::detail
