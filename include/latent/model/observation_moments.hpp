// Normal observations of a hidden state, some of whose cells may be missing: what is known of them given all that is seen.
#pragma once

#include "latent/model/linear_gaussian.hpp"

namespace latent::detail {

/// Of y | x ~ N(Z x, H) where x ~ N(m, V) given all that is seen, y's own cells included. The residual of missing cells follows
/// that of the seen ones by H, as an observation of the normal density N(0, H) would: u = G u_seen + N(0, C). What belongs to
/// a pattern of seen cells is kept while that is the same.
///
/// (A template, always of double, so that a program compiles only the members it calls.)
template <class Scalar>
class ObservationMoments {
  public:
    /// Forgets what was derived from another model.
    void prepare() { seen_.resize(0); }
    /// Looks at y, which is NaN where it is missing; mean and covariance are m and V.
    void look(const BasicLinearGaussian<Scalar>& observation, const Eigen::VectorX<Scalar>& y,
              const Eigen::VectorX<Scalar>& mean, const Eigen::MatrixX<Scalar>& covariance);
    /// Of u, with x as the input.
    const BasicLinearGaussianMoments<Scalar>& moments() const { return moments_; }
    /// E[y_j] and Var[y_j] of missing cells.
    double value(const BasicLinearGaussian<Scalar>& observation, Index j) const {
        return observation.coefficients().row(j).dot(moments_.input) + moments_.residual(j);
    }
    double variance(const BasicLinearGaussian<Scalar>& observation, Index j) const {
        const Eigen::VectorX<Scalar> row = (observation.coefficients().row(j) - rows_.row(j)).transpose();
        return rest_(j, j) + row.dot(moments_.input_covariance.lazyProduct(row));
    }

  private:
    void complete(const BasicLinearGaussian<Scalar>& observation, const Eigen::VectorX<Scalar>& seen);

    Eigen::VectorX<Scalar> seen_, now_, residual_;  // 1 or 0 a cell
    Eigen::MatrixX<Scalar> gain_, rows_, rest_;     // G, G Z, C
    Eigen::MatrixX<Scalar> masked_, inverse_, room_;
    BasicLinearGaussianMoments<Scalar> moments_;
};

template <class Scalar>
void ObservationMoments<Scalar>::look(const BasicLinearGaussian<Scalar>& observation,
                                      const Eigen::VectorX<Scalar>& y, const Eigen::VectorX<Scalar>& mean,
                                      const Eigen::MatrixX<Scalar>& covariance) {
    residual_of_seen(observation.coefficients(), mean, y, now_, residual_);
    if (now_.size() != seen_.size() || now_ != seen_) complete(observation, now_);
    moments_.input = mean;
    moments_.input_covariance = covariance;
    moments_.residual.noalias() = gain_.lazyProduct(residual_);
    moments_.cross_covariance.noalias() = rows_.lazyProduct(covariance);
    moments_.residual_covariance = rest_;
    moments_.residual_covariance += moments_.cross_covariance.lazyProduct(rows_.transpose());
    moments_.cross_covariance *= -1;
}

template <class Scalar>
void ObservationMoments<Scalar>::complete(const BasicLinearGaussian<Scalar>& observation,
                                          const Eigen::VectorX<Scalar>& seen) {
    const Eigen::MatrixX<Scalar>& H = observation.covariance();
    const Index d = H.rows();
    seen_ = seen;
    gain_.setIdentity(d, d);
    rest_.setZero(d, d);
    if (seen.minCoeff() == 0) {
        masked_ = seen.asDiagonal() * H;  // H_so, zeros below
        inverse_.setZero(d, d);
        add_covariance_of_seen(H, seen, inverse_);
        semidefinite_cholesky(inverse_);
        invert_lower(inverse_);
        divide(masked_, inverse_, room_, gain_);
        rest_ = H;
        rest_ -= gain_.lazyProduct(masked_);
        for (Index j = 0; j < d; ++j) {
            if (seen(j) == 0) continue;
            gain_.row(j).setZero();  // but for rounding it is so already
            gain_(j, j) = 1;
            rest_.row(j).setZero();
            rest_.col(j).setZero();
        }
        Full::symmetrize(rest_);
    }
    rows_.noalias() = gain_.lazyProduct(observation.coefficients());
}

}  // namespace latent::detail
