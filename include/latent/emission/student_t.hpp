// Densities like the normal one with heavier tails.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/panel_columns.hpp"
#include "latent/emission/parameter_checks.hpp"
#include "latent/emission/special_functions.hpp"
#include "latent/emission/unit_gamma.hpp"

namespace latent {

/// Expected sufficient statistics of K multivariate t densities: those of normal ones whose observations are
/// weighted by r_ik E[u | x_i], and what tells the degrees of freedom.
template <class Covariance>
struct StudentTStatistics {
    GaussianStatistics<Covariance> gaussian;
    Eigen::VectorXd count;   ///< Σ_i r_ik, K
    Eigen::VectorXd excess;  ///< Σ_i r_ik (E[u − log u | x_i] − 1), K

    static constexpr auto fields() {
        using S = StudentTStatistics;
        return std::tuple{&S::gaussian, &S::count, &S::excess};
    }
};

/// K multivariate t densities on R^d with location μ_k, scale matrix Σ_k and ν_k degrees of freedom:
///   p(x | k) = Γ((ν + d)/2) / (Γ(ν/2) (νπ)^(d/2) |Σ|^½) (1 + δ/ν)^(−(ν + d)/2),  δ = (x − μ)ᵀ Σ⁻¹ (x − μ):
/// an Emission, Collapsible as its Gaussian is. `Covariance` is Full, Tied, Diagonal or Spherical and says
/// what the scale matrices are. Cost: twice that of a Gaussian's density and once its statistics.
///
/// The EM step of the scale mixture x | u ~ N(μ, Σ/u), u ~ Γ(ν/2, ν/2) (Lange, Little & Taylor 1989, "Robust
/// statistical modeling using the t distribution"; Liu & Rubin 1995, "ML estimation of the t distribution
/// using EM and its extensions, ECM and ECME"; Peel & McLachlan 2000, "Robust mixture modelling using the t
/// distribution"): `accumulate` weighs observations by E[u | x] = (ν + d)/(ν + δ) under the present
/// parameters, and expected_log_density is that of x and u together. The likelihood never falls; ν approaches
/// its limit linearly, slowly where it is large (Squarem helps).
///
/// Degrees of freedom are kept between 10⁻³ and 10⁶, which is as good as normal; or they are held as they
/// are: `StudentT<>(means, scales, degrees).fix_degrees()`.
template <class Covariance_ = Full, class Scalar_ = double>
class StudentT {
  public:
    using Covariance = Covariance_;
    using Scalar = Scalar_;
    using Statistics = StudentTStatistics<Covariance>;

    /// K times location 0 and `degrees` of freedom: a shape for a start, not a point to fit from. Its scale
    /// is so large that the first statistics weigh all observations alike, wherever they lie.
    StudentT(Index K, Index d, double degrees = 10)
        : StudentT(Eigen::MatrixXd::Zero(d, K), wide(K, d), Eigen::VectorXd::Constant(K, degrees)) {}

    /// Given locations (d × K), scale matrices (K symmetric positive definite d × d matrices, or one where it
    /// is shared) and degrees of freedom (K values). Throws std::invalid_argument as Gaussian does, and where
    /// the degrees are not K numbers > 0 (infinite ones are taken as 10⁶).
    StudentT(const Eigen::MatrixXd& means, const std::vector<Eigen::MatrixXd>& scales,
             const Eigen::VectorXd& degrees)
        : gaussian_(means, scales), degrees_(degrees) {
        detail::require_parameters(
            "StudentT", "degrees", degrees, size(), 1, [](double v) { return v > 0; }, "a number > 0");
        update();
    }

    /// Whether the degrees of freedom stay as they are.
    StudentT& fix_degrees(bool fixed = true) {
        fixed_ = fixed;
        return *this;
    }

    Index size() const { return gaussian_.size(); }
    Index dimension() const { return gaussian_.dimension(); }
    /// μ, d × K: the means where ν > 1.
    const Eigen::MatrixXd& means() const { return gaussian_.means(); }
    /// Σ_k, d × d. The covariance matrix is ν/(ν − 2) times it where ν > 2, else infinite.
    Eigen::MatrixXd scale(Index k) const { return gaussian_.covariance(k); }
    /// K.
    const Eigen::VectorXd& degrees() const { return degrees_; }
    /// Free parameters: the locations', the scale matrices', and the degrees of freedom where they are not
    /// fixed.
    Index parameters() const { return gaussian_.parameters() + free_degrees(); }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const {
        Statistics s;
        reset(s);
        return s;
    }
    void reset(Statistics& s) const {
        gaussian_.reset(s.gaussian);
        s.count.setZero(size());
        s.excess.setZero(size());
    }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        gaussian_.log_density(x, out);
        for (Index k = 0; k < size(); ++k) {
            const double nu = degrees_(k), half = (nu + static_cast<double>(dimension())) / 2;
            const auto log_tail = half * (squared_distances(out, k) / nu).log1p();
            detail::values(out, k) = (top_(k) - log_tail).template cast<Scalar>();
        }
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        static thread_local Panel<Scalar> densities, weighted;  // keep their memory from block to block
        static thread_local Eigen::ArrayXd u;
        gaussian_.log_density(x, densities);
        weighted.resize(x.size(), size());
        for (Index k = 0; k < size(); ++k) {
            const double nu = degrees_(k), total = nu + static_cast<double>(dimension());
            const auto weight = detail::doubles(weights, k);
            if (std::isfinite(peak_(k)))
                u = total / (nu + squared_distances(densities, k));
            else  // not positive definite: alike, so that the statistics still tell a better scale matrix
                u.setConstant(x.padded(), total / nu);
            detail::values(weighted, k) = (weight * u).template cast<Scalar>();
            s.count(k) += weight.sum();
            s.excess(k) += (weight * (u - 1 - u.log() + detail::log_minus_digamma(total / 2))).sum();
            s.gaussian.covariance_count(Covariance::shared ? 0 : k) += (weight * (1 - u)).sum();
        }
        gaussian_.accumulate(x, weighted, s.gaussian);  // counts Σ r u for the covariances too: now Σ r
    }

    /// μ and Σ as a Gaussian's, log(ν/2) − ψ(ν/2) = the mean excess. A component without observations keeps
    /// its parameters. Scale matrices that are not positive definite are left as they are: see flaw.
    void maximize(const Statistics& s) {
        gaussian_.maximize(s.gaussian);
        for (Index k = 0; k < size() && !fixed_; ++k)
            if (s.count(k) > detail::negligible_count)
                degrees_(k) = 2 * detail::unit_gamma_shape(s.excess(k) / s.count(k), least_degrees / 2,
                                                           largest_degrees / 2);
        update();
    }

    double expected_log_density(const Statistics& s) const {
        double total = gaussian_.expected_log_density(s.gaussian);
        for (Index k = 0; k < size(); ++k)
            total +=
                s.count(k) * detail::unit_gamma_constant(degrees_(k) / 2) - degrees_(k) / 2 * s.excess(k);
        return total;
    }

    bool same() const { return gaussian_.same() && (degrees_.array() == degrees_(0)).all(); }

    void sample(Index k, Random& random, Scalar* x) const {
        gaussian_.sample(k, random, x);
        const double u = detail::draw_unit_gamma(degrees_(k) / 2, random);
        const double stretch = 1 / std::sqrt(std::max<double>(u, std::numeric_limits<Scalar>::min()));
        for (Index j = 0; j < dimension(); ++j) {
            const double mean = means()(j, k);
            x[j] = static_cast<Scalar>(mean + stretch * (static_cast<double>(x[j]) - mean));
        }
    }

    /// The Gaussian's, and log ν where it is free.
    Index coordinates() const { return gaussian_.coordinates() + free_degrees(); }
    void to_vector(std::span<double> v) const {
        const auto own = static_cast<std::size_t>(gaussian_.coordinates());
        gaussian_.to_vector(v.first(own));
        for (Index k = 0; k < free_degrees(); ++k)
            v[own + static_cast<std::size_t>(k)] = std::log(degrees_(k));
    }
    void from_vector(std::span<const double> v) {
        const auto own = static_cast<std::size_t>(gaussian_.coordinates());
        gaussian_.from_vector(v.first(own));
        for (Index k = 0; k < free_degrees(); ++k)
            degrees_(k) = std::exp(v[own + static_cast<std::size_t>(k)]);
        update();
    }

    /// Throws std::invalid_argument as Gaussian does.
    void check(const Observations<Scalar>& x) const { gaussian_.check(x); }

    // ----------------------------------------------------------------------------- the Collapsible contract

    // Of the scale matrices.

    std::optional<Cause> flaw(Index k, const Eigen::VectorXd& floor) const {
        return gaussian_.flaw(k, floor);
    }
    bool raise(Index k, const Eigen::VectorXd& floor) {
        const bool raised = gaussian_.raise(k, floor);
        update();
        return raised;
    }
    void inflate(const Eigen::VectorXd& variances) {
        gaussian_.inflate(variances);
        update();
    }
    double share(Index k) const { return gaussian_.share(k); }
    bool imprecise() const { return gaussian_.imprecise(); }
    double rounding(Index k) const { return gaussian_.rounding(k); }
    void respawn(Index k, Index from, Random& random) {
        gaussian_.respawn(k, from, random);
        degrees_(k) = degrees_(from);
        update();
    }
    void remove(Index k) {
        gaussian_.remove(k);
        Eigen::VectorXd left(size());
        left << degrees_.head(k), degrees_.tail(size() - k);
        degrees_ = left;
        update();
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "StudentT"; }
    static constexpr auto members() {
        return std::tuple{&StudentT::gaussian_, &StudentT::degrees_, &StudentT::peak_, &StudentT::top_,
                          &StudentT::fixed_};
    }

  private:
    static constexpr double least_degrees = 1e-3, largest_degrees = 1e6;

    static std::vector<Eigen::MatrixXd> wide(Index K, Index d) {
        std::vector<Eigen::MatrixXd> scales(static_cast<std::size_t>(Covariance::shared ? 1 : K));
        for (auto& scale : scales) scale = 1e200 * Eigen::MatrixXd::Identity(d, d);
        return scales;
    }

    Index free_degrees() const { return fixed_ ? 0 : size(); }

    /// δ of each observation, from what it takes off the Gaussian's log-density.
    auto squared_distances(const Panel<Scalar>& log_densities, Index k) const {
        return (2 * (peak_(k) - detail::doubles(log_densities, k))).max(0.0);
    }

    void update() {
        degrees_ = degrees_.cwiseMax(least_degrees).cwiseMin(largest_degrees);
        static thread_local Panel<Scalar> means, log_densities;  // keep their memory from step to step
        means.resize(size(), dimension());
        for (Index j = 0; j < dimension(); ++j)
            for (Index i = 0; i < means.padded(); ++i)
                means(i, j) = static_cast<Scalar>(this->means()(j, std::min(i, size() - 1)));
        gaussian_.log_density(means, log_densities);
        peak_.resize(size());
        top_.resize(size());
        for (Index k = 0; k < size(); ++k) {
            peak_(k) = static_cast<double>(log_densities(k, k));
            top_(k) = peak_(k) + detail::log_rising(degrees_(k) / 2, static_cast<double>(dimension()) / 2);
        }
    }

    Gaussian<Covariance, Scalar> gaussian_;  // N(μ_k, Σ_k)
    Eigen::VectorXd degrees_;                // ν, K
    Eigen::VectorXd peak_, top_;             // log N(μ_k | μ_k, Σ_k), log p(μ_k | k)
    bool fixed_ = false;
};

}  // namespace latent
