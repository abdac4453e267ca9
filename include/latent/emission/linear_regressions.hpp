// Linear regressions of a number on others: a response given regressors.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "latent/core/random.hpp"
#include "latent/core/saved.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/emission/linear_gaussian_statistics.hpp"
#include "latent/emission/linear_predictor.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/panel_columns.hpp"
#include "latent/emission/parameter_checks.hpp"

namespace latent {

/// Sufficient statistics of K linear regressions.
struct RegressionStatistics {
    std::vector<LinearGaussianStatistics> lines;  ///< K, of a response given p regressors

    static constexpr auto fields() { return std::tuple{&RegressionStatistics::lines}; }
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
        return detail::linear_predictors("LinearRegressions", coefficients_, dimension(), x);
    }
    Index parameters() const { return size() * dimension(); }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const {
        Statistics s;
        reset(s);
        return s;
    }
    void reset(Statistics& s) const {
        s.lines.resize(static_cast<std::size_t>(size()));
        for (Index k = 0; k < size(); ++k) line(s, k).reset(coefficients_.col(k).transpose());
    }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        out.resize(x.size(), size());
        Eigen::ArrayXd residuals(x.padded());
        for (Index k = 0; k < size(); ++k) {
            find_residuals(x, k, residuals);
            const double constant = -half_log_two_pi - std::log(deviations_(k));
            detail::values(out, k) =
                (constant - 0.5 * (residuals / deviations_(k)).square()).template cast<Scalar>();
        }
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        Eigen::ArrayXd residuals(x.padded()), weighted(x.padded());
        for (Index k = 0; k < size(); ++k) {
            LinearGaussianStatistics& sums = line(s, k);
            find_residuals(x, k, residuals);
            const auto w = detail::doubles(weights, k);
            sums.count += w.sum();
            sums.residual(0, 0) += (w * residuals.square()).sum();
            for (Index a = 0; a < regressors(); ++a) {
                weighted = w * detail::doubles(x, a);
                sums.cross(0, a) += (weighted * residuals).sum();
                for (Index b = 0; b <= a; ++b) {
                    sums.square(a, b) += (weighted * detail::doubles(x, b)).sum();
                    sums.square(b, a) = sums.square(a, b);
                }
            }
        }
    }

    void maximize(const Statistics& s) {
        Eigen::VectorXd counts(size());
        for (Index k = 0; k < size(); ++k) {
            const LinearGaussianStatistics& sums = line(s, k);
            counts(k) = sums.count;
            if (!(sums.count > detail::negligible_count)) continue;
            coefficients_.col(k) = sums.best_coefficients().transpose();
            deviations_(k) = std::sqrt(std::max(squares(s, k), 0.0) / sums.count);
        }
        counts_.set(counts);
    }

    double expected_log_density(const Statistics& s) const {
        double total = 0;
        for (Index k = 0; k < size(); ++k)
            total -= line(s, k).count * (half_log_two_pi + std::log(deviations_(k))) +
                     0.5 * squares(s, k) / (deviations_(k) * deviations_(k));
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
        detail::require_squarable("LinearRegressions", x, dimension());
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
    static constexpr double half_log_two_pi = 0.9189385332046727418;

    void find_residuals(const Panel<Scalar>& x, Index k, Eigen::ArrayXd& residuals) const {
        detail::linear_predictor(x, coefficients_.col(k), residuals);
        residuals = detail::doubles(x, regressors()) - residuals;
    }
    static LinearGaussianStatistics& line(Statistics& s, Index k) {
        return s.lines[static_cast<std::size_t>(k)];
    }
    static const LinearGaussianStatistics& line(const Statistics& s, Index k) {
        return s.lines[static_cast<std::size_t>(k)];
    }
    /// Σ r e² about the present coefficients.
    double squares(const Statistics& s, Index k) const {
        return line(s, k).residual_about(coefficients_.col(k).transpose())(0, 0);
    }

    Eigen::MatrixXd coefficients_;  // p × K
    Eigen::VectorXd deviations_;    // K
    detail::ComponentCounts counts_;
};

}  // namespace latent
