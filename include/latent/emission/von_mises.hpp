// Von Mises distribution: angles.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <span>

#include "latent/core/concepts.hpp"
#include "latent/core/saved.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/emission/independent_features.hpp"
#include "latent/emission/newton.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/panel_columns.hpp"
#include "latent/emission/parameter_checks.hpp"
#include "latent/emission/special_functions.hpp"

namespace latent {

/// Sufficient statistics of K von Mises densities, about a direction c_jk for each, so that observations close to each
/// other lose no digits.
struct VonMisesStatistics {
    Eigen::VectorXd count;   ///< Σ_i r_ik, K
    Eigen::MatrixXd gap;     ///< Σ_i r_ik (1 − cos(x_i − c)), d × K
    Eigen::MatrixXd across;  ///< Σ_i r_ik sin(x_i − c), d × K
    Eigen::MatrixXd centre;  ///< c, d × K

    static constexpr auto fields() {
        using S = VonMisesStatistics;
        return std::tuple{&S::count, &S::gap, &S::across};
    }

    /// The same statistics about other directions (d × K). Exact up to rounding.
    void recentre(const Eigen::MatrixXd& to) {
        for (Index k = 0; k < to.cols(); ++k)
            for (Index j = 0; j < to.rows(); ++j) {
                const double turn = to(j, k) - centre(j, k), half = std::sin(turn / 2);
                const double g = gap(j, k), a = across(j, k), n = count(k);
                across(j, k) = a * std::cos(turn) - (n - g) * std::sin(turn);
                gap(j, k) = 2 * n * half * half + g * std::cos(turn) - a * std::sin(turn);
            }
        centre = to;
    }
};

/// K densities of d independent angles, p(x | k) = Π_j exp(κ cos(x_j − μ)) / (2π I₀(κ)) with a direction μ_jk
/// and a concentration κ_jk ≥ 0 each (Mardia & Jupp 2000, section 3.5.4): an Emission. Angles are in radians,
/// and any real number is one. Time n·K·d multiply-adds and n·d sines and cosines, where κ is beyond 10⁸ n·d sines
/// for the component.
///
/// Computed from 1 − cos(x − μ), whose digits are those of x − μ. Concentrations end at 2⁷⁰ ≈ 10²¹: there the rounding
/// of a direction is 10⁻⁵ of the deviation 1/√κ, and beyond it would be felt. Collapsible: the variance of a component
/// is taken for 1/κ, so a floor of it bounds κ, for which the best κ is the nearest allowed one, whatever the direction.
template <class Scalar_ = double>
class VonMises : public detail::IndependentFeatures<VonMises<Scalar_>, Scalar_> {
    using Features = detail::IndependentFeatures<VonMises<Scalar_>, Scalar_>;
    friend Features;

  public:
    using Scalar = Scalar_;
    using Features::log_density, Features::accumulate;
    using Statistics = VonMisesStatistics;

    /// An empty one, K = 0: to be assigned to.
    VonMises() = default;

    /// K times direction 0 and concentration 1: a shape for a start.
    VonMises(Index K, Index d) : VonMises(Eigen::MatrixXd::Zero(d, K), Eigen::MatrixXd::Ones(d, K)) {}

    /// Given directions and concentrations, d × K; the directions are kept in [−π, π]. Throws std::invalid_argument where
    /// a direction is not finite or a concentration negative, above 2⁷⁰ or no number.
    VonMises(const Eigen::MatrixXd& directions, const Eigen::MatrixXd& concentrations)
        : directions_(directions), concentrations_(concentrations), counts_(directions.cols()) {
        const Index d = directions.rows(), K = directions.cols();
        detail::require_parameters(
            "VonMises", "directions", directions, d, K, [](double v) { return std::isfinite(v); },
            "a finite number");
        detail::require_parameters(
            "VonMises", "concentrations", concentrations, d, K,
            [](double v) { return v >= 0 && v <= largest_concentration; }, "a number 0 … 2^70");
        directions_ = directions.unaryExpr(&wrapped);
        update();
    }

    Index size() const { return directions_.cols(); }
    Index dimension() const { return directions_.rows(); }
    /// d × K.
    const Eigen::MatrixXd& directions() const { return directions_; }
    /// d × K, κ ≥ 0; 0 is the uniform distribution.
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
        s.gap.setZero(dimension(), size());
        s.across.setZero(dimension(), size());
        s.centre = directions_;
    }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        out.resize(x.size(), size());
        for (Index k = 0; k < size(); ++k) detail::values(out, k).setZero();
        for_each_angle(x, [&](Index j, Index k, const auto& gap, const auto&) {
            detail::values(out, k) +=
                (constants_(j, k) - concentrations_(j, k) * gap).template cast<Scalar>();
        });
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        for (Index k = 0; k < size(); ++k) s.count(k) += detail::doubles(weights, k).sum();
        for_each_angle(x, [&](Index j, Index k, const auto& gap, const auto& across) {
            s.gap(j, k) += (detail::doubles(weights, k) * gap).sum();
            s.across(j, k) += (detail::doubles(weights, k) * across).sum();
        });
    }

    /// μ is the direction of the mean vector, I₁(κ) / I₀(κ) its length. A component without observations
    /// keeps its parameters, one without a mean direction its direction.
    void maximize(const Statistics& s) {
        counts_.set(s.count);
        imprecise_ = false;
        for (Index k = 0; k < size(); ++k) {
            const double n = s.count(k);
            if (!(n > detail::negligible_count)) continue;
            for (Index j = 0; j < dimension(); ++j) {
                const double gap = s.gap(j, k) / n, across = s.across(j, k) / n, along = 1 - gap;
                const double length = std::hypot(along, across);  // 1 − length = (1 − length²) / (1 + length)
                const double kappa =
                    concentration(length, (gap * (1 + along) - across * across) / (1 + length));
                imprecise_ = imprecise_ || (by_chord(concentrations_(j, k)) && kappa > 1e11);
                concentrations_(j, k) = kappa;
                if (length > 0) directions_(j, k) = wrapped(s.centre(j, k) + std::atan2(across, along));
            }
        }
        update();
    }

    /// Whether a concentration of the last maximize is beyond what statistics that were taken by the chord can tell: their
    /// rounding is 4·10⁻¹⁶ κ of it, of which the likelihood feels the square.
    bool imprecise() const { return imprecise_; }

    double expected_log_density(const Statistics& statistics) const {
        Statistics s = statistics;
        s.recentre(directions_);
        return (constants_ * s.count).sum() - concentrations_.cwiseProduct(s.gap).sum();
    }

    bool all_equal() const {
        return detail::same_columns(concentrations_.cwiseProduct(cosines_)) &&
               detail::same_columns(concentrations_.cwiseProduct(sines_));
    }

    /// Angles in [−π, π].
    void sample(Index k, Random& random, Scalar* x) const {
        for (Index j = 0; j < dimension(); ++j) {
            x[j] = static_cast<Scalar>(wrapped(directions_(j, k) + draw(concentrations_(j, k), random)));
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

    // ----------------------------------------------------------------------------- the Collapsible contract

    std::optional<Cause> collapse_cause(Index k, const Eigen::VectorXd& floor) const {
        return counts_.collapse_cause(
            k, dimension(), [&](Index j) { return deviation(j, k); },
            [&](Index j) { return least_deviation(floor, j); });
    }
    bool floor_variances(Index k, const Eigen::VectorXd& floor) {
        if (floor.size() == 0) return false;
        concentrations_.col(k) =
            concentrations_.col(k).cwiseMin(floor.cwiseInverse()).cwiseMin(largest_concentration);
        update();
        return true;
    }
    void add_ridge(const Eigen::VectorXd& variances) {
        for (Index k = 0; k < size(); ++k)
            for (Index j = 0; j < dimension(); ++j)
                concentrations_(j, k) /= 1 + concentrations_(j, k) * variances(j);
        update();
    }
    double share(Index k) const { return counts_.share(k); }
    /// About a draw of `from`, as concentrated.
    void split_from(Index k, Index from, Random& random) {
        for (Index j = 0; j < dimension(); ++j)
            directions_(j, k) = wrapped(directions_(j, from) + draw(concentrations_(j, from), random));
        concentrations_.col(k) = concentrations_.col(from).eval();
        counts_.copy(k, from);
        update();
    }
    void remove(Index k) {
        counts_.remove(k);
        Features::remove(k);
    }

    // ------------------------------------------------------------------ missing cells: see IndependentFeatures

    static constexpr auto parameter_tables() {
        return std::tuple{&VonMises::directions_, &VonMises::concentrations_};
    }
    void expect_feature(Index j, Index k, double count, Statistics& s) const {
        const auto bessel = detail::bessel_ratio(concentrations_(j, k));
        const double turn = directions_(j, k) - s.centre(j, k), half = std::sin(turn / 2);
        s.gap(j, k) += count * (bessel.gap + 2 * bessel.ratio * half * half);
        s.across(j, k) += count * bessel.ratio * std::sin(turn);
    }
    double unseen_mean(Index k, Index j) const { return directions_(j, k); }
    double unseen_variance(Index k, Index j) const {
        return 2 *
               detail::bessel_ratio(concentrations_(j, k)).gap;  // that of the chord: 2 (1 − E[cos(x − μ)])
    }

    /// The mean direction, and the circular variance times two: of small deviations the variance.
    void impute(const Panel<Scalar>& x, const Panel<Scalar>& r, typename VonMises::Room&,
                Eigen::Ref<Eigen::MatrixXd> values, Eigen::Ref<Eigen::MatrixXd> variances) const {
        for (Index i = 0; i < x.size(); ++i)
            for (Index j = 0; j < dimension(); ++j) {
                if (!std::isnan(x(i, j))) continue;
                double c = 0, s = 0;
                for (Index k = 0; k < size(); ++k) {
                    const double share =
                        static_cast<double>(r(i, k)) * detail::bessel_ratio(concentrations_(j, k)).ratio;
                    c += share * cosines_(j, k), s += share * sines_(j, k);
                }
                values(j, i) = std::atan2(s, c);
                variances(j, i) = 2 * (1 - std::hypot(c, s));
            }
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "VonMises"; }
    static constexpr auto members() {
        return std::tuple{&VonMises::directions_, &VonMises::concentrations_, &VonMises::cosines_,
                          &VonMises::sines_,      &VonMises::constants_,      &VonMises::counts_,
                          &VonMises::imprecise_};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("directions", &VonMises::directions_, SavedAs::columns),
                          named("concentrations", &VonMises::concentrations_, SavedAs::columns)};
    }

  private:
    static constexpr double largest_concentration = 0x1p70;
    static constexpr double beyond = 0x1p71;  // stands for whatever is larger

    /// That of the normal density which a great concentration comes close to.
    double deviation(Index j, Index k) const { return 1 / std::sqrt(concentrations_(j, k)); }
    static double least_deviation(const Eigen::VectorXd& floor, Index j) {
        return std::max(1 / std::sqrt(largest_concentration), detail::least_deviation(floor, j));
    }

    /// The same angle in [−π, π]: the same to its sine and cosine, which know π to more digits than a double has.
    static double wrapped(double angle) {
        return std::abs(angle) <= std::numbers::pi ? angle : std::atan2(std::sin(angle), std::cos(angle));
    }

    /// x − μ in [−π, π], |μ| ≤ π. The turns are taken off x, so that its rounding is the same for every μ nearby.
    static double turned(double x, double mu) {
        const double turn = 2 * std::numbers::pi, angle = wrapped(x);
        return angle - turn * std::nearbyint((angle - mu) / turn) - mu;
    }

    /// Whether 1 − cos(x − μ) is computed by the chord from μ to x: cheaper, its rounding is felt where κ is greater.
    static bool by_chord(double kappa) { return kappa <= 1e8; }

    /// visit(j, k, 1 − cos(x − μ), sin(x − μ)) for each dimension and component, expressions of the n observations.
    template <class Visit>
    void for_each_angle(const Panel<Scalar>& x, const Visit& visit) const {
        for (Index j = 0; j < dimension(); ++j) {
            const Eigen::ArrayXd cosine = detail::doubles(x, j).cos(), sine = detail::doubles(x, j).sin();
            for (Index k = 0; k < size(); ++k) {
                if (!by_chord(concentrations_(j, k))) {
                    const Eigen::ArrayXd turn = detail::doubles(x, j).unaryExpr(
                        [from = directions_(j, k)](double angle) { return turned(angle, from); });
                    visit(j, k, 2 * (turn / 2).sin().square(), turn.sin());
                } else {
                    const double c = cosines_(j, k), s = sines_(j, k);
                    visit(j, k, ((cosine - c).square() + (sine - s).square()) / 2,
                          (sine - s) * c - (cosine - c) * s);
                }
            }
        }
    }

    /// The root of I₁(κ) / I₀(κ) = length, where gap = 1 − length. Newton's method on the logarithm of length/gap,
    /// nearly linear in log κ, from Banerjee et al. 2005, "Clustering on the unit hypersphere using von Mises-Fisher
    /// distributions", equation 4.4.
    static double concentration(double length, double gap) {
        if (!(length > 0)) return 0;
        if (!(gap > 0)) return beyond;
        const auto equation = [&](double kappa) {
            const auto bessel = detail::bessel_ratio(kappa);
            return detail::Slope{std::log(bessel.ratio / bessel.gap) - std::log(length / gap),
                                 bessel.slope / (bessel.ratio * bessel.gap)};
        };
        const double start = length * (2 - length * length) / (gap * (1 + length));
        return detail::positive_root(equation, std::min(length, 0.5), beyond, start);
    }

    /// A draw about direction 0: normal where that is the same to 1e-8 (Best & Fisher 1979, "Efficient simulation of the von Mises distribution").
    static double draw(double kappa, Random& random) {
        if (kappa < 1e-8) return std::numbers::pi * (2 * random.uniform() - 1);  // below, rho would be 0/0
        if (kappa > 1e8) return random.normal() / std::sqrt(kappa);
        const double root = std::sqrt(1 + 4 * kappa * kappa), tau = 1 + root;
        // (τ − √(2τ)) / 2κ, without the difference, of which no digit would be left at small κ
        const double rho = 2 * kappa / (tau * (1 + std::sqrt(2 / tau))), r = (1 + rho * rho) / (2 * rho);
        while (true) {
            const double z = std::cos(std::numbers::pi * random.uniform());
            const double f = (1 + r * z) / (r + z), c = kappa * (r - f), u = 1 - random.uniform();
            if (c * (2 - c) < u && std::log(c / u) + 1 < c) continue;
            const double angle = std::acos(std::clamp(f, -1.0, 1.0));
            return random.uniform() < 0.5 ? angle : -angle;
        }
    }

    void update() {
        concentrations_ = concentrations_.cwiseMin(beyond);
        cosines_ = directions_.array().cos();
        sines_ = directions_.array().sin();
        constants_ = concentrations_.unaryExpr(
            [](double kappa) { return -std::log(2 * std::numbers::pi * detail::scaled_bessel_i(0, kappa)); });
    }

    Eigen::MatrixXd directions_, concentrations_;
    Eigen::MatrixXd cosines_, sines_;  // of the directions
    Eigen::MatrixXd constants_;        // −log(2π I₀(κ)) + κ
    detail::ComponentCounts counts_;
    bool imprecise_ = false;
};

}  // namespace latent
