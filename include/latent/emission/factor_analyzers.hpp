// Factor analysis and probabilistic principal components: normal densities whose covariances a few hidden factors make.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "latent/core/saved.hpp"
#include "latent/core/small_matrix.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/parameter_checks.hpp"

namespace latent {

namespace detail {

/// The q largest eigenvalues λ of symmetric positive semidefinite A and their eigenvectors, each √(λ − least) long where λ is
/// larger; `least` given the eigenvalues, largest first.
template <class Least>
Eigen::MatrixXd principal_columns(const Eigen::MatrixXd& a, Index q, const Least& least) {
    const Eigensystem all = eigensystem(a);
    const double floor = least(all.values);
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(a.rows(), q);
    for (Index j = 0; j < q && all.values(j) > floor; ++j)
        result.col(j) = all.vectors.col(j) * std::sqrt(all.values(j) - floor);
    return result;
}

/// Rotates the columns of d × q loadings so that nothing stands above the diagonal and nothing negative on it, which changes no
/// covariance: of all rotations one.
inline Eigen::MatrixXd lower_trapezoid(Eigen::MatrixXd loadings) {
    for (Index p = 0; p < loadings.cols(); ++p) {
        for (Index c = p + 1; c < loadings.cols(); ++c) {
            Eigen::JacobiRotation<double> rotation;
            rotation.makeGivens(loadings(p, p), loadings(p, c));
            loadings.applyOnTheRight(p, c, rotation);
            loadings(p, c) = 0;
        }
        if (loadings(p, p) < 0) loadings.col(p) *= -1;
    }
    return loadings;
}

}  // namespace detail

/// K normal densities on R^d of observations that q hidden factors explain but for noise of their own:
///   x = μ_k + Λ_k z + ε,  z ~ N(0, I_q),  ε ~ N(0, Ψ_k),  so that  x | k ~ N(μ_k, Λ_k Λ_kᵀ + Ψ_k).
/// An Emission, as good in hidden Markov models as in mixtures; `Mixture(FactorAnalyzers<>(1, d, q))` is factor analysis, with
/// more components a mixture of factor analysers (Ghahramani & Hinton 1996; McLachlan & Peel 2000, chapter 8). `Noise` says what
/// Ψ is: Diagonal, a variance (uniqueness) a dimension, or Spherical, one for all of them, which is probabilistic principal
/// component analysis (Tipping & Bishop 1999). A covariance costs dq + d parameters, less the q(q − 1)/2 of the factors'
/// rotation, in place of d(d + 1)/2: fewer where (d − q)² > d + q, and else Λ and Ψ are not unique.
///
/// The M-step takes means and covariances S of the components as those of any normal density, and of each S
/// * under Spherical noise the maximum, by the eigenvalues of S;
/// * under Diagonal noise one step of EM for the factors (Rubin & Thayer 1982), with β = Λᵀ Σ⁻¹:
///   Λ := S βᵀ (I − βΛ + β S βᵀ)⁻¹,  Ψ := diag(S − Λ β S). It converges slowly where a uniqueness nears 0; Squarem helps.
///   From loadings that are all 0, which no such step leaves: Ψ := diag(S), then the maximum over Λ given Ψ (Lawley 1940).
/// The likelihood never falls. Cost: that of Gaussian<Full>, and O(d³) a component each M-step. Cells may be missing.
template <class Noise_ = Diagonal, class Scalar_ = double>
class FactorAnalyzers {
    static_assert(std::is_same_v<Noise_, Diagonal> || std::is_same_v<Noise_, Spherical>,
                  "latent::FactorAnalyzers: the noise is Diagonal or Spherical");
    static constexpr bool isotropic = std::is_same_v<Noise_, Spherical>;
    using Normals = Gaussian<Full, Scalar_>;

  public:
    using Noise = Noise_;
    using Scalar = Scalar_;
    using Statistics = typename Normals::Statistics;
    using Room = typename Normals::Room;

    /// An empty one, K = 0: to be assigned to.
    FactorAnalyzers() = default;

    /// K standard normal densities on R^d, all of it noise: a shape for a start of q factors. Throws std::invalid_argument
    /// unless 0 < q < d.
    FactorAnalyzers(Index K, Index d, Index q)
        : normals_(K, d),
          loadings_(static_cast<std::size_t>(K), Eigen::MatrixXd::Zero(d, q)),
          uniquenesses_(Eigen::MatrixXd::Ones(d, K)) {
        require_factors(q);
    }

    /// Given means (d × K), loadings Λ_k (K matrices, d × q) and uniquenesses, the diagonals of Ψ_k (d × K; under Spherical
    /// noise the same in each column). Throws std::invalid_argument on a wrong shape or a number that is not finite or, of a
    /// uniqueness, not positive.
    FactorAnalyzers(const Eigen::MatrixXd& means, std::vector<Eigen::MatrixXd> loadings,
                    Eigen::MatrixXd uniquenesses)
        : loadings_(std::move(loadings)), uniquenesses_(std::move(uniquenesses)) {
        const Index d = means.rows(), K = means.cols();
        detail::require(std::ssize(loadings_) == K && K > 0, "latent::FactorAnalyzers: ", loadings_.size(),
                        " loadings given, expected a matrix for each of the means' K = ", K, " columns");
        for (Index k = 0; k < K; ++k) {
            const Eigen::MatrixXd& one = this->loadings(k);
            detail::require(one.rows() == d && one.cols() == factors(), "latent::FactorAnalyzers: loadings[",
                            k, "] is ", one.rows(), " × ", one.cols(), ", expected d × q = ", d, " × ",
                            factors());
            detail::require(one.allFinite(), "latent::FactorAnalyzers: loadings[", k,
                            "] has a value that is not finite");
        }
        detail::require_parameters("FactorAnalyzers", "uniquenesses", uniquenesses_, d, K,
                                   detail::finite_and_positive, "a finite number > 0");
        for (Index k = 0; k < K; ++k)
            detail::require(!isotropic || uniquenesses_.col(k).isConstant(uniquenesses_(0, k), 0),
                            "latent::FactorAnalyzers: uniquenesses of component ", k,
                            " differ, expected the same in all dimensions: the noise is spherical");
        std::vector<Eigen::MatrixXd> covariances;
        for (Index k = 0; k < K; ++k) covariances.push_back(made_covariance(k));
        normals_ = Normals(means, covariances);
        require_factors(factors());
    }

    Index size() const { return normals_.size(); }
    Index dimension() const { return normals_.dimension(); }
    /// q.
    Index factors() const { return loadings_.empty() ? 0 : loadings_.front().cols(); }
    /// d × K.
    const Eigen::MatrixXd& means() const { return normals_.means(); }
    /// Λ_k, d × q. Any rotation of its columns says the same; the signs are arbitrary too.
    const Eigen::MatrixXd& loadings(Index k) const { return loadings_[static_cast<std::size_t>(k)]; }
    /// The diagonals of Ψ_k, d × K.
    const Eigen::MatrixXd& uniquenesses() const { return uniquenesses_; }
    /// Λ_k Λ_kᵀ + Ψ_k, d × d.
    Eigen::MatrixXd covariance(Index k) const { return normals_.covariance(k); }
    /// Its inverse.
    Eigen::MatrixXd precision(Index k) const { return normals_.precision(k); }
    /// E[z | x, k] = Λᵀ Σ⁻¹ (x − μ_k), q × n, of observations that are columns: the factor scores (Thomson's, by regression).
    Eigen::MatrixXd scores(const Eigen::MatrixXd& x, Index k = 0) const {
        detail::require(x.rows() == dimension(), "latent::FactorAnalyzers::scores: observations have ",
                        x.rows(), " rows, expected d = ", dimension());
        const Eigen::MatrixXd beta = loadings(k).transpose().lazyProduct(precision(k));
        return beta.lazyProduct(x.colwise() - means().col(k));
    }
    Index parameters() const {
        const Index d = dimension(), q = factors();
        return size() * (d + d * q - q * (q - 1) / 2 + (isotropic ? 1 : d));
    }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const { return normals_.zero_statistics(); }
    void reset(Statistics& s) const { normals_.reset(s); }
    /// Of a prior of normal densities: the maximum is over those with factors.
    template <class P>
    Statistics pseudo_observations(const P& prior) const {
        return prior(normals_);
    }
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const { normals_.log_density(x, out); }
    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        normals_.accumulate(x, weights, s);
    }
    void maximize(const Statistics& s) {
        const Normals before = normals_;
        normals_.maximize(s);
        for (Index k = 0; k < size(); ++k)
            if (s.covariance_count(k) > detail::negligible_count) {
                explain(k, normals_.covariance(k), before.precision(k));
                update(k);
            }
    }
    double expected_log_density(const Statistics& s) const { return normals_.expected_log_density(s); }
    bool all_equal() const { return normals_.all_equal(); }
    void sample(Index k, Random& random, Scalar* x) const { normals_.sample(k, random, x); }
    void check(const Observations<Scalar>& x) const { normals_.check(x); }

    /// Means, loadings rotated so that nothing stands above their diagonal, and the logarithms of uniquenesses: every vector is
    /// a valid family.
    Index coordinates() const { return parameters(); }
    void to_vector(std::span<double> v) const {
        double* to = std::copy(means().data(), means().data() + means().size(), v.data());
        for (const Eigen::MatrixXd& one : loadings_) {
            const Eigen::MatrixXd rotated = detail::lower_trapezoid(one);
            for (Index c = 0; c < factors(); ++c)
                for (Index j = c; j < dimension(); ++j) *to++ = rotated(j, c);
        }
        for (Index k = 0; k < size(); ++k)
            for (Index j = 0; j < (isotropic ? 1 : dimension()); ++j) *to++ = std::log(uniquenesses_(j, k));
    }
    void from_vector(std::span<const double> v) {
        const Eigen::MatrixXd means = Eigen::Map<const Eigen::MatrixXd>(v.data(), dimension(), size());
        const double* from = v.data() + means.size();
        for (Eigen::MatrixXd& one : loadings_) {
            one.setZero();
            for (Index c = 0; c < factors(); ++c)
                for (Index j = c; j < dimension(); ++j) one(j, c) = *from++;
        }
        for (Index k = 0; k < size(); ++k) {
            for (Index j = 0; j < (isotropic ? 1 : dimension()); ++j) uniquenesses_(j, k) = std::exp(*from++);
            if (isotropic) uniquenesses_.col(k).setConstant(uniquenesses_(0, k));
            normals_.replace(k, means.col(k), made_covariance(k));
        }
    }

    // ----------------------------------------------------------------------- missing cells: see TakesMissing

    static constexpr bool takes_missing() { return true; }
    void prepare(const Panel<Scalar>& x, Room& room) const { normals_.prepare(x, room); }
    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out, Room& room) const {
        normals_.log_density(x, out, room);
    }
    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Room& room, Statistics& s) const {
        normals_.accumulate(x, weights, room, s);
    }
    void impute(const Panel<Scalar>& x, const Panel<Scalar>& r, Room& room,
                Eigen::Ref<Eigen::MatrixXd> values, Eigen::Ref<Eigen::MatrixXd> variances) const {
        normals_.impute(x, r, room, values, variances);
    }
    void draw_hidden(const Panel<Scalar>& x, Index i, Index k, Random& random, Room& room,
                     Eigen::Ref<Eigen::VectorXd> to) const {
        normals_.draw_hidden(x, i, k, random, room, to);
    }

    // ----------------------------------------------------------------------------- the Collapsible contract

    std::optional<Cause> collapse_cause(Index k, const Eigen::VectorXd& floor) const {
        return normals_.collapse_cause(k, floor);
    }
    double rounding(Index k) const { return normals_.rounding(k); }
    bool imprecise() const { return normals_.imprecise(); }
    double share(Index k) const { return normals_.share(k); }
    /// Lifts the noise to at least `floor`, which bounds the variance in every direction.
    bool floor_variances(Index k, const Eigen::VectorXd& floor) {
        if (floor.size() == 0 || !Full::positive(floor)) return false;
        const double least = isotropic ? floor.maxCoeff() : 0;
        uniquenesses_.col(k) = uniquenesses_.col(k).cwiseMax(floor.cwiseMax(least));
        return update(k);
    }
    void add_ridge(const Eigen::VectorXd& variances) {
        const Eigen::VectorXd added =
            isotropic ? Eigen::VectorXd::Constant(dimension(), variances.mean()) : variances;
        for (Index k = 0; k < size(); ++k) {
            uniquenesses_.col(k) += added;
            update(k);
        }
    }
    void split_from(Index k, Index from, Random& random) {
        normals_.split_from(k, from, random);
        loadings_[static_cast<std::size_t>(k)] = loadings(from);
        uniquenesses_.col(k) = uniquenesses_.col(from).eval();
    }
    void remove(Index k) {
        normals_.remove(k);
        loadings_.erase(loadings_.begin() + k);
        uniquenesses_ = detail::without_column(uniquenesses_, k);
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return std::string("FactorAnalyzers ") + Noise::name; }
    static constexpr auto members() {
        return std::tuple{&FactorAnalyzers::normals_, &FactorAnalyzers::loadings_,
                          &FactorAnalyzers::uniquenesses_};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("means", &FactorAnalyzers::means, SavedAs::columns),
                          named("loadings", &FactorAnalyzers::loadings_, SavedAs::each),
                          named("uniquenesses", &FactorAnalyzers::uniquenesses_, SavedAs::columns)};
    }
    static FactorAnalyzers restored(const Eigen::MatrixXd& means,
                                    const std::vector<Eigen::MatrixXd>& loadings,
                                    const Eigen::MatrixXd& uniquenesses) {
        return {means, loadings, uniquenesses};
    }

  private:
    void require_factors(Index q) const {
        detail::require(q > 0 && q < dimension(), "latent::FactorAnalyzers: q = ", q,
                        " factors, expected 0 < q < d = ", dimension());
    }
    Eigen::MatrixXd made_covariance(Index k) const {
        Eigen::MatrixXd covariance = loadings(k).lazyProduct(loadings(k).transpose());
        covariance.diagonal() += uniquenesses_.col(k);
        return covariance;
    }
    bool update(Index k) { return normals_.replace(k, normals_.means().col(k), made_covariance(k)); }

    /// Component k's loadings and noise from its covariance S, and from what they were, Σ⁻¹ = `precision`. Rounding takes no
    /// noise to 0, which EM does not reach.
    void explain(Index k, const Eigen::MatrixXd& s, const Eigen::MatrixXd& precision) {
        constexpr double rounding = std::numeric_limits<double>::epsilon();
        const Index d = dimension(), q = factors();
        Eigen::MatrixXd& lambda = loadings_[static_cast<std::size_t>(k)];
        auto psi = uniquenesses_.col(k);
        if constexpr (isotropic) {
            lambda = detail::principal_columns(s, q, [&](const Eigen::VectorXd& eigenvalues) {
                psi.setConstant(std::max(eigenvalues.tail(d - q).mean(), rounding * s.diagonal().mean()));
                return psi(0);
            });
        } else if (lambda.isZero(0)) {
            psi = s.diagonal();
            if (!(psi.minCoeff() > 0)) return;
            const Eigen::VectorXd deviations = psi.cwiseSqrt();
            const Eigen::MatrixXd correlations =
                deviations.cwiseInverse().asDiagonal() * s * deviations.cwiseInverse().asDiagonal();
            lambda = deviations.asDiagonal() *
                     detail::principal_columns(correlations, q, [](const auto&) { return 1.0; });
        } else {
            const Eigen::MatrixXd beta_t = precision.lazyProduct(lambda), s_beta_t = s.lazyProduct(beta_t);
            Eigen::MatrixXd c = beta_t.transpose().lazyProduct(s_beta_t - lambda), room, next;
            c.diagonal().array() += 1;
            if (!detail::cholesky(c))
                return psi.setConstant(std::numeric_limits<double>::quiet_NaN()), void();
            detail::invert_lower(c);
            detail::divide(s_beta_t.transpose(), c, room, next);
            lambda = next;
            psi = (s.diagonal() - lambda.cwiseProduct(s_beta_t).rowwise().sum())
                      .cwiseMax(rounding * s.diagonal());
        }
    }

    Normals normals_;                        // with covariances that are made of what follows
    std::vector<Eigen::MatrixXd> loadings_;  // K, d × q
    Eigen::MatrixXd uniquenesses_;           // d × K
};

}  // namespace latent
