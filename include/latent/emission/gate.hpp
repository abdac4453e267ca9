// Which expert is asked: log-odds of components that are linear in covariates.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <stdexcept>
#include <tuple>

#include "latent/core/random.hpp"
#include "latent/core/saved.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/emission/linear_predictor.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/parameter_checks.hpp"
#include "latent/emission/predictor_newton.hpp"
#include "latent/emission/weighted_sample.hpp"

namespace latent {

namespace detail {

/// log of exp(η_k) / Σ_j exp(η_j), K.
inline Eigen::VectorXd log_softmax(const Eigen::VectorXd& eta) {
    const double top = eta.maxCoeff();
    return eta.array() - (top + std::log((eta.array() - top).exp().sum()));
}

/// Multinomial logistic regression (McCullagh & Nelder 1989): Σ_i Σ_k w_ik log π_k(z_i), log π_k ∝ z ᵀγ_k, γ_0 = 0, of a weighted
/// sample of z; β is γ_1, …, γ_{K−1}, one below the other. For maximize_predictor.
/// A template, so that only those who fit a gate compile it.
template <class Scalar = double>
class SoftmaxLikelihood {
    using Matrix = Eigen::MatrixX<Scalar>;
    using Vector = Eigen::VectorX<Scalar>;
    using Row = Eigen::RowVectorX<Scalar>;

  public:
    explicit SoftmaxLikelihood(const WeightedSample& sample)
        : z_(sample.observations()), weights_(sample.weights()) {}

    double count() const { return weights_.sum(); }
    double value(const Vector& beta) const { return weights_.cwiseProduct(log_odds(beta)).sum(); }
    void slopes(const Vector& beta, Vector& gradient, Matrix& information) const {
        const Index q = z_.rows(), K = weights_.rows();
        const Matrix p = log_odds(beta).array().exp();
        const Row n = weights_.colwise().sum();
        gradient.resize(beta.size()), information.setZero(beta.size(), beta.size());
        Matrix weighted(q, z_.cols());
        for (Index a = 1; a < K; ++a) {
            const Row expected = n.cwiseProduct(p.row(a));
            gradient.segment((a - 1) * q, q) = z_.lazyProduct((weights_.row(a) - expected).transpose());
            for (Index b = 1; b <= a; ++b) {
                weighted =
                    z_ *
                    expected.cwiseProduct(((a == b ? 1.0 : 0.0) - p.row(b).array()).matrix()).asDiagonal();
                information.block((a - 1) * q, (b - 1) * q, q, q) = weighted.lazyProduct(z_.transpose());
            }
        }
    }
    Index rank() const {
        const Row n = weights_.colwise().sum();
        Matrix square = (z_ * n.asDiagonal()).lazyProduct(z_.transpose());
        return (weights_.rows() - 1) * semidefinite_cholesky(square);
    }
    double farthest(const Vector& step) const {
        const Eigen::Map<const Matrix> steps(step.data(), z_.rows(), weights_.rows() - 1);
        return steps.transpose().lazyProduct(z_).cwiseAbs().maxCoeff();
    }

  private:
    /// log π_k(z_i), K × m.
    Matrix log_odds(const Vector& beta) const {
        const Eigen::Map<const Matrix> gamma(beta.data(), z_.rows(), weights_.rows() - 1);
        Matrix eta = Matrix::Zero(weights_.rows(), z_.cols());
        eta.bottomRows(gamma.cols()) = gamma.transpose().lazyProduct(z_);
        for (Index i = 0; i < eta.cols(); ++i) eta.col(i) = log_softmax(eta.col(i));
        return eta;
    }

    Eigen::Map<const Matrix> z_, weights_;
};

}  // namespace detail

/// K factors K π_k(z), log π_k(z) = z ᵀγ_k − log Σ_j exp(z ᵀγ_j), γ_0 = 0, of q covariates z: the part of a MixtureOfExperts that
/// says by z which component an observation belongs to. It has the members of an Emission, for a Product, but is no density of
/// z: in other mixtures it makes no sense. A covariate that is always 1 is the intercept.
///
/// The M-step is an exact maximum, multinomial logistic regression on the responsibilities, as GeneralizedRegressions have it,
/// with the same statistics and costs, but q²K² for each observation and Newton step. Where covariates tell components apart there
/// is no maximum; coefficients stay finite, where the likelihood hardly grows.
template <class Scalar_ = double>
class Gate {
  public:
    using Scalar = Scalar_;
    using Statistics = WeightedSample;
    /// A mixture of it has no other weights.
    static constexpr bool has_weights = true;

    /// An empty one, K = 0: to be assigned to.
    Gate() = default;
    /// All components alike, whatever z. Throws std::invalid_argument where K or q is not positive.
    Gate(Index K, Index q) : Gate(Eigen::MatrixXd(Eigen::MatrixXd::Zero(q, K))) {}
    /// Given γ, q × K, of which the first column is taken from all. Throws std::invalid_argument where there is none, or one is
    /// not finite.
    explicit Gate(Eigen::MatrixXd coefficients) : coefficients_(std::move(coefficients)) {
        const auto finite = [](double value) { return std::isfinite(value); };
        detail::require_parameters("Gate", "coefficients", coefficients_, coefficients_.rows(),
                                   coefficients_.cols(), finite, "a finite number");
        refer_to_first();
    }

    Index size() const { return coefficients_.cols(); }
    /// q.
    Index dimension() const { return coefficients_.rows(); }
    /// γ, q × K, the first column 0.
    const Eigen::MatrixXd& coefficients() const { return coefficients_; }
    Index parameters() const { return dimension() * (size() - 1); }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const {
        Statistics s;
        reset(s);
        return s;
    }
    void reset(Statistics& s) const { s.reset(dimension(), size()); }
    void log_density(const Panel<Scalar>& z, Panel<Scalar>& out) const {
        const double log_K = std::log(static_cast<double>(size()));
        out.resize(z.size(), size());
        Eigen::ArrayXXd eta(z.padded(), size());
        Eigen::ArrayXd one;
        for (Index k = 0; k < size(); ++k) {
            detail::linear_predictor(z, coefficients_.col(k), one);
            eta.col(k) = one;
        }
        one = eta.rowwise().maxCoeff();
        one += (eta.colwise() - one).exp().rowwise().sum().log() - log_K;
        for (Index k = 0; k < size(); ++k)
            detail::values(out, k) = (eta.col(k) - one).template cast<Scalar>();
    }
    void accumulate(const Panel<Scalar>& z, const Panel<Scalar>& weights, Statistics& s) const {
        s.append(z, weights);
    }
    void maximize(const Statistics& s) {
        const detail::SoftmaxLikelihood<> likelihood(s);
        if (size() == 1 || !(likelihood.count() > detail::negligible_count)) return;
        Eigen::VectorXd beta = free();
        detail::maximize_predictor(likelihood, beta);
        coefficients_.rightCols(size() - 1).reshaped() = beta;
    }
    double expected_log_density(const Statistics& s) const {
        return detail::SoftmaxLikelihood<>(s).value(free());
    }
    bool all_equal() const { return detail::same_columns(coefficients_); }
    /// Throws std::logic_error: there is no distribution of z.
    void sample(Index, Random&, Scalar*) const {
        throw std::logic_error("latent::Gate: nothing can be drawn, for the covariates have no distribution");
    }

    /// γ_1, …, γ_{K−1}.
    Index coordinates() const { return parameters(); }
    void to_vector(std::span<double> v) const {
        const Eigen::VectorXd own = free();
        std::copy_n(own.data(), own.size(), v.data());
    }
    void from_vector(std::span<const double> v) {
        std::copy_n(v.data(), parameters(), coefficients_.data() + dimension());
    }
    /// Throws std::invalid_argument on a wrong number of rows, or a value that is not finite or whose square overflows.
    void check(const Observations<Scalar>& z) const { detail::require_squarable("Gate", z, dimension()); }

    /// Component k is asked as often as `from`: see SplittingEmission.
    void split_from(Index k, Index from, Random&) {
        coefficients_.col(k) = coefficients_.col(from).eval();
        refer_to_first();
    }
    void remove(Index k) {
        coefficients_ = detail::without_column(coefficients_, k);
        refer_to_first();
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "Gate"; }
    static constexpr auto members() { return std::tuple{&Gate::coefficients_}; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("coefficients", &Gate::coefficients_, SavedAs::columns)};
    }

  private:
    Eigen::VectorXd free() const { return coefficients_.rightCols(size() - 1).reshaped(); }
    void refer_to_first() { coefficients_.colwise() -= coefficients_.col(0).eval(); }

    Eigen::MatrixXd coefficients_;  // q × K
};

}  // namespace latent
