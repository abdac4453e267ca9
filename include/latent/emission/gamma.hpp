// Positive numbers.
#pragma once

#include <span>

#include "latent/core/concepts.hpp"
#include "latent/emission/log_coordinates.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/panel_columns.hpp"
#include "latent/emission/parameter_checks.hpp"
#include "latent/emission/unit_gamma.hpp"

namespace latent {

/// Sufficient statistics of K gamma densities.
struct GammaStatistics {
    Eigen::VectorXd count;    ///< Σ_i r_ik, K
    Eigen::MatrixXd sum;      ///< Σ_i r_ik x_i, d × K
    Eigen::MatrixXd log_sum;  ///< Σ_i r_ik log x_i, d × K

    static constexpr auto fields() {
        return std::tuple{&GammaStatistics::count, &GammaStatistics::sum, &GammaStatistics::log_sum};
    }
};

/// K densities of d independent positive numbers, p(x | k) = Π_j b^a x_j^(a−1) exp(−b x_j) / Γ(a) with shape
/// a = a_jk and rate b = b_jk: an Emission. Time n·K·d logarithms.
///
/// Computed about the mean m = a/b, log p = c(a) − log m + (a − 1) log(x/m) − a (x/m − 1), which is accurate
/// to rounding for any shape. Shapes are kept between 10⁻⁴ and 10⁸: observations that are all the same would
/// make the shape, and the likelihood, infinite.
template <class Scalar_ = double>
class Gamma {
  public:
    using Scalar = Scalar_;
    using Statistics = GammaStatistics;

    /// K times shape 1 and rate 1: a shape for a start.
    Gamma(Index K, Index d) : Gamma(Eigen::MatrixXd::Ones(d, K), Eigen::MatrixXd::Ones(d, K)) {}

    /// Given shapes and rates, d × K. Throws std::invalid_argument where one is not finite and positive.
    Gamma(const Eigen::MatrixXd& shapes, const Eigen::MatrixXd& rates) : shapes_(shapes) {
        const auto check = [&](const char* name, const Eigen::MatrixXd& table) {
            detail::require_parameters("Gamma", name, table, shapes.rows(), shapes.cols(),
                                       detail::finite_and_positive, "a finite number > 0");
        };
        check("shapes", shapes);
        check("rates", rates);
        means_ = shapes.cwiseQuotient(rates);
        update();
    }

    Index size() const { return means_.cols(); }
    Index dimension() const { return means_.rows(); }
    /// d × K.
    const Eigen::MatrixXd& shapes() const { return shapes_; }
    Eigen::MatrixXd rates() const { return shapes_.cwiseQuotient(means_); }
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
        s.log_sum.setZero(dimension(), size());
    }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        out.resize(x.size(), size());
        for (Index k = 0; k < size(); ++k) {
            auto to = detail::values(out, k);
            to.setZero();
            for (Index j = 0; j < dimension(); ++j) {
                const double a = shapes_(j, k), c = constants_(j, k);
                const auto y = detail::doubles(x, j) * (1 / means_(j, k));
                to += (c + (a - 1) * y.log() - a * (y - 1)).template cast<Scalar>();
            }
        }
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        static thread_local Eigen::ArrayXd logs;  // keeps its memory from block to block
        for (Index k = 0; k < size(); ++k) s.count(k) += detail::doubles(weights, k).sum();
        for (Index j = 0; j < dimension(); ++j) {
            logs = detail::doubles(x, j).log();
            for (Index k = 0; k < size(); ++k) {
                s.sum(j, k) += (detail::doubles(weights, k) * detail::doubles(x, j)).sum();
                s.log_sum(j, k) += (detail::doubles(weights, k) * logs).sum();
            }
        }
    }

    /// log a − ψ(a) = log of the mean − mean of the log (Minka 2002), b = a / mean. A component without
    /// observations keeps its parameters.
    void maximize(const Statistics& s) {
        for (Index k = 0; k < size(); ++k) {
            if (!(s.count(k) > detail::negligible_count)) continue;
            means_.col(k) = s.sum.col(k) / s.count(k);
            for (Index j = 0; j < dimension(); ++j) {
                const double excess = std::log(means_(j, k)) - s.log_sum(j, k) / s.count(k);
                shapes_(j, k) = detail::unit_gamma_shape(excess, least_shape, largest_shape);
            }
        }
        update();
    }

    double expected_log_density(const Statistics& s) const {
        double total = 0;
        for (Index k = 0; k < size(); ++k)
            for (Index j = 0; j < dimension(); ++j) {
                const double a = shapes_(j, k), mean = means_(j, k);
                total += s.count(k) * constants_(j, k) +
                         (a - 1) * (s.log_sum(j, k) - s.count(k) * std::log(mean)) -
                         a * (s.sum(j, k) / mean - s.count(k));
            }
        return total;
    }

    bool same() const { return detail::same_columns(shapes_) && detail::same_columns(means_); }

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

    /// Throws std::invalid_argument on a wrong number of rows or a value that is not finite and positive.
    void check(const Observations<Scalar>& x) const {
        detail::require_observations("Gamma", x, dimension(), detail::finite_and_positive,
                                     "a finite number > 0");
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "Gamma"; }
    static constexpr auto members() {
        return std::tuple{&Gamma::shapes_, &Gamma::means_, &Gamma::constants_};
    }

  private:
    static constexpr double least_shape = 1e-4, largest_shape = 1e8;

    void update() {
        shapes_ = shapes_.cwiseMax(least_shape).cwiseMin(largest_shape);
        constants_ = shapes_.unaryExpr(&detail::unit_gamma_constant).array() - means_.array().log();
    }

    Eigen::MatrixXd shapes_, means_, constants_;  // d × K; c(a) − log m
};

}  // namespace latent
