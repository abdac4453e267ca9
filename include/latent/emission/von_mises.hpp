// Angles.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

#include "latent/core/concepts.hpp"
#include "latent/emission/newton.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/panel_columns.hpp"
#include "latent/emission/parameter_checks.hpp"
#include "latent/emission/special_functions.hpp"

namespace latent {

/// Sufficient statistics of K von Mises densities.
struct VonMisesStatistics {
    Eigen::VectorXd count;           ///< Σ_i r_ik, K
    Eigen::MatrixXd cosines, sines;  ///< Σ_i r_ik cos x_i and Σ_i r_ik sin x_i, d × K

    static constexpr auto fields() {
        using S = VonMisesStatistics;
        return std::tuple{&S::count, &S::cosines, &S::sines};
    }
};

/// K densities of d independent angles, p(x | k) = Π_j exp(κ cos(x_j − μ)) / (2π I₀(κ)) with a direction μ_jk
/// and a concentration κ_jk ≥ 0 each (Mardia & Jupp 2000, section 3.5.4): an Emission. Angles are in radians,
/// and any real number is one. Time n·K·d multiply-adds, and n·d sines and cosines.
///
/// Computed from the chord of x and μ on the circle, cos(x − μ) = 1 − ½|chord|², which is accurate to
/// rounding for any concentration. Concentrations are kept at 10⁶ or below: observations that are all the
/// same would make the concentration, and the likelihood, infinite.
template <class Scalar_ = double>
class VonMises {
  public:
    using Scalar = Scalar_;
    using Statistics = VonMisesStatistics;

    /// K times direction 0 and concentration 1: a shape for a start.
    VonMises(Index K, Index d) : VonMises(Eigen::MatrixXd::Zero(d, K), Eigen::MatrixXd::Ones(d, K)) {}

    /// Given directions and concentrations, d × K. Throws std::invalid_argument where a direction is not
    /// finite or a concentration not finite or negative.
    VonMises(const Eigen::MatrixXd& directions, const Eigen::MatrixXd& concentrations)
        : directions_(directions), concentrations_(concentrations) {
        const Index d = directions.rows(), K = directions.cols();
        detail::require_parameters(
            "VonMises", "directions", directions, d, K, [](double v) { return std::isfinite(v); },
            "a finite number");
        detail::require_parameters(
            "VonMises", "concentrations", concentrations, d, K,
            [](double v) { return v >= 0 && std::isfinite(v); }, "a finite number ≥ 0");
        update();
    }

    Index size() const { return directions_.cols(); }
    Index dimension() const { return directions_.rows(); }
    /// d × K.
    const Eigen::MatrixXd& directions() const { return directions_; }
    const Eigen::MatrixXd& concentrations() const { return concentrations_; }
    Index parameters() const { return directions_.size() + concentrations_.size(); }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const {
        Statistics s;
        reset(s);
        return s;
    }
    void reset(Statistics& s) const {
        s.count.setZero(size());
        s.cosines.setZero(dimension(), size());
        s.sines.setZero(dimension(), size());
    }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        out.resize(x.size(), size());
        for (Index k = 0; k < size(); ++k) detail::values(out, k).setZero();
        for (Index j = 0; j < dimension(); ++j) {
            const auto& circle = on_circle(x, j);
            for (Index k = 0; k < size(); ++k) {
                const auto squared_chord =
                    (circle.col(0) - cosines_(j, k)).square() + (circle.col(1) - sines_(j, k)).square();
                const double half_kappa = concentrations_(j, k) / 2, constant = constants_(j, k);
                detail::values(out, k) += (constant - half_kappa * squared_chord).template cast<Scalar>();
            }
        }
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        for (Index k = 0; k < size(); ++k) s.count(k) += detail::doubles(weights, k).sum();
        for (Index j = 0; j < dimension(); ++j) {
            const auto& circle = on_circle(x, j);
            for (Index k = 0; k < size(); ++k) {
                s.cosines(j, k) += (detail::doubles(weights, k) * circle.col(0)).sum();
                s.sines(j, k) += (detail::doubles(weights, k) * circle.col(1)).sum();
            }
        }
    }

    /// μ is the direction of the mean vector, I₁(κ) / I₀(κ) its length. A component without observations
    /// keeps its parameters, one without a mean direction its direction.
    void maximize(const Statistics& s) {
        for (Index k = 0; k < size(); ++k) {
            if (!(s.count(k) > detail::negligible_count)) continue;
            for (Index j = 0; j < dimension(); ++j) {
                const double length = std::hypot(s.cosines(j, k), s.sines(j, k)) / s.count(k);
                concentrations_(j, k) = concentration(length);
                if (length > 0) directions_(j, k) = std::atan2(s.sines(j, k), s.cosines(j, k));
            }
        }
        update();
    }

    double expected_log_density(const Statistics& s) const {
        double total = 0;
        for (Index k = 0; k < size(); ++k)
            for (Index j = 0; j < dimension(); ++j) {
                const double along = s.cosines(j, k) * cosines_(j, k) + s.sines(j, k) * sines_(j, k);
                total += s.count(k) * constants_(j, k) - concentrations_(j, k) * (s.count(k) - along);
            }
        return total;
    }

    bool same() const {
        return detail::same_columns(concentrations_.cwiseProduct(cosines_)) &&
               detail::same_columns(concentrations_.cwiseProduct(sines_));
    }

    /// Angles in [−π, π].
    void sample(Index k, Random& random, Scalar* x) const {
        for (Index j = 0; j < dimension(); ++j) {
            const double angle = directions_(j, k) + draw(concentrations_(j, k), random);
            x[j] = static_cast<Scalar>(std::remainder(angle, 2 * std::numbers::pi));
        }
    }

    /// The natural parameters κ cos μ and κ sin μ.
    Index coordinates() const { return parameters(); }
    void to_vector(std::span<double> v) const {
        for (std::size_t i = 0; const double kappa : concentrations_.reshaped()) {
            const auto entry = static_cast<Index>(i / 2);
            v[i++] = kappa * cosines_.reshaped()(entry);
            v[i++] = kappa * sines_.reshaped()(entry);
        }
    }
    void from_vector(std::span<const double> v) {
        for (std::size_t i = 0; double& kappa : concentrations_.reshaped()) {
            double& direction = directions_.reshaped()(static_cast<Index>(i / 2));
            const double x = v[i++], y = v[i++];
            kappa = std::hypot(x, y);
            if (kappa > 0) direction = std::atan2(y, x);
        }
        update();
    }

    /// Throws std::invalid_argument on a wrong number of rows or a value that is not finite.
    void check(const Observations<Scalar>& x) const {
        detail::require_observations(
            "VonMises", x, dimension(), [](double v) { return std::isfinite(v); }, "a finite number");
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "VonMises"; }
    static constexpr auto members() {
        return std::tuple{&VonMises::directions_, &VonMises::concentrations_, &VonMises::cosines_,
                          &VonMises::sines_, &VonMises::constants_};
    }

  private:
    static constexpr double largest_concentration = 1e6;

    /// cos x_j and sin x_j, a column each, until the thread's next call.
    static const Eigen::ArrayX2d& on_circle(const Panel<Scalar>& x, Index j) {
        static thread_local Eigen::ArrayX2d circle;  // keeps its memory from block to block
        circle.resize(x.padded(), 2);
        circle.col(0) = detail::doubles(x, j).cos();
        circle.col(1) = detail::doubles(x, j).sin();
        return circle;
    }

    /// The root of I₁(κ) / I₀(κ) = length by Newton's method from Banerjee et al. 2005, "Clustering on the
    /// unit hypersphere using von Mises-Fisher distributions", equation 4.4.
    static double concentration(double length) {
        const auto equation = [&](double kappa) {
            const double ratio = detail::bessel_ratio(kappa);
            return detail::Slope{ratio - length, 1 - ratio / kappa - ratio * ratio};
        };
        if (!(length > 0)) return 0;
        const double start = length * (2 - length * length) / (1 - length * length);
        return detail::positive_root(equation, std::min(length, 0.5), largest_concentration, start);
    }

    /// A draw about direction 0 (Best & Fisher 1979, "Efficient simulation of the von Mises distribution").
    static double draw(double kappa, Random& random) {
        if (kappa < 1e-8) return std::numbers::pi * (2 * random.uniform() - 1);  // below, rho would be 0/0
        const double tau = 1 + std::sqrt(1 + 4 * kappa * kappa);
        const double rho = (tau - std::sqrt(2 * tau)) / (2 * kappa), r = (1 + rho * rho) / (2 * rho);
        while (true) {
            const double z = std::cos(std::numbers::pi * random.uniform());
            const double f = (1 + r * z) / (r + z), c = kappa * (r - f), u = 1 - random.uniform();
            if (c * (2 - c) < u && std::log(c / u) + 1 < c) continue;
            const double angle = std::acos(std::clamp(f, -1.0, 1.0));
            return random.uniform() < 0.5 ? angle : -angle;
        }
    }

    void update() {
        concentrations_ = concentrations_.cwiseMin(largest_concentration);
        cosines_ = directions_.array().cos();
        sines_ = directions_.array().sin();
        constants_ = concentrations_.unaryExpr(
            [](double kappa) { return -std::log(2 * std::numbers::pi * detail::scaled_bessel_i(0, kappa)); });
    }

    Eigen::MatrixXd directions_, concentrations_;
    Eigen::MatrixXd cosines_, sines_;  // of the directions
    Eigen::MatrixXd constants_;        // −log(2π I₀(κ)) + κ
};

}  // namespace latent
