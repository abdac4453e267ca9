// A normal vector that depends linearly on another: what models of continuous hidden states are made of.
#pragma once

#include <span>
#include <string>
#include <tuple>

#include "latent/core/random.hpp"
#include "latent/emission/covariance/matrix.hpp"
#include "latent/emission/linear_gaussian_statistics.hpp"
#include "latent/emission/parameter_checks.hpp"

namespace latent {

/// y | x ~ N(B x, Σ), B d × s and Σ d × d; estimated is B, or Σ, or both, or neither. (With x = 1, a normal density.)
///
/// (A template, always of double, so that a program compiles only the members it calls.)
template <class Scalar>
class BasicLinearGaussian {
  public:
    using Statistics = BasicLinearGaussianStatistics<Scalar>;

    BasicLinearGaussian() = default;
    /// Throws std::invalid_argument, by the names given, where a number is not finite, or Σ is not symmetric, has a negative
    /// variance, or is not positive definite where something is estimated.
    BasicLinearGaussian(Eigen::MatrixX<Scalar> coefficients, Eigen::MatrixX<Scalar> covariance,
                        bool estimates_coefficients, bool estimates_covariance,
                        const std::string& coefficients_name = "coefficients",
                        const std::string& covariance_name = "covariance");

    const Eigen::MatrixX<Scalar>& coefficients() const { return coefficients_; }
    const Eigen::MatrixX<Scalar>& covariance() const { return covariance_; }
    bool estimates_coefficients() const { return estimates_coefficients_; }
    bool estimates_covariance() const { return estimates_covariance_; }
    Index dimension() const { return coefficients_.rows(); }
    Index inputs() const { return coefficients_.cols(); }

    Statistics zero_statistics() const {
        Statistics s;
        reset(s);
        return s;
    }
    void reset(Statistics& s) const { s.reset(coefficients_); }
    /// B := C + (Σ E[u xᵀ]) (Σ E[x xᵀ])⁻¹, Σ := Σ E[(y − B x)(y − B x)ᵀ] / count, of which only what is estimated; without
    /// data neither. In directions of x that the data do not have, B stays as it was.
    void maximize(const Statistics& s);
    /// Σ E[log p(y | x)], up to a constant free of what is estimated; −∞ where Σ is not positive definite.
    double expected_log_density(const Statistics& s) const;

    /// Free parameters, and as many coordinates: B, then log L_ii and L_ij of Σ = L Lᵀ, of what is estimated.
    Index parameters() const {
        return (estimates_coefficients_ ? coefficients_.size() : 0) +
               (estimates_covariance_ ? Full::parameters(dimension()) : 0);
    }
    void to_vector(std::span<double> v) const;
    void from_vector(std::span<const double> v);

    /// A draw of y.
    Eigen::VectorX<Scalar> sample(const Eigen::VectorX<Scalar>& x, Random& random) const;

    /// All of its members, see Archivable.
    static constexpr auto members() {
        using L = BasicLinearGaussian;
        return std::tuple{&L::coefficients_, &L::covariance_, &L::estimates_coefficients_,
                          &L::estimates_covariance_};
    }

  private:
    Eigen::MatrixX<Scalar> coefficients_, covariance_;
    bool estimates_coefficients_ = false, estimates_covariance_ = false;
};
/// That of double, as models have it.
using LinearGaussian = BasicLinearGaussian<double>;

namespace detail {

/// A draw of N(0, covariance), which may be singular.
template <class Scalar>
Eigen::VectorX<Scalar> draw_normal(const Eigen::MatrixX<Scalar>& covariance, Random& random) {
    Eigen::MatrixX<Scalar> l = covariance;
    semidefinite_cholesky(l);
    Eigen::VectorX<Scalar> draw = Eigen::VectorX<Scalar>::Zero(l.rows());
    for (Index j = 0; j < l.cols(); ++j) {
        const double z = random.normal();
        if (std::isfinite(l(j, j))) draw.tail(l.rows() - j) += z * l.col(j).tail(l.rows() - j);
    }
    return draw;
}

/// What of y is seen, 1 or 0 a cell, and its residual y − B x, 0 where it is not: a NaN is a missing cell.
template <class Scalar>
void residual_of_seen(const Eigen::MatrixX<Scalar>& coefficients, const Eigen::VectorX<Scalar>& x,
                      const Eigen::VectorX<Scalar>& y, Eigen::VectorX<Scalar>& seen,
                      Eigen::VectorX<Scalar>& residual) {
    residual.noalias() = coefficients.lazyProduct(x);
    seen.resize(y.size());
    for (Index j = 0; j < y.size(); ++j) {
        seen(j) = std::isnan(y(j)) ? 0 : 1;
        residual(j) = std::isnan(y(j)) ? 0 : y(j) - residual(j);
    }
}
/// out += the covariance of the seen cells, and variances of 1 for the others.
template <class Scalar>
void add_covariance_of_seen(const Eigen::MatrixX<Scalar>& covariance, const Eigen::VectorX<Scalar>& seen,
                            Eigen::MatrixX<Scalar>& out) {
    for (Index j = 0; j < covariance.cols(); ++j) {
        for (Index i = 0; i < covariance.rows(); ++i) out(i, j) += seen(i) * seen(j) * covariance(i, j);
        out(j, j) += 1 - seen(j);
    }
}

}  // namespace detail

template <class Scalar>
BasicLinearGaussian<Scalar>::BasicLinearGaussian(Eigen::MatrixX<Scalar> coefficients,
                                                 Eigen::MatrixX<Scalar> covariance,
                                                 bool estimates_coefficients, bool estimates_covariance,
                                                 const std::string& coefficients_name,
                                                 const std::string& covariance_name)
    : coefficients_(std::move(coefficients)),
      covariance_(std::move(covariance)),
      estimates_coefficients_(estimates_coefficients),
      estimates_covariance_(estimates_covariance) {
    detail::require(coefficients_.allFinite(), coefficients_name, " has a value that is not finite");
    detail::require_symmetric(covariance_name, covariance_, dimension());
    Full::symmetrize(covariance_);
    for (Index j = 0; j < dimension(); ++j)
        detail::require(covariance_(j, j) >= 0, covariance_name, "(", j, ", ", j, ") is ", covariance_(j, j),
                        ", expected a variance of 0 or more");
    Eigen::MatrixX<Scalar> l = covariance_;
    detail::require(detail::cholesky(l) || !(estimates_coefficients || estimates_covariance), covariance_name,
                    " is not positive definite, and a covariance that is estimated must be, as must that "
                    "beside estimated coefficients");
}

template <class Scalar>
void BasicLinearGaussian<Scalar>::maximize(const Statistics& s) {
    if (!(s.count > detail::negligible_count)) return;
    if (estimates_coefficients_) coefficients_ = s.best_coefficients();
    if (estimates_covariance_) {
        covariance_ = s.residual_about(coefficients_) / s.count;
        Full::symmetrize(covariance_);
    }
}

template <class Scalar>
double BasicLinearGaussian<Scalar>::expected_log_density(const Statistics& s) const {
    if (!(estimates_coefficients_ || estimates_covariance_) || s.count == 0) return 0;
    Eigen::MatrixX<Scalar> w(dimension(), dimension());
    const double half_log_determinant = Full::factorize(covariance_, w);
    if (std::isnan(half_log_determinant)) return -std::numeric_limits<double>::infinity();
    return -s.count * half_log_determinant - 0.5 * Full::trace_of_ratio(w, s.residual_about(coefficients_));
}

template <class Scalar>
void BasicLinearGaussian<Scalar>::to_vector(std::span<double> v) const {
    double* next = v.data();
    if (estimates_coefficients_) next = std::copy_n(coefficients_.data(), coefficients_.size(), next);
    if (estimates_covariance_) Full::write(covariance_, next);
}

template <class Scalar>
void BasicLinearGaussian<Scalar>::from_vector(std::span<const double> v) {
    const double* next = v.data();
    if (estimates_coefficients_) {
        std::copy_n(next, coefficients_.size(), coefficients_.data());
        next += coefficients_.size();
    }
    if (estimates_covariance_) Full::read(next, covariance_);
}

template <class Scalar>
Eigen::VectorX<Scalar> BasicLinearGaussian<Scalar>::sample(const Eigen::VectorX<Scalar>& x,
                                                           Random& random) const {
    Eigen::VectorX<Scalar> y = detail::draw_normal(covariance_, random);
    y += coefficients_.lazyProduct(x);
    return y;
}

}  // namespace latent
