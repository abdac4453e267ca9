// Mixtures: each observation comes from one of K components, which one is hidden.
#pragma once

#include <span>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/core/processes.hpp"
#include "latent/core/room.hpp"
#include "latent/core/saved.hpp"
#include "latent/core/sequential.hpp"
#include "latent/core/sum_of_weights.hpp"
#include "latent/core/units.hpp"
#include "latent/data/blocks.hpp"
#include "latent/data/known.hpp"
#include "latent/data/scale.hpp"
#include "latent/emission/emission_checks.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/emission/restricted_emission.hpp"
#include "latent/kernel/pack.hpp"
#include "latent/kernel/softmax.hpp"
#include "latent/model/criteria.hpp"

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

namespace detail {

/// What Mixture::icl sums up.
struct Classification {
    double log_likelihood = 0, log_certainty = 0;
    static constexpr auto fields() {
        return std::tuple{&Classification::log_likelihood, &Classification::log_certainty};
    }
};

}  // namespace detail

/// What is inferred about a block of observations, with the block itself as the kernels read it.
template <class Scalar, class Room = detail::NoRoom>
struct MixturePosterior {
    Panel<Scalar> x;                 ///< n × d
    Panel<Scalar> responsibilities;  ///< n × K: p(component k | x_i)
    Panel<Scalar> weighted;        ///< responsibilities times the observations' weights, where there are any
    std::vector<double> log_sum;   ///< log p(x_i), where there are weights
    std::vector<Index> component;  ///< what decode or sample chose
    mutable Room room;             ///< the emission's memory, no part of the posterior
};

/// p(x) = Σ_k w_k p(x | k) over any emission family: a LatentVariableModel with every refinement its emission
/// admits. Observations are d × n, one a column; a unit is a block of columns small enough for the cache, so
/// an E-step needs no memory beyond a block a thread.
template <class E>
class Mixture {
    static_assert(detail::require_emission<E>());

  public:
    using Scalar = typename E::Scalar;
    using Unit = Observations<Scalar>;
    using Posterior = MixturePosterior<Scalar, detail::RoomOf<E>>;
    using Statistics = MixtureStatistics<typename E::Statistics>;

    /// An empty one, to be assigned to; whoever asks it anything is told that it is empty by a std::invalid_argument.
    Mixture() requires std::default_initializable<E>
    = default;

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

    /// The number K of components.
    Index size() const { return emission_.size(); }
    /// The dimension d of an observation.
    Index dimension() const { return emission_.dimension(); }
    // Of a temporary, such as fit(…).model, by value: a reference would dangle.
    /// K values that sum to one.
    const Eigen::VectorXd& weights() const& { return weights_; }
    Eigen::VectorXd weights() && { return std::move(weights_); }
    /// The densities of the K components.
    const E& emission() const& { return emission_; }
    E& emission() & { return emission_; }
    E emission() && { return std::move(emission_); }
    /// d × K, of an emission that has them.
    decltype(auto) means() const& requires WithMeans<E> { return emission_.means(); }
    auto means() && requires WithMeans<E> { return emission_.means(); }
    /// Σ_k, d × d, of an emission that has it.
    auto covariance(Index k) const requires WithCovariances<E> { return emission_.covariance(k); }
    /// Σ_k⁻¹, d × d, of an emission that has it.
    auto precision(Index k) const requires WithPrecisions<E> { return emission_.precision(k); }
    /// Throws std::invalid_argument on another number than K, a negative or non-finite one, or a sum that is not one to 1e-6.
    void set_weights(const Eigen::VectorXd& weights);

    // ---------------------------------------------------------------------------------------------- queries
    // Of observations in memory (whatever Observations views), of a data source, or of what units() makes of either; by the
    // workers of an execution, `predict(x, Threads{})`, with the same bits for any number of them. All processes of an
    // execution over several ask at once, each about its own observations, and get the answers to those; but score and the
    // criteria are of all. All throw std::invalid_argument on observations that the model cannot take: another dimension, a
    // NaN. Time: one pass over the data. Memory: what is returned, and a block a worker.

    /// Free parameters: K − 1 weights, but where a Gate has them, and the emission's.
    Index parameters() const {
        if constexpr (WeightingEmission<E>)
            return emission_.parameters();
        else
            return size() - 1 + emission_.parameters();
    }
    /// Responsibilities p(k | x_i): K × n, columns sum to one.
    template <class Data = Unit, Execution X = Sequential>
    Eigen::MatrixXd predict_proba(const Data& x, const X& execution = {}) const;
    /// The most probable component of each observation: n values 0 … K − 1.
    template <class Data = Unit, Execution X = Sequential>
    std::vector<Index> predict(const Data& x, const X& execution = {}) const;
    /// log p(x_i): n values.
    template <class Data = Unit, Execution X = Sequential>
    Eigen::VectorXd score_samples(const Data& x, const X& execution = {}) const;
    /// Total log-likelihood Σ_i weight_i log p(x_i).
    template <class Data = Unit, Execution X = Sequential>
    double score(const Data& x, const X& execution = {}) const;
    /// Akaike's criterion (model/criteria.hpp).
    template <class Data = Unit, Execution X = Sequential>
    double aic(const Data& x, const X& execution = {}) const {
        return Aic{}(score(x, execution), static_cast<double>(parameters()));
    }
    /// Schwarz's criterion, n the sum of the observations' weights.
    template <class Data = Unit, Execution X = Sequential>
    double bic(const Data& x, const X& execution = {}) const {
        const auto& blocks = detail::units_of(execution, *this, x);
        return Bic{}(score(blocks, execution), static_cast<double>(parameters()),
                     detail::sum_of_weights(blocks, execution));
    }
    /// bic + 2 × the entropy of the responsibilities of the most probable components, −2 Σ_i log max_k r_ik
    /// (Biernacki, Celeux & Govaert 2000, as mclust computes it): the smaller, the better.
    template <class Data = Unit, Execution X = Sequential>
    double icl(const Data& x, const X& execution = {}) const;
    /// n draws, d × n. Throws std::invalid_argument for n < 0.
    MatrixX<Scalar> sample(Index n, Random& random) const;
    /// And which component each observation was drawn from: n values 0 … K − 1.
    MatrixX<Scalar> sample(Index n, Random& random, std::vector<Index>& labels) const;

    // --------------------------------------------------------------------- the LatentVariableModel contract

    /// Blocks of columns that fit in the cache: 1024 observations for d ≤ 4, 512 for d ≤ 8, 256 above; in float twice as
    /// many. A slice is worth its sum from 2048 observations and 4096 numbers on. Observations with missing cells are copied
    /// into another order, those of which the same cells are seen together.
    Blocks<Scalar> units(const Unit& x) const {
        return {detail::by_pattern(x), block_length(), slices(x.cols())};
    }
    /// The same blocks of a source, each read when it is visited.
    template <DataSource Source>
    Blocks<Source> units(const SourceView<Source>& x) const {
        static_assert(std::is_same_v<typename Source::Scalar, Scalar>,
                      "latent: the source's scalar differs from the model's (float or double)");
        return {x, block_length(), slices(x.cols())};
    }
    template <DataSource Source>
    Blocks<Source> units(const Source& x) const {
        return units(SourceView<Source>(x));
    }
    template <DataSource Source>
    Blocks<Source> units(const Source&& x) const = delete;  // would dangle
    /// What is cut stays as it is.
    template <detail::CutInto<Unit> Cut>
    const Cut& units(const Cut& x) const {
        return x;
    }
    /// One pass over the data.
    template <detail::CutInto<Observations<typename E::Scalar>> Cut>
    void check(const Cut& x) const;

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
    void set_posterior(const Unit& x, const Responsibility& r, Posterior& q) const;

    void accumulate(const Unit& x, const Posterior& q, Statistics& s) const {
        const Panel<Scalar>& r = x.weights() ? q.weighted : q.responsibilities;
        detail::column_sums(r, s.count.data());
        detail::accumulate(emission_, q.x, r, q.room, s.emission);
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

    /// Log-ratios of the weights that are not zero (see detail::probability_coordinates), one less than there are, then the
    /// emission's coordinates.
    std::vector<double> to_vector() const requires VectorizableEmission<E>;
    void from_vector(std::span<const double> v) requires VectorizableEmission<E>;

    // ---------------------------------------------------------------------------- constraints: see Restrictable

    bool obey(const Restrictions& r, Statistics& s) const {
        const bool moved = obey_weights(r, s.count);
        return detail::obey(emission_, r, s.emission) || moved;
    }
    bool obey(const Restrictions& r) {
        Eigen::VectorXd weights = weights_;
        const bool moved = obey_weights(r, weights);
        if (moved) set_weights(weights / weights.sum());
        return detail::make_obey(emission_, r, weights) || moved;
    }
    Index fixed_parameters(const Restrictions& r) const {
        return std::min(r.weights.fixed() + r.tied_weights.followers(), size() - 1) +
               detail::fixed_parameters_of(emission_, r);
    }

    // ---------------------------------------------------------------------------- components that collapsed

    /// Component k starts anew inside the heaviest other one, with half its weight; false where there is
    /// none.
    bool split_heaviest(Index k, Random& random) requires Collapsible<E>;
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
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("weights", &Mixture::weights_, SavedAs::each),
                          named("emission", &Mixture::emission_, SavedAs::components)};
    }

  private:
    /// q.responsibilities := log p(x_i | k), with what is known of the components.
    void load(const Unit& x, Posterior& q) const {
        detail::pack(x, q.x);
        detail::log_density(emission_, q.x, q.responsibilities, q.room);
        if (x.informed()) detail::add_known(x, q.responsibilities, [](Index i) { return i; });
    }
    /// Fills q.responsibilities by r(i, k) for the block that q.x and q.room are of.
    template <class Responsibility>
    void assign(const Unit& x, const Responsibility& r, Posterior& q) const;
    double normalize(const Unit& x, Posterior& q, const Eigen::VectorXd& log_weights) const;
    /// Fills q.weighted for weighted observations.
    static void weigh(const Unit& x, Posterior& q);
    bool obey_weights(const Restrictions& r, Eigen::VectorXd& counts) const;
    Index block_length() const {
        const Index bytes = dimension() <= 4 ? 8192 : dimension() <= 8 ? 4096 : 2048;
        return bytes / static_cast<Index>(sizeof(Scalar));
    }
    Index slices(Index n) const {
        return std::clamp<Index>(std::min(n / 2048, n * dimension() / 4096), 1, 32);
    }
    /// The sum of what visit(sum, first, block, q) adds for each block, q being a posterior to reuse. Throws
    /// std::invalid_argument on observations that the model cannot take.
    template <class Sum, class Cut, class X, class Visit>
    Sum sum_over(const Cut& blocks, const X& execution, const Visit& visit) const;
    /// visit(block, q, place) for each block, on any worker: it writes to place(i), the block's own, for observation i.
    template <class Cut, class X, class Visit>
    void for_each_block(const Cut& blocks, const X& execution, const Visit& visit) const {
        sum_over<int>(blocks, execution, [&](int&, Index first, const Unit& block, Posterior& q) {
            visit(block, q, [&](Index i) { return block.place(first, i); });
        });
    }
    void check_block(const Unit& x) const;
    static double checked_weight(const Unit& x);
    void require_components() const {
        detail::require(weights_.size() > 0,
                        "latent::Mixture: this model is empty: nothing was assigned to it");
    }
    void require_shape(Index rows, Index columns) const {
        require_components();
        detail::require(rows == dimension(), "latent::Mixture: observations have ", rows, " rows (and ",
                        columns, " columns), expected d = ", dimension(), " rows: one observation a column");
    }
    Index most_probable(const Posterior& q, Index i) const;
    void assign_chosen(const Unit& x, Posterior& q) const;

    Eigen::VectorXd weights_, log_weights_;
    E emission_;
};

/// Gaussian mixture with covariance structure Full, Tied, Diagonal, Spherical or another (emission/covariance/decomposed.hpp).
template <class Covariance = Full, class Scalar = double>
using GaussianMixture = Mixture<Gaussian<Covariance, Scalar>>;

}  // namespace latent

#include "latent/model/mixture_definitions.hpp"
