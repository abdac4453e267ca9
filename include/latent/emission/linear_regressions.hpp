// Linear regressions of a number on others: a response given regressors.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <span>
#include <stdexcept>
#include <tuple>

#include "latent/core/random.hpp"
#include "latent/core/saved.hpp"
#include "latent/core/small_matrix.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/panel_columns.hpp"
#include "latent/emission/parameter_checks.hpp"

namespace latent {

/// Sufficient statistics of K linear regressions, of weights r_ik and of residuals e_ik = y_i − x_iᵀ b_k about coefficients b_k,
/// so that no digits are lost near the solution: what is solved for is a small step from b_k.
struct RegressionStatistics {
    Eigen::VectorXd count;    ///< Σ_i r_ik, K
    Eigen::MatrixXd gram;     ///< Σ_i r_ik x_i x_iᵀ, its lower triangle: p × p for each k, side by side
    Eigen::MatrixXd product;  ///< Σ_i r_ik x_i e_ik, p × K
    Eigen::VectorXd squares;  ///< Σ_i r_ik e_ik², K
    Eigen::MatrixXd centre;   ///< b, p × K

    static constexpr auto fields() {
        using S = RegressionStatistics;
        return std::tuple{&S::count, &S::gram, &S::product, &S::squares};
    }
    /// Σ_i r_ik x_i x_iᵀ.
    Eigen::MatrixXd gram_of(Index k) const {
        const Index p = gram.rows();
        return gram.middleCols(k * p, p).template selfadjointView<Eigen::Lower>();
    }
};

/// K linear regressions with normal errors: an observation is p regressors x and, last, a response y, so d = p + 1, and
///   p(y | x, k) = N(y; x ᵀβ_k, σ_k²).
/// An Emission: in a mixture these are clusters of lines ("clusterwise regression", mixtures of regressions: Quandt & Ramsey
/// 1978, DeSarbo & Cron 1988), in a hidden Markov model a regression that switches (Goldfeld & Quandt 1973). A regressor that
/// is always 1 is the intercept. Nothing is said of how the regressors come about: nothing can be sampled, and densities are
/// those of responses.
///
/// The M-step is closed: weighted least squares, σ² = Σ r e² / Σ r. Regressors that depend on each other on the data of a
/// component leave some coefficients as they were. A component that goes through all of its observations has σ = 0 and has
/// collapsed; a floor of σ² is that of the response's variance. Time n·K·p² for the statistics, n·K·p for densities.
template <class Scalar_ = double>
class LinearRegressions {
  public:
    using Scalar = Scalar_;
    using Statistics = RegressionStatistics;

    /// An empty one, K = 0: to be assigned to.
    LinearRegressions() = default;

    /// K times 0 with deviation 1: a shape for a start. Throws std::invalid_argument where K or p is not positive.
    LinearRegressions(Index K, Index p)
        : LinearRegressions(Eigen::MatrixXd(Eigen::MatrixXd::Zero(p, K)), Eigen::VectorXd::Ones(K)) {}

    /// Given coefficients β (p × K) and deviations σ (K). Throws std::invalid_argument where shapes do not fit, a number is not
    /// finite, or a deviation not positive.
    LinearRegressions(Eigen::MatrixXd coefficients, Eigen::VectorXd deviations)
        : coefficients_(std::move(coefficients)),
          deviations_(std::move(deviations)),
          counts_(coefficients_.cols()) {
        const auto finite = [](double value) { return std::isfinite(value); };
        detail::require_parameters("LinearRegressions", "coefficients", coefficients_, coefficients_.rows(),
                                   coefficients_.cols(), finite, "a finite number");
        detail::require_parameters("LinearRegressions", "deviations", deviations_, size(), 1,
                                   detail::finite_and_positive, "a finite number > 0");
    }

    Index size() const { return coefficients_.cols(); }
    /// p + 1.
    Index dimension() const { return coefficients_.rows() + 1; }
    /// p.
    Index regressors() const { return coefficients_.rows(); }
    /// β, p × K.
    const Eigen::MatrixXd& coefficients() const { return coefficients_; }
    /// σ, K.
    const Eigen::VectorXd& deviations() const { return deviations_; }
    /// E[y | x, k], K × n, of regressors x, p × n (or of whole observations, whose responses count for nothing).
    Eigen::MatrixXd predictions(const Eigen::MatrixXd& x) const {
        detail::require(x.rows() == regressors() || x.rows() == dimension(),
                        "latent::LinearRegressions::predictions: x has ", x.rows(),
                        " rows, expected p = ", regressors(), " regressors");
        return coefficients_.transpose().lazyProduct(x.topRows(regressors()));
    }
    Index parameters() const { return size() * dimension(); }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const {
        Statistics s;
        reset(s);
        return s;
    }
    void reset(Statistics& s) const {
        const Index p = regressors(), K = size();
        s.count.setZero(K);
        s.gram.setZero(p, p * K);
        s.product.setZero(p, K);
        s.squares.setZero(K);
        s.centre = coefficients_;
    }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        out.resize(x.size(), size());
        Eigen::ArrayXd residuals(x.padded());
        for (Index k = 0; k < size(); ++k) {
            find_residuals(x, k, residuals);
            const double constant = -0.5 * std::log(2 * std::numbers::pi) - std::log(deviations_(k));
            detail::values(out, k) =
                (constant - 0.5 * (residuals / deviations_(k)).square()).template cast<Scalar>();
        }
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        const Index p = regressors();
        Eigen::ArrayXd residuals(x.padded()), weighted(x.padded());
        for (Index k = 0; k < size(); ++k) {
            find_residuals(x, k, residuals);
            const auto w = detail::doubles(weights, k);
            s.count(k) += w.sum();
            s.squares(k) += (w * residuals.square()).sum();
            for (Index a = 0; a < p; ++a) {
                weighted = w * detail::doubles(x, a);
                s.product(a, k) += (weighted * residuals).sum();
                for (Index b = 0; b <= a; ++b)
                    s.gram(a, k * p + b) += (weighted * detail::doubles(x, b)).sum();
            }
        }
    }

    void maximize(const Statistics& s) {
        counts_.set(s.count);
        for (Index k = 0; k < size(); ++k) {
            if (!(s.count(k) > detail::negligible_count)) continue;
            const Eigen::VectorXd step = solve(s.gram_of(k), s.product.col(k));
            coefficients_.col(k) = s.centre.col(k) + step;
            const double squares = s.squares(k) - step.dot(s.product.col(k));
            deviations_(k) = std::sqrt(std::max(squares, 0.0) / s.count(k));
        }
    }

    double expected_log_density(const Statistics& s) const {
        double total = 0;
        for (Index k = 0; k < size(); ++k) {
            const Eigen::VectorXd step = coefficients_.col(k) - s.centre.col(k);
            const Eigen::VectorXd image = s.gram_of(k).lazyProduct(step);
            const double squares = s.squares(k) - 2 * step.dot(s.product.col(k)) + step.dot(image);
            total -= s.count(k) * (0.5 * std::log(2 * std::numbers::pi) + std::log(deviations_(k))) +
                     0.5 * squares / (deviations_(k) * deviations_(k));
        }
        return total;
    }

    bool all_equal() const {
        return detail::same_columns(coefficients_) && detail::same_columns(deviations_.transpose());
    }
    /// Throws std::logic_error: there is no distribution of the regressors.
    void sample(Index, Random&, Scalar*) const {
        throw std::logic_error(
            "latent::LinearRegressions: nothing can be drawn, for the regressors have no distribution");
    }

    /// β and log σ.
    Index coordinates() const { return parameters(); }
    void to_vector(std::span<double> v) const {
        double* to = std::copy(coefficients_.data(), coefficients_.data() + coefficients_.size(), v.data());
        for (const double deviation : deviations_) *to++ = std::log(deviation);
    }
    void from_vector(std::span<const double> v) {
        std::copy_n(v.data(), coefficients_.size(), coefficients_.data());
        const double* from = v.data() + coefficients_.size();
        for (double& deviation : deviations_) deviation = std::exp(*from++);
    }

    /// Throws std::invalid_argument on a wrong number of rows, or a value that is not finite or whose square overflows.
    void check(const Observations<Scalar>& x) const {
        const double limit = std::sqrt(static_cast<double>(std::numeric_limits<Scalar>::max())) / 1e3;
        const auto valid = [limit](double value) { return std::abs(value) < limit; };
        detail::require_observations("LinearRegressions", x, dimension(), valid, "a finite number below ",
                                     limit);
    }

    // ----------------------------------------------------------------------------- the Collapsible contract

    std::optional<Cause> collapse_cause(Index k, const Eigen::VectorXd& floor) const {
        return counts_.collapse_cause(
            k, 1, [&](Index) { return deviations_(k); },
            [&](Index) {
                return std::max(std::numeric_limits<double>::min(),
                                detail::least_deviation(floor, regressors()));
            });
    }
    bool floor_variances(Index k, const Eigen::VectorXd& floor) {
        deviations_(k) = std::max(deviations_(k), detail::least_deviation(floor, regressors()));
        return !collapse_cause(k, floor);
    }
    void add_ridge(const Eigen::VectorXd& variances) {
        const double added = std::sqrt(variances(regressors()));
        for (double& deviation : deviations_) deviation = std::hypot(deviation, added);
    }
    double share(Index k) const { return counts_.share(k); }
    /// A line beside that of `from`, at a random distance of its deviation, as far as the first regressor allows.
    void split_from(Index k, Index from, Random& random) {
        coefficients_.col(k) = coefficients_.col(from);
        coefficients_(0, k) += random.normal() * deviations_(from);
        deviations_(k) = deviations_(from);
        counts_.copy(k, from);
    }
    void remove(Index k) {
        coefficients_ = detail::without_column(coefficients_, k);
        deviations_ = detail::without_column(deviations_.transpose(), k).transpose();
        counts_.remove(k);
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "LinearRegressions"; }
    static constexpr auto members() {
        return std::tuple{&LinearRegressions::coefficients_, &LinearRegressions::deviations_,
                          &LinearRegressions::counts_};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("coefficients", &LinearRegressions::coefficients_, SavedAs::columns),
                          named("deviations", &LinearRegressions::deviations_, SavedAs::each)};
    }
    static LinearRegressions restored(const Eigen::MatrixXd& coefficients,
                                      const Eigen::VectorXd& deviations) {
        return {coefficients, deviations};
    }

  private:
    void find_residuals(const Panel<Scalar>& x, Index k, Eigen::ArrayXd& residuals) const {
        residuals = detail::doubles(x, regressors());
        for (Index j = 0; j < regressors(); ++j) residuals -= coefficients_(j, k) * detail::doubles(x, j);
    }
    /// A solution of A step = b; of many, that which moves fewest coefficients.
    static Eigen::VectorXd solve(Eigen::MatrixXd a, const Eigen::VectorXd& b) {
        detail::semidefinite_cholesky(a);
        detail::invert_lower(a);
        return a.transpose().lazyProduct(a.lazyProduct(b).eval());
    }

    Eigen::MatrixXd coefficients_;  // p × K
    Eigen::VectorXd deviations_;    // K
    detail::ComponentCounts counts_;
};

}  // namespace latent
