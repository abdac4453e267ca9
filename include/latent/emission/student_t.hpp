// Student's t distribution: like the normal one with heavier tails.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "latent/core/compiled.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/saved.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/incomplete_functions.hpp"
#include "latent/emission/panel_columns.hpp"
#include "latent/emission/parameter_checks.hpp"
#include "latent/emission/special_functions.hpp"
#include "latent/emission/unit_gamma.hpp"

namespace latent {

template <class Covariance, class Scalar>
class StudentTGiven;

/// Expected sufficient statistics of K multivariate t densities: those of normal ones whose observations are
/// weighted by r_ik E[u | x_i], and what tells the degrees of freedom.
template <class Covariance>
struct StudentTStatistics {
    GaussianStatistics<typename Covariance::Blocks> gaussian;
    Eigen::VectorXd count;   ///< Σ_i r_ik, K
    Eigen::VectorXd excess;  ///< Σ_i r_ik (E[u − log u | x_i] − 1), K

    static constexpr auto fields() {
        using S = StudentTStatistics;
        return std::tuple{&S::gaussian, &S::count, &S::excess};
    }
};

template <class Covariance, class Scalar>
class StudentTGiven;

/// K multivariate t densities on R^d with location μ_k, scale matrix Σ_k and ν_k degrees of freedom:
///   p(x | k) = Γ((ν + d)/2) / (Γ(ν/2) (νπ)^(d/2) |Σ|^½) (1 + δ/ν)^(−(ν + d)/2),  δ = (x − μ)ᵀ Σ⁻¹ (x − μ):
/// an Emission, Collapsible as its Gaussian is. `Covariance` is one of Gaussian's structures and says
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
    static constexpr bool uncoupled = !Covariance_::coupled;

  public:
    using Covariance = Covariance_;
    using Scalar = Scalar_;
    using Statistics = StudentTStatistics<Covariance>;
    using Marginal = StudentT<typename Covariance::Blocks, Scalar>;
    using Given = StudentTGiven<Covariance, Scalar>;
    /// What log_density leaves to accumulate: the Gaussian's log-densities, which tell δ.
    struct Room {
        Panel<Scalar> densities, weighted;
        Eigen::ArrayXd u;
        detail::MissingCells<StudentT> cells;
    };

    /// An empty one, K = 0: to be assigned to.
    StudentT() = default;

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
        of_gaussian(out, out);
    }
    void prepare(const Panel<Scalar>& x, Room& room) const {
        if (x.missing()) return room.cells.prepare(*this, x);
        gaussian_.log_density(x, room.densities);
    }
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out, Room& room) const {
        if (x.missing()) return room.cells.log_density(*this, x, out);
        prepare(x, room);
        out.resize(x.size(), size());
        of_gaussian(room.densities, out);
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        Room room;
        prepare(x, room);
        accumulate(x, weights, room, s);
    }
    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Room& room, Statistics& s) const {
        if (x.missing()) return room.cells.accumulate(*this, x, weights, s);
        Eigen::ArrayXd& u = room.u;
        room.weighted.resize(x.size(), size());
        for (Index k = 0; k < size(); ++k) {
            const double nu = degrees_(k), total = nu + static_cast<double>(dimension());
            const auto weight = detail::doubles(weights, k);
            if (std::isfinite(peak_(k)))
                u = total / (nu + squared_distances(room.densities, k));
            else  // not positive definite: alike, so that the statistics still tell a better scale matrix
                u.setConstant(x.padded(), total / nu);
            detail::values(room.weighted, k) = (weight * u).template cast<Scalar>();
            s.count(k) += weight.sum();
            s.excess(k) += (weight * (u - 1 - u.log() + detail::log_minus_digamma(total / 2))).sum();
            s.gaussian.covariance_count(Covariance::shared ? 0 : k) += (weight * (1 - u)).sum();
        }
        gaussian_.accumulate(x, room.weighted, s.gaussian);  // counts Σ r u for the covariances too: now Σ r
    }

    /// μ and Σ as a Gaussian's, log(ν/2) − ψ(ν/2) = the mean excess. A component without observations keeps
    /// its parameters. Scale matrices that are not positive definite are left as they are: see collapse_cause.
    void maximize(const Statistics& s) {
        gaussian_.maximize(s.gaussian);
        for (Index k = 0; k < size() && !fixed_; ++k)
            if (s.count(k) > detail::negligible_count)
                degrees_(k) = 2 * detail::unit_gamma_shape(s.excess(k) / s.count(k), least_degrees / 2,
                                                           largest_degrees / 2);
        update();
    }

    // Constraints on the locations and scale matrices: see RestrictableEmission.
    bool obey(const Restrictions& r, Statistics& s) const { return gaussian_.obey(r, s.gaussian); }
    Index fixed_parameters(const Restrictions& r) const { return gaussian_.fixed_parameters(r); }

    double expected_log_density(const Statistics& s) const {
        double total = gaussian_.expected_log_density(s.gaussian);
        for (Index k = 0; k < size(); ++k)
            total +=
                s.count(k) * detail::unit_gamma_constant(degrees_(k) / 2) - degrees_(k) / 2 * s.excess(k);
        return total;
    }

    bool all_equal() const { return gaussian_.all_equal() && (degrees_.array() == degrees_(0)).all(); }

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

    // ----------------------------------------------------------- distributions: see WithDistribution, Conditionable

    double cdf(Index k, double x) const { return beyond(k, means()(0, k) - x); }
    double survival(Index k, double x) const { return beyond(k, x - means()(0, k)); }
    /// The densities of these dimensions alone, in this order, which have the same degrees of freedom. Throws
    /// std::invalid_argument as Gaussian's does.
    Marginal marginal(const std::vector<Index>& dimensions) const {
        return {gaussian_.marginal(dimensions), degrees_, fixed_};
    }

    // ----------------------------------------------------------------------------- the Collapsible contract

    // Of the scale matrices.

    std::optional<Cause> collapse_cause(Index k, const Eigen::VectorXd& floor) const {
        return gaussian_.collapse_cause(k, floor);
    }
    bool floor_variances(Index k, const Eigen::VectorXd& floor) {
        const bool raised = gaussian_.floor_variances(k, floor);
        update();
        return raised;
    }
    bool bound_variances(double ratio, const Eigen::VectorXd& scale) requires uncoupled {
        const bool bounded = gaussian_.bound_variances(ratio, scale);
        update();
        return bounded;
    }
    void add_ridge(const Eigen::VectorXd& variances) {
        gaussian_.add_ridge(variances);
        update();
    }
    double share(Index k) const { return gaussian_.share(k); }
    bool imprecise() const { return gaussian_.imprecise(); }
    double rounding(Index k) const { return gaussian_.rounding(k); }
    void split_from(Index k, Index from, Random& random) {
        gaussian_.split_from(k, from, random);
        degrees_(k) = degrees_(from);
        update();
    }
    void remove(Index k) {
        gaussian_.remove(k);
        degrees_ = detail::without_entry(degrees_, k);
        update();
    }

    // -------------------------------------------------------------------- missing cells: see TakesMissing, MissingCells

    static constexpr bool takes_missing() { return true; }
    void impute(const Panel<Scalar>& x, const Panel<Scalar>& r, Room& room,
                Eigen::Ref<Eigen::MatrixXd> values, Eigen::Ref<Eigen::MatrixXd> variances) const {
        room.cells.impute(*this, x, r, values, variances);
    }
    void draw_hidden(const Panel<Scalar>& x, Index i, Index k, Random& random, Room& room,
                     Eigen::Ref<Eigen::VectorXd> to) const {
        room.cells.draw_hidden(*this, x, i, k, random, to);
    }
    bool same_parameters(const StudentT& other) const {
        return gaussian_.same_parameters(other.gaussian_) && degrees_ == other.degrees_;
    }
    /// Of nothing seen: E[u] = 1, E[log u] = ψ(ν/2) − log(ν/2).
    void expect(const Eigen::VectorXd& count, Statistics& s) const {
        gaussian_.expect(count, s.gaussian);
        s.count += count;
        for (Index k = 0; k < size(); ++k)
            s.excess(k) += count(k) * detail::log_minus_digamma(degrees_(k) / 2);
    }
    double unseen_mean(Index k, Index j) const { return gaussian_.unseen_mean(k, j); }
    double unseen_variance(Index k, Index j) const {
        return gaussian_.unseen_variance(k, j) * stretch(degrees_(k));
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "StudentT"; }
    static constexpr auto members() {
        return std::tuple{&StudentT::gaussian_, &StudentT::degrees_, &StudentT::peak_, &StudentT::top_,
                          &StudentT::fixed_};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("means", &StudentT::means, SavedAs::columns),
                          named("scales", &StudentT::free_scales, SavedAs::each),
                          named("degrees", &StudentT::degrees_, SavedAs::each),
                          named_optional("degrees_fixed", &StudentT::fixed_)};
    }
    static StudentT restored(const Eigen::MatrixXd& means, const std::vector<Eigen::MatrixXd>& scales,
                             const Eigen::VectorXd& degrees, bool fixed) {
        auto gaussian = Gaussian<Covariance, Scalar>::restored(means, scales);
        detail::require_parameters(
            "StudentT", "degrees", degrees, means.cols(), 1, [](double v) { return v > 0; }, "a number > 0");
        return {std::move(gaussian), degrees, fixed};
    }
    std::vector<Eigen::MatrixXd> free_scales() const { return gaussian_.free_covariances(); }

  private:
    template <class, class>
    friend class StudentT;
    template <class, class>
    friend class StudentTGiven;
    StudentT(Gaussian<Covariance, Scalar> gaussian, Eigen::VectorXd degrees, bool fixed)
        : gaussian_(std::move(gaussian)), degrees_(std::move(degrees)), fixed_(fixed) {
        update();
    }
    /// The variance, of scale 1.
    static double stretch(double nu) {
        return nu > 2 ? nu / (nu - 2) : std::numeric_limits<double>::infinity();
    }
    /// out := log p(x_i | k), given the Gaussian's log-densities; may be the same panel.
    void of_gaussian(const Panel<Scalar>& densities, Panel<Scalar>& out) const {
        for (Index k = 0; k < size(); ++k) {
            const double nu = degrees_(k), half = (nu + static_cast<double>(dimension())) / 2;
            const auto log_tail = half * (squared_distances(densities, k) / nu).log1p();
            detail::values(out, k) = (top_(k) - log_tail).template cast<Scalar>();
        }
    }
    static constexpr double least_degrees = 1e-3, largest_degrees = 1e6;

    static std::vector<Eigen::MatrixXd> wide(Index K, Index d) {
        std::vector<Eigen::MatrixXd> scales(static_cast<std::size_t>(Covariance::shared ? 1 : K));
        for (auto& scale : scales) scale = 1e200 * Eigen::MatrixXd::Identity(d, d);
        return scales;
    }

    Index free_degrees() const { return fixed_ ? 0 : size(); }

    /// P(x − μ > distance | k), of the first dimension: ½ I(ν/2, ½) at ν/(ν + t²), t = distance/σ, on one side (Abramowitz &
    /// Stegun 1964, 26.7.1).
    double beyond(Index k, double distance) const {
        const double square = distance * distance / gaussian_.unseen_variance(k, 0) / degrees_(k);
        const double tail =
            detail::incomplete_beta(degrees_(k) / 2, 0.5, 1 / (1 + square), 1 / (1 + 1 / square)).lower / 2;
        return distance > 0 ? tail : 1 - tail;
    }

    /// δ of each observation, from what it takes off the Gaussian's log-density.
    auto squared_distances(const Panel<Scalar>& log_densities, Index k) const {
        return (2 * (peak_(k) - detail::doubles(log_densities, k))).max(0.0);
    }

    void update() {
        degrees_ = degrees_.cwiseMax(least_degrees).cwiseMin(largest_degrees);
        Panel<Scalar> means, log_densities;
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

/// What is known of the other dimensions of t densities where some, s of them, are seen: again a t, with ν + s degrees of
/// freedom, the normal densities' expectation as its location, and (ν + δ)/(ν + s) times their covariance as its scale matrix
/// (Ding 2016, "On the conditional distribution of the multivariate t distribution"). See Conditionable, MissingCells.
template <class Covariance, class Scalar>
class StudentTGiven {
  public:
    using Family = StudentT<Covariance, Scalar>;
    using Statistics = typename Family::Statistics;

    StudentTGiven(const Family& family, const std::vector<Index>& seen)
        : marginal(family.gaussian_.template of_dimensions<Gaussian<Covariance, Scalar>>(seen),
                   family.degrees_, family.fixed_),
          gaussian_(family.gaussian_, seen) {}

    Family marginal;

    void complete(const Family& family, Statistics& t, Statistics& s) const {
        gaussian_.complete(family.gaussian_, t.gaussian, s.gaussian);
        s.count += t.count;
        s.excess += t.excess;
    }
    /// E[x_hidden | x_seen, k].
    void expect(const Family& family, Index k, const Eigen::VectorXd& x, Eigen::VectorXd& hidden) const {
        gaussian_.expect(family.gaussian_, k, x, hidden);
    }
    double variance(const Family& family, Index k, const Eigen::VectorXd& x, Index i) const {
        return gaussian_.variance(family.gaussian_, k, x, i) * stretch(k, x) * Family::stretch(degrees(k));
    }
    void draw(const Family& family, Index k, const Eigen::VectorXd& x, Random& random,
              Eigen::VectorXd& hidden) const {
        gaussian_.expect(family.gaussian_, k, x, hidden);
        const double u = detail::draw_unit_gamma(degrees(k) / 2, random);
        gaussian_.add_noise(k, std::sqrt(stretch(k, x) / std::max(u, std::numeric_limits<double>::min())),
                            random, hidden);
    }
    /// ν + s degrees of freedom have one where that is more than 2; else all of it is infinite.
    Eigen::MatrixXd covariance(const Family& family, Index k, const Eigen::VectorXd& x) const {
        const Eigen::MatrixXd scale = gaussian_.covariance(family.gaussian_, k, x);
        const double free = degrees(k) - 2;
        if (free > 0) return (stretch(k, x) * degrees(k) / free) * scale;
        return Eigen::MatrixXd::Constant(scale.rows(), scale.cols(), std::numeric_limits<double>::infinity());
    }
    /// Of each component a scale matrix of its own, which a factor of its own stretches.
    auto conditional(const Family& family, const Eigen::VectorXd& x) const {
        using Own = typename Covariance::Blocks::Separate;
        std::vector<Eigen::MatrixXd> scales;
        Eigen::VectorXd all_degrees(family.size());
        for (Index k = 0; k < family.size(); ++k) {
            scales.emplace_back(stretch(k, x) * gaussian_.covariance(family.gaussian_, k, x));
            all_degrees(k) = degrees(k);
        }
        return StudentT<Own, Scalar>(gaussian_.means(family.gaussian_, x), scales, all_degrees);
    }

  private:
    double degrees(Index k) const {
        return marginal.degrees()(k) + static_cast<double>(marginal.dimension());
    }
    double stretch(Index k, const Eigen::VectorXd& x) const {
        return (marginal.degrees()(k) + gaussian_.squared_distance(k, x)) / degrees(k);
    }

    GaussianGiven<Covariance, Scalar> gaussian_;
};

LATENT_INSTANTIATE(emission, class StudentT<Full, double>);
LATENT_INSTANTIATE(emission, class StudentTGiven<Full, double>);

}  // namespace latent
