// Mixtures: each observation comes from one of K components, which one is hidden.
#pragma once

#include <span>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/core/units.hpp"
#include "latent/data/observations_of.hpp"
#include "latent/data/scale.hpp"
#include "latent/data/sequences.hpp"
#include "latent/data/source.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/execution/sequential.hpp"
#include "latent/kernel/pack.hpp"
#include "latent/kernel/softmax.hpp"
#include "latent/selection/criteria.hpp"

namespace latent {

/// Expected sufficient statistics of a mixture.
template <class EmissionStatistics>
struct MixtureStatistics {
    Eigen::VectorXd count;  ///< Σ_i r_ik, K values
    EmissionStatistics emission;

    static constexpr auto fields() {
        return std::tuple{&MixtureStatistics::count, &MixtureStatistics::emission};
    }
};

/// What is inferred about a block of observations, with the block itself as the kernels read it.
template <class Scalar>
struct MixturePosterior {
    Panel<Scalar> x;                 ///< n × d
    Panel<Scalar> responsibilities;  ///< n × K: p(component k | x_i)
    Panel<Scalar> weighted;        ///< responsibilities times the observations' weights, where there are any
    std::vector<double> log_sum;   ///< log p(x_i), where there are weights
    std::vector<Index> component;  ///< what decode or sample chose
};

/// p(x) = Σ_k w_k p(x | k) over any emission family: a LatentVariableModel with every refinement its emission
/// admits. Observations are d × n, one a column; a unit is a block of columns small enough for the cache, so
/// an E-step needs no memory beyond a block a thread.
template <Emission E>
class Mixture {
  public:
    using Scalar = typename E::Scalar;
    using Unit = Observations<Scalar>;
    using Posterior = MixturePosterior<Scalar>;
    using Statistics = MixtureStatistics<typename E::Statistics>;

    /// Weights (K values ≥ 0 that sum to one) and the components.
    /// Throws std::invalid_argument on a wrong number, a negative one, or a sum that is not one to 1e-6.
    Mixture(const Eigen::VectorXd& weights, E emission) : emission_(std::move(emission)) {
        set_weights(weights);
    }

    /// K equal weights.
    explicit Mixture(E emission) : emission_(std::move(emission)) {
        set_weights(Eigen::VectorXd::Constant(size(), 1.0 / static_cast<double>(size())));
    }

    /// A shape for a start: what E(arguments…) makes, equally weighted. For a Gaussian mixture, (K, d).
    template <class... Arguments>
        requires std::constructible_from<E, Index, Arguments...>
    explicit Mixture(Index K, Arguments... arguments) : Mixture(E(K, arguments...)) {}

    Index size() const { return emission_.size(); }
    Index dimension() const { return emission_.dimension(); }
    const Eigen::VectorXd& weights() const { return weights_; }
    const E& emission() const { return emission_; }
    E& emission() { return emission_; }
    /// d × K, of a Gaussian mixture.
    decltype(auto) means() const { return emission_.means(); }
    auto covariance(Index k) const { return emission_.covariance(k); }
    auto precision(Index k) const { return emission_.precision(k); }
    void set_weights(const Eigen::VectorXd& weights);

    // ---------------------------------------------------------------------------------------------- queries

    // All throw std::invalid_argument on observations that the model cannot take: another dimension, a NaN.

    /// Free parameters: K − 1 weights and the emission's.
    Index parameters() const { return size() - 1 + emission_.parameters(); }
    /// Responsibilities p(k | x_i): K × n, columns sum to one.
    Eigen::MatrixXd predict_proba(const Unit& x) const;
    /// The most probable component of each observation: n values 0 … K − 1.
    std::vector<Index> predict(const Unit& x) const { return predict_cut(blocks(x)); }
    template <DataSource Source>
    std::vector<Index> predict(const Source& x) const {
        return predict_cut(blocks(x));
    }
    /// log p(x_i): n values.
    Eigen::VectorXd score_samples(const Unit& x) const { return score_samples_cut(blocks(x)); }
    template <DataSource Source>
    Eigen::VectorXd score_samples(const Source& x) const {
        return score_samples_cut(blocks(x));
    }
    /// Total log-likelihood Σ_i weight_i log p(x_i).
    double score(const Unit& x) const { return score_cut(blocks(x)); }
    template <DataSource Source>
    double score(const Source& x) const {
        return score_cut(blocks(x));
    }
    /// Akaike's and Schwarz's criteria (selection/criteria.hpp) of observations in memory or from a source.
    template <class X>
    double aic(const X& x) const {
        return Aic{}(score(x), static_cast<double>(parameters()));
    }
    template <class X>
    double bic(const X& x) const {
        return Bic{}(score(x), static_cast<double>(parameters()),
                     detail::sum_of_weights(units(x), Sequential{}));
    }
    /// bic + 2 × the entropy of the responsibilities of the most probable components, −2 Σ_i log max_k r_ik
    /// (Biernacki, Celeux & Govaert 2000, as mclust computes it): the smaller, the better.
    double icl(const Unit& x) const;
    /// n draws, d × n. Throws std::invalid_argument for n < 0.
    MatrixX<Scalar> sample(Index n, Random& random) const;

    // --------------------------------------------------------------------- the LatentVariableModel contract

    /// Blocks of columns that fit in the cache: 1024 observations for d ≤ 4, 512 for d ≤ 8, 256 above; in float twice as
    /// many. A slice is worth its sum from 2048 observations and 4096 numbers on.
    Sequences<Scalar> units(const Unit& x) const {
        return Sequences<Scalar>::blocks(x, block_length(), slices(x.cols()));
    }
    /// The same blocks of a source, each read when it is visited.
    template <DataSource Source>
    SourceBlocks<Source> units(const Source& x) const {
        static_assert(std::is_same_v<typename Source::Scalar, Scalar>,
                      "latent: the source's scalar differs from the model's (float or double)");
        return {x, block_length(), slices(x.cols())};
    }
    template <DataSource Source>
    SourceBlocks<Source> units(const Source&& x) const = delete;  // would dangle
    template <std::same_as<Sequences<Scalar>> Cut>
    const Cut& units(const Cut& x) const {
        return x;
    }
    template <DataSource Source>
    const SourceBlocks<Source>& units(const SourceBlocks<Source>& x) const {
        return x;
    }
    /// One pass over the data.
    void check(const Sequences<Scalar>& x) const { check_cut(x); }
    template <DataSource Source>
    void check(const SourceBlocks<Source>& x) const {
        check_cut(x);
    }

    Statistics zero_statistics() const {
        return {Eigen::VectorXd::Zero(size()), emission_.zero_statistics()};
    }
    void reset(Statistics& s) const {
        s.count.setZero(size());
        detail::reset(emission_, s.emission);
    }

    /// log p(x); q becomes the responsibilities.
    double infer(const Unit& x, Posterior& q) const {
        load(x, q);
        return normalize(x, q, log_weights_);
    }
    /// The same at inverse temperature beta: responsibilities ∝ (w_k p(x | k))^beta.
    double infer(const Unit& x, Posterior& q, double beta) const {
        load(x, q);
        detail::scale(q.responsibilities, beta);
        return normalize(x, q, beta * log_weights_) / beta;
    }
    /// log max_k w_k p(x | k); the responsibility of the largest becomes one, of the others zero.
    double decode(const Unit& x, Posterior& q) const;
    /// log p(x); one component a observation, drawn from the responsibilities, has the responsibility one.
    double sample(const Unit& x, Random& random, Posterior& q) const;
    /// Responsibilities below `threshold` become zero.
    void truncate(const Unit& x, Posterior& q, double threshold) const {
        detail::zero_below(q.responsibilities, static_cast<Scalar>(threshold));
        weigh(x, q);
    }
    /// The posterior given by somebody else: r(i, k) for observation i of x and component k.
    template <class Responsibility>
    void assign(const Unit& x, const Responsibility& r, Posterior& q) const;

    void accumulate(const Unit& x, const Posterior& q, Statistics& s) const {
        const Panel<Scalar>& r = x.weights() ? q.weighted : q.responsibilities;
        detail::column_sums(r, s.count.data());
        emission_.accumulate(q.x, r, s.emission);
    }
    void maximize(const Statistics& s) {
        const double total = s.count.sum();
        if (total > 0) weights_ = (s.count / total).cwiseMax(0.0);
        log_weights_ = weights_.array().log();
        emission_.maximize(s.emission);
    }
    double expected_log_joint(const Statistics& s) const {
        double total = emission_.expected_log_density(s.emission);
        for (Index k = 0; k < size(); ++k)
            if (s.count(k) != 0) total += s.count(k) * log_weights_(k);
        return total;
    }

    /// log w_k for the weights that are not zero, then the emission's coordinates.
    std::vector<double> to_vector() const requires VectorizableEmission<E>;
    void from_vector(std::span<const double> v) requires VectorizableEmission<E>;

    // ---------------------------------------------------------------------------- components that collapsed

    /// Component k starts anew inside the heaviest other one, with half its weight; false where there is
    /// none.
    bool respawn(Index k, Random& random) requires Collapsible<E>;
    /// Takes component k out; false where it is the last one.
    bool remove(Index k) requires Collapsible<E>;

    /// A scale of each of the d dimensions of the data, in their units, that some outliers do not move: what remedies
    /// measure variances by. Time: a few hundred observations.
    template <class Cut, class X>
    Eigen::VectorXd data_scale(const Cut& x, const X& execution) const {
        return detail::robust_scale<Scalar>(x, execution);
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "Mixture"; }
    static constexpr auto members() {
        return std::tuple{&Mixture::weights_, &Mixture::log_weights_, &Mixture::emission_};
    }

  private:
    void load(const Unit& x, Posterior& q) const {
        detail::pack(x, q.x);
        emission_.log_density(q.x, q.responsibilities);
    }
    double normalize(const Unit& x, Posterior& q, const Eigen::VectorXd& log_weights) const;
    /// Fills q.weighted for weighted observations.
    static void weigh(const Unit& x, Posterior& q);
    Index block_length() const {
        const Index bytes = dimension() <= 4 ? 8192 : dimension() <= 8 ? 4096 : 2048;
        return bytes / static_cast<Index>(sizeof(Scalar));
    }
    Index slices(Index n) const {
        return std::clamp<Index>(std::min(n / 2048, n * dimension() / 4096), 1, 32);
    }
    // Of observations in memory or from a source: units(x), and what is asked about them.
    template <class Data>
    auto blocks(const Data& x) const;
    template <class Cut, class Visit>
    void for_each_block(const Cut& x, const Visit& visit) const;
    template <class Cut>
    std::vector<Index> predict_cut(const Cut& x) const;
    template <class Cut>
    Eigen::VectorXd score_samples_cut(const Cut& x) const;
    template <class Cut>
    double score_cut(const Cut& x) const;
    template <class Cut>
    void check_cut(const Cut& x) const;
    static double checked_weight(const Unit& x);
    void require_shape(Index rows, Index columns) const {
        detail::require(rows == dimension(), "latent::Mixture: observations have ", rows, " rows (and ",
                        columns, " columns), expected d = ", dimension(), " rows: one observation a column");
    }
    Index most_probable(const Posterior& q, Index i) const;
    void assign_chosen(const Unit& x, Posterior& q) const;

    Eigen::VectorXd weights_, log_weights_;
    E emission_;
};

/// Gaussian mixture with covariance structure Full, Tied, Diagonal or Spherical.
template <class Covariance = Full, class Scalar = double>
using GaussianMixture = Mixture<Gaussian<Covariance, Scalar>>;

}  // namespace latent

#include "latent/model/mixture_definitions.hpp"
