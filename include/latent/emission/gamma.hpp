// Gamma distribution: positive numbers.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "latent/core/concepts.hpp"
#include "latent/core/log_coordinates.hpp"
#include "latent/core/saved.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/emission/incomplete_functions.hpp"
#include "latent/emission/independent_features.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/panel_columns.hpp"
#include "latent/emission/parameter_checks.hpp"
#include "latent/emission/unit_gamma.hpp"

namespace latent {

/// Sufficient statistics of K gamma densities, about a centre c_jk for each, y = x/c: observations close to each other
/// lose no digits.
struct GammaStatistics {
    Eigen::VectorXd count;   ///< Σ_i r_ik, K
    Eigen::MatrixXd sum;     ///< Σ_i r_ik y_i, d × K
    Eigen::MatrixXd excess;  ///< Σ_i r_ik (y_i − 1 − log y_i), d × K
    Eigen::MatrixXd centre;  ///< c, d × K

    static constexpr auto fields() {
        return std::tuple{&GammaStatistics::count, &GammaStatistics::sum, &GammaStatistics::excess};
    }

    /// The same statistics about other centres (d × K). Exact up to rounding.
    void recentre(const Eigen::MatrixXd& to) {
        for (Index k = 0; k < to.cols(); ++k)
            for (Index j = 0; j < to.rows(); ++j) {
                const double ratio = centre(j, k) / to(j, k);
                excess(j, k) += (ratio - 1) * sum(j, k) - count(k) * std::log(ratio);
                sum(j, k) *= ratio;
            }
        centre = to;
    }
};

/// K densities of d independent positive numbers, p(x | k) = Π_j b^a x_j^(a−1) exp(−b x_j) / Γ(a) with shape
/// a = a_jk and rate b = b_jk: an Emission. Time n·K·d logarithms.
///
/// Computed about the mean m = a/b, log p = c(a) − log m + (a − 1) log(x/m) − a (x/m − 1), which is accurate
/// to rounding for any shape. Shapes are kept at 10⁻⁴ or above, and end at 10¹⁴: there the deviation is 10⁻⁷ of the mean,
/// and the rounding of log(x/m) begins to be felt. Observations that are all the same would make the shape, and the
/// likelihood, infinite: such a component has collapsed, and the remedies apply (the family is Collapsible).
template <class Scalar_ = double>
class Gamma : public detail::IndependentFeatures<Gamma<Scalar_>, Scalar_> {
    using Features = detail::IndependentFeatures<Gamma<Scalar_>, Scalar_>;
    friend Features;

  public:
    using Scalar = Scalar_;
    using Features::log_density, Features::accumulate;
    using Statistics = GammaStatistics;

    /// An empty one, K = 0: to be assigned to.
    Gamma() = default;

    /// K times shape 1 and rate 1: a shape for a start.
    Gamma(Index K, Index d) : Gamma(Eigen::MatrixXd::Ones(d, K), Eigen::MatrixXd::Ones(d, K)) {}

    /// Given shapes and rates, d × K. Throws std::invalid_argument where a shape is not within 10⁻⁴ … 10¹⁴,
    /// or a rate or a mean not finite and positive.
    Gamma(const Eigen::MatrixXd& shapes, const Eigen::MatrixXd& rates)
        : shapes_(shapes), counts_(shapes.cols()) {
        detail::require_parameters(
            "Gamma", "shapes", shapes, shapes.rows(), shapes.cols(),
            [](double v) { return v >= least_shape && v <= largest_shape; }, "a number 1e-4 … 1e14");
        detail::require_parameters("Gamma", "rates", rates, shapes.rows(), shapes.cols(),
                                   detail::finite_and_positive, "a finite number > 0");
        means_ = shapes.cwiseQuotient(rates);
        detail::require_parameters(
            "Gamma", "the means of shapes and rates", means_, shapes.rows(), shapes.cols(),
            [](double v) { return v >= least_number && v <= largest_number; }, "a number 1e-150 … 1e150");
        update();
    }

    Index size() const { return means_.cols(); }
    Index dimension() const { return means_.rows(); }
    /// d × K.
    const Eigen::MatrixXd& shapes() const { return shapes_; }
    /// d × K.
    Eigen::MatrixXd rates() const { return shapes_.cwiseQuotient(means_); }
    /// d × K: shape / rate.
    const Eigen::MatrixXd& means() const { return means_; }
    Index parameters() const { return shapes_.size() + means_.size(); }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const {
        Statistics s;
        reset(s);
        return s;
    }
    void reset(Statistics& s) const {
        s.count.setZero(size());
        s.sum.setZero(dimension(), size());
        s.excess.setZero(dimension(), size());
        s.centre = means_;
    }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        out.resize(x.size(), size());
        for (Index k = 0; k < size(); ++k) {
            auto to = detail::values(out, k);
            to.setZero();
            for (Index j = 0; j < dimension(); ++j) {
                const double a = shapes_(j, k), c = constants_(j, k);
                const auto y = detail::doubles(x, j) / means_(j, k);
                to += (c + (a - 1) * y.log() - a * (y - 1)).template cast<Scalar>();
            }
        }
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        for (Index k = 0; k < size(); ++k) {
            const auto weight = detail::doubles(weights, k);
            s.count(k) += weight.sum();
            for (Index j = 0; j < dimension(); ++j) {
                const Eigen::ArrayXd y = detail::doubles(x, j) / means_(j, k);
                s.sum(j, k) += (weight * y).sum();
                s.excess(j, k) += (weight * (y - 1 - y.log())).sum();
            }
        }
    }

    /// log a − ψ(a) = log of the mean − mean of the log (Minka 2002), b = a / mean. A component without
    /// observations keeps its parameters.
    void maximize(const Statistics& s) {
        counts_.set(s.count);
        for (Index k = 0; k < size(); ++k) {
            const double n = s.count(k);
            if (!(n > detail::negligible_count)) continue;
            for (Index j = 0; j < dimension(); ++j) {
                const double mean = s.sum(j, k) / n,
                             excess = s.excess(j, k) / n - (mean - 1 - std::log(mean));
                means_(j, k) = s.centre(j, k) * mean;
                shapes_(j, k) = detail::unit_gamma_shape(excess, least_shape, beyond);
            }
        }
        update();
    }

    double expected_log_density(const Statistics& statistics) const {
        Statistics s = statistics;
        s.recentre(means_);
        double value = 0;
        for (Index k = 0; k < size(); ++k)
            for (Index j = 0; j < dimension(); ++j)
                value +=
                    (constants_(j, k) + 1) * s.count(k) - s.sum(j, k) - (shapes_(j, k) - 1) * s.excess(j, k);
        return value;
    }

    bool all_equal() const { return detail::same_columns(shapes_) && detail::same_columns(means_); }

    /// A draw too small for Scalar becomes its least positive number.
    void sample(Index k, Random& random, Scalar* x) const {
        for (Index j = 0; j < dimension(); ++j) {
            const double draw = means_(j, k) * detail::draw_unit_gamma(shapes_(j, k), random);
            x[j] = std::max(static_cast<Scalar>(draw), std::numeric_limits<Scalar>::min());
        }
    }

    /// log a and log of the mean, which the likelihood does not couple.
    Index coordinates() const { return shapes_.size() + means_.size(); }
    void to_vector(std::span<double> v) const {
        const auto half = static_cast<std::size_t>(shapes_.size());
        detail::logs_of_positive(shapes_, v.first(half));
        detail::logs_of_positive(means_, v.subspan(half));
    }
    void from_vector(std::span<const double> v) {
        const auto half = static_cast<std::size_t>(shapes_.size());
        detail::positive_from_logs(v.first(half), shapes_);
        detail::positive_from_logs(v.subspan(half), means_);
        update();
    }

    /// Throws std::invalid_argument on a wrong number of rows or a value that is not positive, or that is so large or small
    /// that sums or rates overflow.
    void check(const Observations<Scalar>& x) const {
        const auto valid = [](double value) { return value >= least_number && value <= largest_number; };
        detail::require_observations("Gamma", x, dimension(), valid, "a finite number > 0 (1e-150 … 1e150)");
    }

    /// See WithDistribution.
    double cdf(Index k, double x) const { return tails(k, x).lower; }
    double survival(Index k, double x) const { return tails(k, x).upper; }

    // ----------------------------------------------------------------------------- the Collapsible contract

    std::optional<Cause> collapse_cause(Index k, const Eigen::VectorXd& floor) const {
        return counts_.collapse_cause(
            k, dimension(), [&](Index j) { return deviation(j, k); },
            [&](Index j) { return least_deviation(floor, j, k); });
    }
    /// The maximum where m²/a ≥ floor: on its boundary, on which a and m rise together, see raised_shape.
    bool floor_variances(Index k, const Eigen::VectorXd& floor) {
        if (floor.size() == 0) return false;
        for (Index j = 0; j < dimension(); ++j)
            if (const double least = least_deviation(floor, j, k); deviation(j, k) < least) {
                shapes_(j, k) = raised_shape(shapes_(j, k), means_(j, k) / least);
                means_(j, k) = std::max(means_(j, k), least * std::sqrt(shapes_(j, k)));
            }
        update();
        return true;
    }
    void add_ridge(const Eigen::VectorXd& variances) {
        for (Index k = 0; k < size(); ++k)
            for (Index j = 0; j < dimension(); ++j) {
                const double square = means_(j, k) * means_(j, k);
                shapes_(j, k) = square / (square / shapes_(j, k) + variances(j));
            }
        update();
    }
    double share(Index k) const { return counts_.share(k); }
    /// Of the mean of `from` and of a draw of it, of the same shape.
    void split_from(Index k, Index from, Random& random) {
        for (Index j = 0; j < dimension(); ++j)
            means_(j, k) = means_(j, from) * (1 + detail::draw_unit_gamma(shapes_(j, from), random)) / 2;
        shapes_.col(k) = shapes_.col(from).eval();
        counts_.copy(k, from);
        update();
    }
    void remove(Index k) {
        counts_.remove(k);
        Features::remove(k);
    }

    // ------------------------------------------------------------------ missing cells: see IndependentFeatures

    static constexpr auto parameter_tables() { return std::tuple{&Gamma::shapes_, &Gamma::means_}; }
    void expect_feature(Index j, Index k, double count, Statistics& s) const {
        const double ratio = means_(j, k) / s.centre(j, k);
        s.sum(j, k) += count * ratio;
        s.excess(j, k) += count * (ratio - 1 - std::log(ratio) + detail::log_minus_digamma(shapes_(j, k)));
    }
    double unseen_mean(Index k, Index j) const { return means_(j, k); }
    double unseen_variance(Index k, Index j) const { return means_(j, k) * means_(j, k) / shapes_(j, k); }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "Gamma"; }
    static constexpr auto members() {
        return std::tuple{&Gamma::shapes_, &Gamma::means_, &Gamma::constants_, &Gamma::counts_};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("shapes", &Gamma::shapes_, SavedAs::columns),
                          named("means", &Gamma::means_, SavedAs::columns)};
    }
    static Gamma restored(const Eigen::MatrixXd& shapes, const Eigen::MatrixXd& means) {
        detail::require_parameters("Gamma", "means", means, shapes.rows(), shapes.cols(),
                                   detail::finite_and_positive, "a finite number > 0");
        // a fit's shapes can be beyond the largest that a user may ask for
        const auto asked = [](double v) { return v > largest_shape && v <= beyond ? largest_shape : v; };
        Gamma result(shapes.unaryExpr(asked), shapes.cwiseQuotient(means));
        result.shapes_ = shapes;
        result.means_ = means;
        result.update();
        return result;
    }

  private:
    /// P(X ≤ x) = P(a, a x/m).
    detail::Tails tails(Index k, double x) const {
        return detail::incomplete_gamma(shapes_(0, k), shapes_(0, k) * (x / means_(0, k)));
    }
    static constexpr double least_number = 1e-150, largest_number = 1e150;  // whose ratios are finite
    static constexpr double least_shape = 1e-4, largest_shape = 1e14;
    static constexpr double beyond = 2 * largest_shape;  // stands for whatever is larger

    double deviation(Index j, Index k) const { return means_(j, k) / std::sqrt(shapes_(j, k)); }
    double least_deviation(const Eigen::VectorXd& floor, Index j, Index k) const {
        return std::max(means_(j, k) / std::sqrt(largest_shape), detail::least_deviation(floor, j));
    }

    /// The shape that maximises c(a) − log m + E[(a − 1) log(x/m) − a (x/m − 1)] where m = √(a·floor), given the best
    /// shape without that bond and `ratio`, the mean of x over √floor: the root of log a − ψ(a) − excess + t − (eᵗ − 1)/2,
    /// t = log(ratio) − ½ log a, which falls where m is above the mean, as the best one is: a smaller m with the same a is
    /// worse.
    static double raised_shape(double free, double ratio) {
        const double excess = detail::log_minus_digamma(free), least = ratio * ratio;
        const auto equation = [&](double a) {
            const double t = -0.5 * std::log(a / least);
            return detail::Slope{excess - detail::log_minus_digamma(a) - t + std::expm1(t) / 2,
                                 detail::trigamma(a) - 1 / a + (2 - std::exp(t)) / (4 * a)};
        };
        if (!(free > least_shape)) return least_shape;
        return detail::positive_root(equation, std::max(least, least_shape), free, least);
    }

    void update() {
        constants_.resizeLike(means_);
        for (Index k = 0; k < size(); ++k)
            for (Index j = 0; j < dimension(); ++j) {
                shapes_(j, k) = std::clamp(shapes_(j, k), least_shape, beyond);
                means_(j, k) = std::clamp(means_(j, k), least_number, largest_number);
                constants_(j, k) = detail::unit_gamma_constant(shapes_(j, k)) - std::log(means_(j, k));
            }
    }

    Eigen::MatrixXd shapes_, means_, constants_;  // d × K; c(a) − log m
    detail::ComponentCounts counts_;
};

}  // namespace latent
