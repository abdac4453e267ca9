// Normal (Gaussian) distribution with any covariance structure.
#pragma once

#include <algorithm>
#include <numbers>
#include <optional>
#include <vector>

#include "latent/core/additive.hpp"
#include "latent/core/compiled.hpp"
#include "latent/core/journal.hpp"
#include "latent/core/random.hpp"
#include "latent/core/saved.hpp"
#include "latent/data/sequences.hpp"
#include "latent/emission/covariance/decomposed.hpp"
#include "latent/emission/covariance/variance_bounds.hpp"
#include "latent/emission/gaussian_statistics.hpp"
#include "latent/emission/missing_cells.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/parameter_checks.hpp"
#include "latent/emission/restricted_emission.hpp"

namespace latent {

template <class Covariance, class Scalar>
class GaussianGiven;
template <class Covariance, class Scalar>
class StudentTGiven;

/// K normal densities N(μ_k, Σ_k) on R^d as one family: an Emission. `Covariance` is Full, Tied, Diagonal, Spherical or one of the
/// other structures of model-based clustering: see covariance/decomposed.hpp; `Scalar` is the type of the observations and of the arithmetic on them. Parameters and
/// statistics are double in either case.
///
/// Shapes: means d × K; covariances a matrix a component. Cost of a density: d²/2 multiply-adds for Full, d for Diagonal
/// and Spherical; for Tied as for Full or, where that is less, d, and d² once an observation. A density is computed as
/// ‖W(x − μ)‖², W = L⁻¹, Σ = L Lᵀ, which is accurate to rounding wherever the data lie.
template <class Covariance_ = Full, class Scalar_ = double>
class Gaussian : public detail::TakesMissingCells<Gaussian<Covariance_, Scalar_>, Scalar_> {
    static constexpr bool uncoupled = !Covariance_::coupled;

  public:
    using Covariance = Covariance_;
    using Scalar = Scalar_;
    using Statistics = GaussianStatistics<typename Covariance::Blocks>;
    /// What densities of some of the dimensions are: parts of a structure need not be of it.
    using Marginal = Gaussian<typename Covariance::Blocks, Scalar>;
    using Given = GaussianGiven<Covariance, Scalar>;
    using detail::TakesMissingCells<Gaussian<Covariance_, Scalar_>, Scalar_>::log_density;
    using detail::TakesMissingCells<Gaussian<Covariance_, Scalar_>, Scalar_>::accumulate;

    /// An empty one, K = 0: to be assigned to.
    Gaussian() = default;

    /// K standard normal densities on R^d: a shape for a start, not a point to fit from.
    Gaussian(Index K, Index d) {
        detail::require(K > 0 && d > 0, "latent::Gaussian: K = ", K, " components of dimension d = ", d,
                        ", expected at least 1 of each");
        resize(Eigen::MatrixXd::Zero(d, K));
        add_ridge(Eigen::VectorXd::Ones(d));
    }

    /// Components at `means` (d × K) that all have the same variances, one a dimension, and no correlation (spherical: the
    /// variances' mean). Throws std::invalid_argument on a wrong shape or a number that is not finite or not positive.
    static Gaussian alike(const Eigen::MatrixXd& means, const Eigen::VectorXd& variances) {
        Gaussian family(means.cols(), means.rows());
        detail::require(means.allFinite(), "latent::Gaussian: means has a value that is not finite");
        detail::require(variances.size() == means.rows(), "latent::Gaussian: ", variances.size(),
                        " variances given, expected d = ", means.rows());
        for (Index j = 0; j < means.rows(); ++j)
            detail::require(std::isfinite(variances(j)) && variances(j) > 0, "latent::Gaussian: variances[",
                            j, "] is ", variances(j), ", expected a finite number > 0");
        family.resize(means);
        family.add_ridge(variances);
        return family;
    }

    /// Given means (d × K) and covariances: K symmetric positive definite d × d matrices, or one where it is
    /// shared. Throws std::invalid_argument on a wrong shape, a number that is not finite, a matrix that is
    /// not symmetric or not positive definite or not of the structure.
    Gaussian(const Eigen::MatrixXd& means, const std::vector<Eigen::MatrixXd>& covariances) {
        const Index d = means.rows(), K = means.cols();
        detail::require(K > 0 && d > 0, "latent::Gaussian: means is ", d, " × ", K,
                        ", expected d × K, not empty");
        detail::require(means.allFinite(), "latent::Gaussian: means has a value that is not finite");
        resize(means);
        detail::require(std::ssize(covariances) == groups(), "latent::Gaussian: ", covariances.size(),
                        " covariances given, expected ", groups());
        for (Index g = 0; g < groups(); ++g) {
            const Eigen::MatrixXd& given = covariances[static_cast<std::size_t>(g)];
            detail::require_symmetric(detail::text("latent::Gaussian: covariances[", g, "]"), given, d);
            const char* problem = Covariance::assign(block(covariances_, g), given);
            detail::require(problem == nullptr, "latent::Gaussian: covariances[", g, "] ",
                            problem ? problem : "");
            detail::require(factorize(g), "latent::Gaussian: covariances[", g, "] is not positive definite");
        }
        require_structure();
    }

    Index size() const { return means_.cols(); }
    Index dimension() const { return means_.rows(); }
    /// d × K.
    const Eigen::MatrixXd& means() const { return means_; }
    /// Σ_k, d × d.
    Eigen::MatrixXd covariance(Index k) const {
        return Covariance::dense(block(covariances_, group(k)), dimension());
    }
    /// Σ_k⁻¹, d × d.
    Eigen::MatrixXd precision(Index k) const {
        return Covariance::precision(block(factors_, group(k)), dimension());
    }
    /// Free parameters: the means' and the covariances'.
    Index parameters() const {
        if constexpr (Covariance::coupled) {
            return means_.size() + Covariance::parameters(dimension(), size());
        } else {
            return means_.size() + groups() * Covariance::parameters(dimension());
        }
    }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const {
        Statistics s;
        reset(s);
        return s;
    }
    /// s := zero_statistics(), in its own memory where the shape is the same.
    void reset(Statistics& s) const {
        s.mean_count.setZero(size());
        s.covariance_count.setZero(groups());
        s.sum.setZero(dimension(), size());
        s.scatter.setZero(covariances_.rows(), covariances_.cols());
        s.centre = means_;
        if constexpr (!std::is_same_v<Scalar, double>)
            s.centre = s.centre.template cast<Scalar>().template cast<double>();
    }

    /// out(i, k) = −½ (d log 2π + log |Σ_k| + (x_i − μ_k)ᵀ Σ_k⁻¹ (x_i − μ_k)).
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        detail::log_density(x, density_, out);
    }

    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        if constexpr (Covariance::shared_matrix)
            if (detail::shared_scatter_pays(dimension(), size())) {
                s.covariance_count(0) +=
                    detail::add_shared_scatter(x, weights, centres_.data(), s.mean_count.data(), s.sum.data(),
                                               s.scatter.data(), s.scatter.outerStride());
                return;
            }
        for (Index k = 0; k < size(); ++k) {
            double count = 0;
            Covariance::accumulate(x, weights.column(k), centres_.data() + k * dimension(), count,
                                   s.sum.col(k).data(), block(s.scatter, group(k)));
            s.mean_count(k) += count;
            s.covariance_count(group(k)) += count;
        }
    }

    /// μ_k = c_k + sum_k / count_k, Σ = (scatter about μ) / count. A component without observations keeps its
    /// parameters. Covariances that are not positive definite are left as they are: see collapse_cause.
    void maximize(const Statistics& s) {
        const Eigen::MatrixXd before = Covariance::coupled ? covariances_ : Eigen::MatrixXd();
        for (Index g = 0; g < groups(); ++g)
            if (s.covariance_count(g) > negligible) block(covariances_, g) = block(s.scatter, g);
        for (Index k = 0; k < size(); ++k) {
            count_(k) = s.mean_count(k);
            if (!(count_(k) > negligible)) continue;
            steps_.col(k) = -s.sum.col(k) / count_(k);
            means_.col(k) = s.centre.col(k) - steps_.col(k);
            Covariance::add_product(block(covariances_, group(k)), steps_.col(k), s.sum.col(k));
        }
        for (Index g = 0; g < groups(); ++g) {
            auto covariance = block(covariances_, g);
            if (s.covariance_count(g) > negligible) {
                if (!Covariance::coupled)
                    covariance /= s.covariance_count(g) * Covariance::multiplicity(dimension());
                Covariance::symmetrize(covariance);
            }
        }
        if constexpr (Covariance::coupled) Covariance::constrain(covariances_, s.covariance_count, before);
        factorize_all();
    }
    /// Whether a mean moved by more than a thousand deviations in the last maximize: of a variance taken about where it was
    /// the digits that such a step's square has are lost, and the next maximize finds them.
    bool imprecise() const {
        for (Index k = 0; k < size(); ++k)
            for (Index j = 0; j < dimension() && count_(k) > negligible; ++j)
                if (steps_(j, k) * steps_(j, k) >
                    1e6 * Covariance::diagonal(block(covariances_, group(k)), j))
                    return true;
        return false;
    }

    /// See RestrictableEmission. Bounds of single coordinates and ties of means are met as well as the present covariances tell
    /// (exactly where these are diagonal, or the whole mean is fixed), so that the likelihood does not fall; fixed and tied
    /// covariances exactly. Time: O(K d²), and d³ a component whose mean is bounded or tied.
    bool obey(const Restrictions& r, Statistics& s) const;
    Index fixed_parameters(const Restrictions& r) const;

    /// Only the means: the covariances stay.
    void maximize_means(const Statistics& s) {
        for (Index k = 0; k < size(); ++k)
            if (s.mean_count(k) > negligible)
                means_.col(k) = s.centre.col(k) + s.sum.col(k) / s.mean_count(k);
        factorize_all();
    }

    /// Component k's mean and covariance (which may be that of all) are these from now on, of whatever they were made; false
    /// where the covariance is not positive definite or not of the structure.
    bool replace(Index k, const Eigen::VectorXd& mean, const Eigen::MatrixXd& covariance) {
        means_.col(k) = mean;
        return Covariance::assign(block(covariances_, group(k)), covariance) == nullptr &&
               factorize(group(k));
    }

    double expected_log_density(const Statistics& statistics) const {
        Statistics s = statistics;
        s.recentre(means_);
        double total = -0.5 * s.mean_count.sum() * static_cast<double>(dimension()) * log_two_pi;
        const double multiplicity = Covariance::multiplicity(dimension());
        for (Index g = 0; g < groups(); ++g)
            total -= s.covariance_count(g) * multiplicity * half_log_determinants_(g) +
                     0.5 * Covariance::trace_of_ratio(block(factors_, g), block(s.scatter, g));
        return total;
    }

    bool all_equal() const {
        for (Index k = 1; k < size(); ++k)
            if (means_.col(k) != means_.col(0) || block(covariances_, group(k)) != block(covariances_, 0))
                return false;
        return true;
    }

    void sample(Index k, Random& random, Scalar* x) const {
        Eigen::VectorXd z(dimension());
        for (double& value : z) value = random.normal();
        Covariance::colour(block(factors_, group(k)), z);
        for (Index j = 0; j < dimension(); ++j) x[j] = static_cast<Scalar>(means_(j, k) + z(j));
    }

    /// Means, and log Cholesky factors, log variances, or what a structure says: every vector is a valid family.
    Index coordinates() const { return parameters(); }
    void to_vector(std::span<double> v) const {
        double* to = std::copy(means_.data(), means_.data() + means_.size(), v.data());
        if constexpr (Covariance::coupled) {
            Covariance::write(covariances_, size(), to);
        } else {
            for (Index g = 0; g < groups(); ++g) to = Covariance::write(block(covariances_, g), to);
        }
    }
    void from_vector(std::span<const double> v) {
        std::copy_n(v.data(), means_.size(), means_.data());
        const double* from = v.data() + means_.size();
        if constexpr (Covariance::coupled) {
            Covariance::read(from, size(), covariances_);
        } else {
            for (Index g = 0; g < groups(); ++g) from = Covariance::read(from, block(covariances_, g));
        }
        factorize_all();
    }

    /// Throws std::invalid_argument unless the observations are d × n, finite, and can be squared without
    /// overflow.
    void check(const Observations<Scalar>& x) const;

    // -------------------------------------------------------------------- missing cells: see TakesMissing, MissingCells

    bool same_parameters(const Gaussian& other) const {
        return means_ == other.means_ && covariances_ == other.covariances_;
    }
    void expect(const Eigen::VectorXd& count, Statistics& s) const;
    double unseen_mean(Index k, Index j) const { return means_(j, k); }
    double unseen_variance(Index k, Index j) const {
        return Covariance::diagonal(block(covariances_, group(k)), j);
    }

    // ----------------------------------------------------------- distributions: see WithDistribution, Conditionable

    double cdf(Index k, double x) const { return std::erfc(-standardized(k, x)) / 2; }
    double survival(Index k, double x) const { return std::erfc(standardized(k, x)) / 2; }
    /// The densities of these dimensions alone, in this order. Throws std::invalid_argument unless they are different ones
    /// of 0 … d − 1, at least one.
    Marginal marginal(const std::vector<Index>& dimensions) const {
        detail::require_dimensions("Gaussian::marginal", dimensions, dimension());
        return of_dimensions<Marginal>(dimensions);
    }

    // ----------------------------------------------------------------------------- the Collapsible contract

    /// What is wrong with component k: it was empty in the last maximize, or its covariance is not positive definite
    /// or, in some direction, below diag(floor); a spherical one below the mean of `floor`.
    std::optional<Cause> collapse_cause(Index k, const Eigen::VectorXd& floor) const {
        if (!(count_(k) > negligible)) return Cause::empty_component;
        const Index g = group(k);
        if (std::isnan(half_log_determinants_(g))) return Cause::singular_covariance;
        if (floor.size() == 0) return {};
        if (!Covariance::positive(floor)) return Cause::singular_covariance;
        if (Covariance::least_variance_bound(block(factors_, g), floor) >= 1) return {};  // as a rule
        if (Covariance::least_variance(block(covariances_, g), floor) >= 1 - 1e-9) return {};
        return Cause::singular_covariance;
    }

    /// How far rounding of the observations about component k moves their log-densities, ε √(Σ_j μ_j² (Σ⁻¹)_jj), ε that of
    /// Scalar, and how far that of the covariance does, ε Σ_j Σ_jj (Σ⁻¹)_jj, ε that of double; of a diagonal covariance the
    /// largest terms of the sums, of a spherical one the means.
    double rounding(Index k) const {
        const auto variances = block(covariances_, group(k));
        const auto factor = block(factors_, group(k));
        Eigen::VectorXd own(dimension());
        for (Index j = 0; j < dimension(); ++j) own(j) = Covariance::diagonal(variances, j);
        const double squared_deviations =
            1 / Covariance::least_variance_bound(factor, means_.col(k).cwiseAbs2());
        return std::numeric_limits<Scalar>::epsilon() * std::sqrt(squared_deviations) +
               std::numeric_limits<double>::epsilon() / Covariance::least_variance_bound(factor, own);
    }

    /// Lifts component k's covariance to at least diag(floor), in every direction; false where that is singular. Where components
    /// share parts of their covariances these are estimated again and what is still below the floor is stretched, which may lower
    /// the likelihood.
    bool floor_variances(Index k, const Eigen::VectorXd& floor) {
        if (floor.size() == 0 || !Covariance::positive(floor)) return false;
        Covariance::floor_variances(block(covariances_, group(k)), floor);
        if constexpr (Covariance::coupled) {
            restore_structure();
            const double least = Covariance::least_variance(block(covariances_, k), floor);
            if (least > 0 && least < 1) Covariance::stretch(covariances_, size(), k, (1 + 1e-12) / least);
            factorize_all();
            if (!(least > 0)) return false;  // other components have to be lifted, too
        }
        return factorize(group(k));
    }

    /// See Boundable.
    bool bound_variances(double ratio, const Eigen::VectorXd& scale) requires uncoupled {
        std::vector<Eigen::VectorXd> variances;
        for (Index g = 0; g < groups(); ++g)
            variances.push_back(Covariance::variances(block(covariances_, g), scale));
        const Eigen::VectorXd counts =
            Covariance::shared ? Eigen::VectorXd::Constant(1, count_.sum()) : count_;
        const auto bounds = detail::variance_bounds(variances, counts, ratio);
        if (!bounds) return false;
        for (Index g = 0; g < groups(); ++g)
            Covariance::clamp_variances(block(covariances_, g), scale, bounds->least, bounds->largest);
        factorize_all();
        return true;
    }

    /// Adds `variances`, one a dimension, to those of every component.
    void add_ridge(const Eigen::VectorXd& variances) {
        for (Index g = 0; g < groups(); ++g) Covariance::add_ridge(block(covariances_, g), variances);
        restore_structure();
        factorize_all();
    }

    /// Component k's part of all observations, by weight, in the last maximize.
    double share(Index k) const { return count_(k) / count_.sum(); }

    /// Component k becomes a copy of `from` about a random draw of it.
    void split_from(Index k, Index from, Random& random) {
        Eigen::VectorXd z(dimension());
        for (double& value : z) value = random.normal();
        Covariance::colour(block(factors_, group(from)), z);
        means_.col(k) = means_.col(from) + z;
        if (group(k) != group(from)) block(covariances_, group(k)) = block(covariances_, group(from)).eval();
        count_(k) = count_(from);
        factorize(group(k));
    }

    void remove(Index k);

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return std::string("Gaussian ") + Covariance::name; }
    static constexpr auto members() {
        return std::tuple{&Gaussian::means_,   &Gaussian::covariances_,
                          &Gaussian::factors_, &Gaussian::half_log_determinants_,
                          &Gaussian::count_,   &Gaussian::steps_,
                          &Gaussian::centres_, &Gaussian::density_};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("means", &Gaussian::means_, SavedAs::columns),
                          named("covariances", &Gaussian::free_covariances, SavedAs::each)};
    }
    /// Covariances as a structure holds them: matrices, or variances. Throws std::invalid_argument as the constructor does.
    static Gaussian restored(const Eigen::MatrixXd& means, const std::vector<Eigen::MatrixXd>& covariances) {
        const Index d = means.rows();
        std::vector<Eigen::MatrixXd> dense;
        for (const Eigen::MatrixXd& c : covariances) {
            detail::require(c.rows() == Covariance::block_rows(d) && c.cols() == Covariance::block_columns(d),
                            "latent::Gaussian: covariances[", dense.size(), "] is ", c.rows(), " × ",
                            c.cols(), ", expected ", Covariance::block_rows(d), " × ",
                            Covariance::block_columns(d));
            dense.push_back(Covariance::dense(c, d));
        }
        return {means, dense};
    }
    /// As `restored` takes them.
    std::vector<Eigen::MatrixXd> free_covariances() const {
        std::vector<Eigen::MatrixXd> result;
        for (Index g = 0; g < groups(); ++g) result.emplace_back(block(covariances_, g));
        return result;
    }

  private:
    template <class, class>
    friend class Gaussian;
    template <class, class>
    friend class GaussianGiven;
    template <class, class>
    friend class StudentTGiven;
    static constexpr double log_two_pi = 1.8378770664093454836;
    static constexpr double negligible = 1e-150;  // squares of smaller weights underflow

    /// With covariances 0, until they are set.
    struct Unfactored {};
    Gaussian(Unfactored, const Eigen::MatrixXd& means) { resize(means); }
    /// (x − μ) / (σ√2), of the first dimension.
    double standardized(Index k, double x) const {
        return (x - means_(0, k)) * block(factors_, group(k))(0, 0) / std::numbers::sqrt2;
    }

    Eigen::VectorXd bounded_mean(const Intervals& bounds, Index k, const Eigen::VectorXd& mean) const;
    Eigen::VectorXd common_mean(const std::vector<Index>& group, const Eigen::MatrixXd& means,
                                const Eigen::VectorXd& counts) const;
    bool obey_covariances(const Restrictions& r, Statistics& s) const;
    static Index group(Index k) { return Covariance::shared ? 0 : k; }
    Index groups() const { return Covariance::shared ? 1 : size(); }
    template <class Storage>
    auto block(Storage& storage, Index g) const {
        const Index columns = Covariance::block_columns(means_.rows());
        return storage.middleCols(g * columns, columns);
    }

    /// The densities of these dimensions alone.
    template <class Normals>
    Normals of_dimensions(const std::vector<Index>& dimensions) const {
        Eigen::MatrixXd means(std::ssize(dimensions), size());
        for (Index j = 0; j < means.rows(); ++j)
            means.row(j) = means_.row(dimensions[static_cast<std::size_t>(j)]);
        Normals some(typename Normals::Unfactored{}, means);
        for (Index g = 0; g < groups(); ++g)
            some.block(some.covariances_, g) = Covariance::marginal(block(covariances_, g), dimensions);
        some.factorize_all();
        return some;
    }

    /// The covariances of the structure that are nearest to these, each as many observations as were behind it in the last maximize.
    /// They are still to be factorized.
    void restore_structure() {
        if constexpr (Covariance::coupled) {
            const Eigen::MatrixXd own = covariances_;
            const Index columns = Covariance::block_columns(dimension());
            for (Index k = 0; k < size(); ++k) covariances_.middleCols(k * columns, columns) *= count_(k);
            Covariance::constrain(covariances_, count_, own);
        }
    }
    /// Throws std::invalid_argument where given covariances are not of the structure, but for the digits in which they are written.
    void require_structure() const {
        if constexpr (Covariance::coupled) {
            Eigen::MatrixXd nearest = covariances_;
            Covariance::constrain(nearest, Eigen::VectorXd::Ones(size()), covariances_);
            for (Index k = 0; k < size(); ++k) {
                const double size = block(covariances_, k).cwiseAbs().maxCoeff();
                const double gap = (block(nearest, k) - block(covariances_, k)).cwiseAbs().maxCoeff();
                detail::require(gap <= 1e-5 * size, "latent::Gaussian: covariances[", k,
                                "] has an entry that is ", gap, " from what the structure ", Covariance::name,
                                " allows beside the others");
            }
        }
    }

    void resize(const Eigen::MatrixXd& means) {
        const Index d = means.rows(), K = means.cols();
        means_ = means;
        covariances_.setZero(Covariance::block_rows(d), Covariance::block_columns(d) * groups());
        factors_ = covariances_;
        half_log_determinants_.setZero(groups());
        count_.setOnes(K);
        steps_.setZero(d, K);
        centres_.resize(static_cast<std::size_t>(d * K));
        density_.resize(d, K);
    }

    void factorize_all() {
        for (Index g = 0; g < groups(); ++g) factorize(g);
    }
    /// The factor of covariance g and all that the kernels need of it; false where it is not positive
    /// definite.
    bool factorize(Index g) {
        const Index d = dimension();
        half_log_determinants_(g) = Covariance::factorize(block(covariances_, g), block(factors_, g));
        const double constant = -0.5 * static_cast<double>(d) * log_two_pi -
                                Covariance::multiplicity(d) * half_log_determinants_(g);
        for (Index k = Covariance::shared ? 0 : g; k < (Covariance::shared ? size() : g + 1); ++k) {
            Covariance::set(density_, k, means_.col(k).data(), block(factors_, g), constant);
            for (Index j = 0; j < d; ++j)
                centres_[static_cast<std::size_t>(k * d + j)] = static_cast<Scalar>(means_(j, k));
        }
        return std::isfinite(half_log_determinants_(g));
    }

    Eigen::MatrixXd means_;                  // d × K
    Eigen::MatrixXd covariances_, factors_;  // blocks side by side, as Covariance stores them
    Eigen::VectorXd half_log_determinants_;  // ½ log |Σ| of each block; of a spherical one, of one dimension
    Eigen::VectorXd count_;                  // observations behind each component in the last maximize
    Eigen::MatrixXd steps_;                  // of the means, backwards, in the last maximize: d × K
    std::vector<Scalar> centres_;            // the means as the kernels read them
    typename Covariance::template Density<Scalar> density_;
};

/// What is known of all dimensions of normal densities where some are seen: see MissingCells, Conditionable.
template <class Covariance, class Scalar>
class GaussianGiven {
  public:
    using Family = Gaussian<Covariance, Scalar>;
    using Statistics = typename Family::Statistics;

    GaussianGiven(const Family& family, const std::vector<Index>& seen)
        : marginal(family.template of_dimensions<Family>(seen)),
          seen_(seen),
          hidden_(detail::others(seen, family.dimension())) {
        for (Index g = 0; g < family.groups(); ++g)
            conditional_.push_back(Covariance::conditional(
                family.block(family.covariances_, g), marginal.block(marginal.factors_, g), seen_, hidden_));
    }

    Family marginal;

    void complete(const Family& family, Statistics& t, Statistics& s) const {
        if constexpr (std::is_same_v<Scalar, double>) {
            complete_about_means(family, t, s);
        } else {  // both are about rounded means
            t.recentre(marginal.means_);
            Statistics all = family.zero_statistics();
            all.centre = family.means_;
            complete_about_means(family, t, all);
            all.recentre(s.centre);
            add(s, all);
        }
    }

    /// E[x_hidden | x_seen, k].
    void expect(const Family& family, Index k, const Eigen::VectorXd& x, Eigen::VectorXd& hidden) const {
        of(k).expect((x - marginal.means_.col(k)).eval(), hidden);
        for (Index i = 0; i < hidden.size(); ++i) hidden(i) += family.means_(at(hidden_, i), k);
    }
    /// The variance of hidden dimension number i, whatever is seen.
    double variance(const Family&, Index k, const Eigen::VectorXd&, Index i) const {
        return of(k).variance(i);
    }
    /// The same whatever is seen.
    Eigen::MatrixXd covariance(const Family&, Index k, const Eigen::VectorXd&) const {
        return of(k).covariance();
    }
    /// Of the marginal's structure: one covariance for all stays one.
    typename Family::Marginal conditional(const Family& family, const Eigen::VectorXd& x) const {
        std::vector<Eigen::MatrixXd> covariances;
        for (const auto& one : conditional_) covariances.emplace_back(one.covariance());
        return {means(family, x), covariances};
    }
    /// E[x_hidden | x_seen, k] of all components: a column each.
    Eigen::MatrixXd means(const Family& family, const Eigen::VectorXd& x) const {
        Eigen::MatrixXd all(std::ssize(hidden_), family.size());
        Eigen::VectorXd one(std::ssize(hidden_));
        for (Index k = 0; k < family.size(); ++k) {
            expect(family, k, x, one);
            all.col(k) = one;
        }
        return all;
    }
    /// (x_seen − μ)ᵀ Σ⁻¹ (x_seen − μ), of what is seen alone.
    double squared_distance(Index k, const Eigen::VectorXd& x) const {
        return Covariance::squared_length(marginal.block(marginal.factors_, Family::group(k)),
                                          x - marginal.means_.col(k));
    }
    /// A draw of what is hidden.
    void draw(const Family& family, Index k, const Eigen::VectorXd& x, Random& random,
              Eigen::VectorXd& hidden) const {
        expect(family, k, x, hidden);
        add_noise(k, 1, random, hidden);
    }
    void add_noise(Index k, double stretch, Random& random, Eigen::VectorXd& hidden) const {
        Eigen::VectorXd z(hidden.size());
        for (double& value : z) value = random.normal();
        of(k).add_noise(z, stretch, hidden);
    }
    const typename Covariance::Conditional& of(Index k) const {
        return conditional_[static_cast<std::size_t>(Family::group(k))];
    }

  private:
    static Index at(const std::vector<Index>& dimensions, Index i) {
        return dimensions[static_cast<std::size_t>(i)];
    }

    void complete_about_means(const Family& family, const Statistics& t, Statistics& s) const {
        Eigen::VectorXd sum(std::ssize(hidden_));
        for (Index k = 0; k < family.size(); ++k) {
            s.mean_count(k) += t.mean_count(k);
            of(k).expect(t.sum.col(k), sum);
            for (Index i = 0; i < std::ssize(seen_); ++i) s.sum(at(seen_, i), k) += t.sum(i, k);
            for (Index i = 0; i < sum.size(); ++i) s.sum(at(hidden_, i), k) += sum(i);
        }
        for (Index g = 0; g < family.groups(); ++g) {
            s.covariance_count(g) += t.covariance_count(g);
            Covariance::complete(conditional_[static_cast<std::size_t>(g)], seen_, hidden_,
                                 marginal.block(t.scatter, g), t.covariance_count(g),
                                 family.block(s.scatter, g));
        }
    }

    std::vector<Index> seen_, hidden_;
    std::vector<typename Covariance::Conditional> conditional_;  // one a covariance
};

/// Of nothing seen: the means themselves, and the covariances.
template <class Covariance, class Scalar>
void Gaussian<Covariance, Scalar>::expect(const Eigen::VectorXd& count, Statistics& s) const {
    Statistics all = zero_statistics();
    all.centre = means_;
    all.mean_count = count;
    for (Index k = 0; k < size(); ++k) {
        all.covariance_count(group(k)) += count(k);
        Covariance::expect(block(covariances_, group(k)), count(k), dimension(),
                           block(all.scatter, group(k)));
    }
    all.recentre(s.centre);
    add(s, all);
}

// ---------------------------------------------------------------------------------------------- constraints

/// The statistics about the means that obey, of which the sums are zero then, are those that maximize finds its covariances by:
/// Σ_i r_i (x_i − μ)(x_i − μ)ᵀ.
template <class Covariance, class Scalar>
bool Gaussian<Covariance, Scalar>::obey(const Restrictions& r, Statistics& s) const {
    Eigen::MatrixXd means = s.centre;
    for (Index k = 0; k < size(); ++k)
        if (s.mean_count(k) > negligible) means.col(k) += s.sum.col(k) / s.mean_count(k);
    bool moved = false;
    const auto move = [&](Index k, const Eigen::VectorXd& to) {
        if (!(s.mean_count(k) > negligible)) return;
        for (Index j = 0; j < dimension(); ++j) moved = moved || detail::differ(means(j, k), to(j));
        means.col(k) = to;
    };
    for (const auto& group : r.tied_means.groups()) {
        const Eigen::VectorXd one = common_mean(group, means, s.mean_count);
        for (const Index k : group) move(k, one);
    }
    for (Index k = 0; k < size(); ++k)
        if (r.means.any(k)) move(k, bounded_mean(r.means, k, means.col(k)));
    Eigen::MatrixXd centre = s.centre;
    for (Index k = 0; k < size(); ++k)
        if (r.any_covariance() || r.means.any(k) || r.tied_means.has(k)) centre.col(k) = means.col(k);
    s.recentre(centre);
    for (Index k = 0; k < size(); ++k)
        if (centre.col(k) == means.col(k)) s.sum.col(k).setZero();
    return obey_covariances(r, s) || moved;
}

/// argmin_μ (μ − mean)ᵀ Σ_k⁻¹ (μ − mean) within the bounds, a coordinate after the other: what does not settle is still no worse than
/// the present mean, from which it begins.
template <class Covariance, class Scalar>
Eigen::VectorXd Gaussian<Covariance, Scalar>::bounded_mean(const Intervals& bounds, Index k,
                                                           const Eigen::VectorXd& mean) const {
    const auto within = [&](Index j, double value) {
        return std::clamp(value, bounds.lower(j, k), bounds.upper(j, k));
    };
    Eigen::VectorXd best = mean;
    for (Index j = 0; j < dimension(); ++j) best(j) = within(j, mean(j));
    if (best == mean) return best;
    const Eigen::MatrixXd precision = this->precision(k);
    for (Index j = 0; j < dimension(); ++j) best(j) = within(j, means_(j, k));
    double change = 1;
    for (int sweep = 0; sweep < 1000 && change > 1e-15; ++sweep) {
        change = 0;
        for (Index j = 0; j < dimension(); ++j) {
            const double pull = precision.col(j).dot(best - mean) - precision(j, j) * (best(j) - mean(j));
            const double free = mean(j) - pull / precision(j, j), before = best(j);
            best(j) = within(j, std::isfinite(free) ? free : mean(j));
            change = std::max(change, std::abs(best(j) - before) * std::sqrt(precision(j, j)));
        }
    }
    return best;
}

/// The mean of all, each weighted by n_k Σ_k⁻¹.
template <class Covariance, class Scalar>
Eigen::VectorXd Gaussian<Covariance, Scalar>::common_mean(const std::vector<Index>& group,
                                                          const Eigen::MatrixXd& means,
                                                          const Eigen::VectorXd& counts) const {
    const Eigen::VectorXd origin = means.col(group.front());
    Eigen::MatrixXd precision = Eigen::MatrixXd::Zero(dimension(), dimension());
    Eigen::VectorXd pull = Eigen::VectorXd::Zero(dimension());
    for (const Index k : group) {
        const Eigen::MatrixXd own = counts(k) * this->precision(k);
        precision += own;
        pull += own.lazyProduct(means.col(k) - origin);
    }
    detail::solve_in_place(precision, pull);
    return pull.allFinite() ? Eigen::VectorXd(origin + pull) : origin;
}

/// Scatters that make fixed covariances, count · Σ, and tied ones: all of them together, in proportion to their counts.
template <class Covariance, class Scalar>
bool Gaussian<Covariance, Scalar>::obey_covariances(const Restrictions& r, Statistics& s) const {
    if (!r.any_covariance()) return false;
    detail::require_unrestricted(!Covariance::coupled, "one covariance among those that share parts");
    detail::require_unrestricted(!Covariance::shared || r.tied_covariances.groups().empty(),
                                 "equal covariances, which they are already,");
    const auto how_many =
        std::count_if(r.covariances.begin(), r.covariances.end(), [](const auto& c) { return c.size() > 0; });
    detail::require(!Covariance::shared || how_many <= 1, "latent::Constrained: ", how_many,
                    " constraints fix the covariance that all components share");
    bool moved = false;
    const auto move = [&](Index k, const Eigen::MatrixXd& each) {
        auto scatter = block(s.scatter, group(k));
        const Eigen::MatrixXd to = s.covariance_count(group(k)) * each;
        for (Index j = 0; j < to.cols(); ++j)  // of matrices, the lower triangle counts
            for (Index i = to.rows() == to.cols() ? j : 0; i < to.rows(); ++i)
                moved = moved || !(std::abs(to(i, j) - scatter(i, j)) <= 1e-12 * to.cwiseAbs().maxCoeff());
        scatter = to;
    };
    for (Index k = 0; k < size(); ++k) {
        if (r.covariance(k).size() == 0) continue;
        const Gaussian fixed(Eigen::MatrixXd::Zero(dimension(), 1), {r.covariance(k)});
        move(k, Covariance::multiplicity(dimension()) * fixed.covariances_);
    }
    for (const auto& group : r.tied_covariances.groups()) {
        double count = 0;
        Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(s.scatter.rows(), Covariance::block_columns(dimension()));
        for (const Index k : group) count += s.covariance_count(k), sum += block(s.scatter, k);
        for (const Index k : group)
            if (count > negligible) move(k, sum / count);
    }
    return moved;
}

template <class Covariance, class Scalar>
Index Gaussian<Covariance, Scalar>::fixed_parameters(const Restrictions& r) const {
    Index covariances = r.tied_covariances.followers();
    for (Index k = 0; k < size(); ++k) covariances += r.covariance(k).size() > 0 ? 1 : 0;
    if constexpr (Covariance::coupled) {
        return detail::fixed_means(r, dimension());
    } else {
        return detail::fixed_means(r, dimension()) +
               std::min(covariances, groups()) * Covariance::parameters(dimension());
    }
}

template <class Covariance, class Scalar>
void Gaussian<Covariance, Scalar>::check(const Observations<Scalar>& x) const {
    detail::require(x.rows() == dimension(), "latent::Gaussian: observations have ", x.rows(), " rows (and ",
                    x.cols(), " columns), expected d = ", dimension(), " rows: one observation a column");
    const double limit = detail::largest_squarable<Scalar>();
    const bool dense = x.cols() > 0 && x.row_stride() == 1 && x.column_stride() == x.rows();
    if (dense) {  // one look at all of them: starts and queries check as well as fits
        const Eigen::Map<const Eigen::ArrayX<Scalar>> all(x.data(), x.rows() * x.cols());
        if (static_cast<double>(all.abs().template maxCoeff<Eigen::PropagateNaN>()) < limit) return;
    }
    for (Index i = 0; i < x.cols(); ++i)
        for (Index j = 0; j < x.rows(); ++j) {
            const double value = static_cast<double>(x(j, i));
            if (std::abs(value) < limit || (x.missing() && std::isnan(value))) continue;
            detail::require(std::isfinite(value), "latent::Gaussian: observation ", x.number(i),
                            ", dimension ", x.first_row() + j, " is ", value, ", expected a finite number");
            detail::require(false, "latent::Gaussian: observation ", x.number(i), ", dimension ",
                            x.first_row() + j, " is ", value, ", whose square overflows (the limit is ",
                            limit, "): scale the data");
        }
}

template <class Covariance, class Scalar>
void Gaussian<Covariance, Scalar>::remove(Index k) {
    const Gaussian old = *this;
    Eigen::MatrixXd means(dimension(), size() - 1);
    means << old.means_.leftCols(k), old.means_.rightCols(size() - k - 1);
    resize(means);
    for (Index to = 0; to < size(); ++to) {
        const Index from = to < k ? to : to + 1;
        block(covariances_, group(to)) = block(old.covariances_, group(from));
        count_(to) = old.count_(from);
    }
    for (Index g = 0; g < groups(); ++g) factorize(g);
}

// NOLINTBEGIN(bugprone-macro-parentheses): a template argument has none
#define LATENT_GAUSSIAN(S)                                                           \
    LATENT_INSTANTIATE(emission, class Gaussian<Full, S>);                           \
    LATENT_INSTANTIATE(emission, class Gaussian<Diagonal, S>);                       \
    LATENT_INSTANTIATE(emission, class Gaussian<Tied, S>);                           \
    LATENT_INSTANTIATE(emission, class Gaussian<Spherical, S>);                      \
    LATENT_INSTANTIATE(emission, class GaussianGiven<Full, S>);                      \
    LATENT_INSTANTIATE(emission, class GaussianGiven<Diagonal, S>);                  \
    LATENT_INSTANTIATE(emission, class GaussianGiven<Tied, S>);                      \
    LATENT_INSTANTIATE(emission, class GaussianGiven<Spherical, S>);                 \
    LATENT_INSTANTIATE(emission, class detail::MissingCells<Gaussian<Full, S>>);     \
    LATENT_INSTANTIATE(emission, class detail::MissingCells<Gaussian<Diagonal, S>>); \
    LATENT_INSTANTIATE(emission, class detail::MissingCells<Gaussian<Tied, S>>);     \
    LATENT_INSTANTIATE(emission, class detail::MissingCells<Gaussian<Spherical, S>>)
LATENT_FOR_SCALARS(LATENT_GAUSSIAN);
#undef LATENT_GAUSSIAN
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace latent
