// Hidden Markov models: a chain of hidden states, each of which emits an observation.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/core/units.hpp"
#include "latent/data/observations_of.hpp"
#include "latent/data/scale.hpp"
#include "latent/data/sequence_blocks.hpp"
#include "latent/data/source_sequences.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/execution/sequential.hpp"
#include "latent/model/chain_inference.hpp"
#include "latent/model/lane_inference.hpp"
#include "latent/model/markov_chain.hpp"
#include "latent/selection/criteria.hpp"

namespace latent {

/// Expected sufficient statistics of a hidden Markov model.
template <class EmissionStatistics>
struct HiddenMarkovStatistics {
    MarkovChainStatistics chain;
    EmissionStatistics emission;

    static constexpr auto fields() {
        return std::tuple{&HiddenMarkovStatistics::chain, &HiddenMarkovStatistics::emission};
    }
};

/// What is inferred about a block of sequences: its expected sufficient statistics, since no unit's posterior is
/// ever kept whole, and the room to find them.
template <Emission E>
struct HiddenMarkovPosterior {
    HiddenMarkovStatistics<typename E::Statistics> statistics;
    std::vector<typename E::Statistics>
        parts;                ///< the emission's, of parts of a block that workers share out …
    Index parts_used = 1;     ///< … and how many of them there are
    std::vector<Index> path;  ///< what decode or sample chose
    detail::ChainInference<MarkovChain> inference;
    detail::SmallChainInference small;
    std::vector<detail::EmissionWorker<typename E::Scalar>> workers;
    detail::Crew* crew = nullptr;  ///< idle workers, where an execution lends them
};

/// The most probable states of some sequences.
struct ViterbiPath {
    std::vector<Index> states;        ///< one an observation, 0 … K − 1
    Eigen::VectorXd log_probability;  ///< log p(x, z) of each sequence; −inf where it is impossible
};

/// A draw of observations together with their states.
template <class Scalar>
struct HiddenMarkovDraw {
    MatrixX<Scalar> x;          ///< d × n
    std::vector<Index> states;  ///< n
};

/// Where a sequence became impossible.
struct Impossible {
    Index sequence, step;  ///< step counts from the sequence's beginning
};

/// z_1 ~ π, z_{t+1} | z_t ~ A(z_t, ·), x_t | z_t ~ emission (Rabiner 1989, "A tutorial on hidden Markov models"): a
/// LatentVariableModel over any emission family, with every refinement. Data are sequences: a matrix d × T (one
/// sequence), `Sequences(x, lengths)` (ragged ones side by side), or a std::vector of matrices. Observation
/// weights are weights of sequences: they must be equal within one.
///
/// Inference is exact. It is scaled by powers of two, falls back to the log domain where that underflows, and costs
/// K² (sparse transitions: what is not zero) and K densities a step. Memory: T·K for blocks up to 2·10⁶ such
/// numbers (10⁶ for up to four states); beyond, about T, each segment of 64 to 256 steps being made twice.
template <Emission E>
class HiddenMarkovModel {
  public:
    using Scalar = typename E::Scalar;
    using Unit = SequenceBlock<Scalar>;
    using Data = Sequences<Scalar>;
    using Posterior = HiddenMarkovPosterior<E>;
    using Statistics = HiddenMarkovStatistics<typename E::Statistics>;

    /// Throws std::invalid_argument where the chain does (see MarkovChain), or where its number of states is not
    /// the emission's.
    HiddenMarkovModel(MarkovChain chain, E emission);
    HiddenMarkovModel(const Eigen::VectorXd& initial, const Eigen::MatrixXd& transition, E emission)
        : HiddenMarkovModel(MarkovChain(initial, transition), std::move(emission)) {}

    /// All beginnings and all moves alike.
    explicit HiddenMarkovModel(E emission) : HiddenMarkovModel(MarkovChain(emission.size()), emission) {}

    /// A shape for a start: what E(arguments…) makes. For a Gaussian emission, (K, d).
    template <class... Arguments>
        requires std::constructible_from<E, Index, Arguments...>
    explicit HiddenMarkovModel(Index K, Arguments... arguments) : HiddenMarkovModel(E(K, arguments...)) {}

    Index size() const { return emission_.size(); }
    Index dimension() const { return emission_.dimension(); }
    /// K: p(z_1).
    const Eigen::VectorXd& initial() const { return chain_.initial(); }
    /// K × K: p(z_{t+1} = j | z_t = i) in row i.
    const Eigen::MatrixXd& transition() const { return chain_.transition(); }
    void set_initial(const Eigen::VectorXd& initial) { chain_.set_initial(initial); }
    void set_transition(const Eigen::MatrixXd& transition) { chain_.set_transition(transition); }
    /// The chain and its structure: zeros, ties, fixed blocks, a stationary beginning.
    const MarkovChain& chain() const { return chain_; }
    MarkovChain& chain() { return chain_; }
    const E& emission() const { return emission_; }
    E& emission() { return emission_; }
    /// d × K, of an emission that has them.
    decltype(auto) means() const { return emission_.means(); }
    auto covariance(Index k) const { return emission_.covariance(k); }
    auto precision(Index k) const { return emission_.precision(k); }
    /// The emission's parameters stay as they are in every fit, and have no coordinates.
    void fix_emission(bool fixed = true) { emission_fixed_ = fixed; }
    bool emission_fixed() const { return emission_fixed_; }

    // ---------------------------------------------------------------------------------------------- queries
    // They take what a fit takes. Columns and values are those of the observations, in their order. All throw
    // std::invalid_argument on data that the model cannot take. An observation that no state which can be reached emits
    // has the log-probability −inf, as have its sequence and its path; of the states it says nothing: all answers about them
    // are as if it had not been made, so that posteriors are distributions of every sequence. `impossible` finds it.

    /// Free parameters: the chain's and the emission's.
    Index parameters() const { return chain_.parameters() + (emission_fixed_ ? 0 : emission_.parameters()); }
    /// Log-likelihood of all sequences (times their weights), and of each; −inf where one is impossible.
    double score(const Data& x) const { return score_cut(units(x)); }
    template <DataSource Source>
    double score(const SourceSequences<Source>& x) const {
        return score_cut(units(x));
    }
    Eigen::VectorXd score_sequences(const Data& x) const;
    /// log p(x_t | x_1 … x_{t−1}): n values, which sum to the log-likelihood; −inf at each impossible observation.
    Eigen::VectorXd score_samples(const Data& x) const;
    /// p(z_t | x_1 … x_t), filtered: K × n.
    Eigen::MatrixXd filter(const Data& x) const;
    /// p(z_t | x), smoothed: K × n.
    Eigen::MatrixXd predict_proba(const Data& x) const;
    /// Σ_t p(z_t = i, z_{t+1} = j | x) over all moves within sequences: K × K.
    Eigen::MatrixXd expected_moves(const Data& x) const;
    /// The most probable states together (Viterbi 1967), with their log-probability.
    ViterbiPath viterbi(const Data& x) const;
    std::vector<Index> predict(const Data& x) const { return viterbi(x).states; }
    /// The most probable state at each step by itself (they need not follow on each other).
    std::vector<Index> predict_marginal(const Data& x) const;
    /// States drawn from p(z | x): forward filtering, backward sampling.
    std::vector<Index> sample_states(const Data& x, Random& random) const;
    /// A draw of n observations, one sequence, with their states. Throws std::invalid_argument for n < 0.
    HiddenMarkovDraw<Scalar> sample(Index n, Random& random) const;
    /// p(z_{T + s} | x) for s = 1 … steps after the last sequence's end: K × steps.
    Eigen::MatrixXd forecast_states(const Data& x, Index steps) const;
    /// E[x_{T + s} | x], d × steps, of an emission that has means.
    Eigen::MatrixXd forecast(const Data& x, Index steps) const {
        return emission_.means() * forecast_states(x, steps);
    }
    /// Akaike's and Schwarz's criteria (selection/criteria.hpp) of sequences in memory or from a source.
    template <class X>
    double aic(const X& x) const {
        return Aic{}(score(x), static_cast<double>(parameters()));
    }
    template <class X>
    double bic(const X& x) const {
        return Bic{}(score(x), static_cast<double>(parameters()),
                     detail::sum_of_weights(units(x), Sequential{}));
    }
    /// The first sequence that is impossible under this model, and the step at which it became so.
    std::optional<Impossible> impossible(const Data& x) const { return impossible_cut(units(x)); }

    // --------------------------------------------------------------------- the LatentVariableModel contract

    /// Sequences in blocks of some thousand steps. A longer sequence is a block of its own.
    SequenceBlocks<Scalar> units(const Data& x) const { return {x, block_steps()}; }
    /// The same blocks of a source's sequences, each read when it is visited.
    template <DataSource Source>
    SourceSequenceBlocks<Source> units(const SourceSequences<Source>& x) const {
        static_assert(std::is_same_v<typename Source::Scalar, Scalar>,
                      "latent: the source's scalar differs from the model's (float or double)");
        return {x, block_steps()};
    }
    template <std::same_as<SequenceBlocks<Scalar>> Cut>
    const Cut& units(const Cut& x) const {
        return x;
    }
    template <DataSource Source>
    const SourceSequenceBlocks<Source>& units(const SourceSequenceBlocks<Source>& x) const {
        return x;
    }
    /// One pass over the data.
    void check(const SequenceBlocks<Scalar>& x) const { check_cut(x); }
    template <DataSource Source>
    void check(const SourceSequenceBlocks<Source>& x) const {
        check_cut(x);
    }
    /// Why the likelihood of these data is no finite number: which sequence is impossible, and from where on.
    std::string explain(const SequenceBlocks<Scalar>& x) const { return explain_cut(x); }
    template <DataSource Source>
    std::string explain(const SourceSequenceBlocks<Source>& x) const {
        return explain_cut(x);
    }

    Statistics zero_statistics() const { return {chain_.zero_statistics(), emission_.zero_statistics()}; }
    void reset(Statistics& s) const {
        chain_.reset(s.chain);
        detail::reset(emission_, s.emission);
    }

    /// log p(x); q gets the expected sufficient statistics (Baum, Petrie, Soules & Weiss 1970).
    double infer(const Unit& x, Posterior& q) const { return infer(x, q, 1); }
    /// The same under p(z, x)^beta, returning (1/beta) log Σ_z p(x, z)^beta.
    double infer(const Unit& x, Posterior& q, double beta) const;
    /// max_z log p(x, z); the statistics are those of that path.
    double decode(const Unit& x, Posterior& q) const;
    /// log p(x); the statistics are those of a path drawn from p(z | x).
    double sample(const Unit& x, Random& random, Posterior& q) const;
    /// The posterior given by somebody else: r(t, k) for observation t of x and state k, independent over time.
    template <class Responsibility>
    void assign(const Unit& x, const Responsibility& r, Posterior& q) const;
    /// For starts from labels: one move and one beginning more wherever they are allowed, see MarkovChain.
    void add_one(Statistics& s) const { chain_.add_one(s.chain); }

    void accumulate(const Unit&, const Posterior& q, Statistics& s) const { add(s, q.statistics); }
    void maximize(const Statistics& s) {
        chain_.maximize(s.chain);
        if (!emission_fixed_) emission_.maximize(s.emission);
    }
    double expected_log_joint(const Statistics& s) const {
        return chain_.expected_log_probability(s.chain) + emission_.expected_log_density(s.emission);
    }

    /// The chain's coordinates (see MarkovChain), then the emission's; fixed blocks have none.
    std::vector<double> to_vector() const requires VectorizableEmission<E>;
    void from_vector(std::span<const double> v) requires VectorizableEmission<E>;

    // -------------------------------------------------------------------------------- states that collapsed

    /// State k starts anew inside the heaviest other one (by the stationary distribution), moving as it does.
    bool respawn(Index k, Random& random) requires Collapsible<E>;
    /// Takes state k out; false where it is the last one.
    bool remove(Index k) requires Collapsible<E>;

    /// A scale of each of the d dimensions of the data, in their units, that some outliers do not move: what remedies
    /// measure variances by. Time: a few hundred observations.
    template <class Cut, class X>
    Eigen::VectorXd data_scale(const Cut& x, const X& execution) const {
        return detail::robust_scale<Scalar>(x, execution);
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "HiddenMarkovModel"; }
    static constexpr auto members() {
        return std::tuple{&HiddenMarkovModel::chain_, &HiddenMarkovModel::emission_,
                          &HiddenMarkovModel::emission_fixed_};
    }

  private:
    Index block_steps() const { return size() <= 4 ? 8192 : 2048; }
    SequenceBlocks<Scalar> checked(const Data& x) const;
    // Of sequences in memory or from a source, in blocks.
    template <class Cut>
    double score_cut(const Cut& x) const;
    template <class Cut>
    std::optional<Impossible> impossible_cut(const Cut& x) const;
    template <class Cut>
    std::string explain_cut(const Cut& x) const;
    template <class Cut>
    void check_cut(const Cut& x) const;
    /// Returns the sum of the sequences' weights.
    template <class Cut>
    double check_data(const Cut& x) const;
    void check_weight(const Unit& block, Index i, Index sequence) const;
    /// visit(i, first observation, sequence, its emission, inference) for each sequence.
    template <class Visit>
    void for_each_sequence(const Data& x, const Visit& visit) const {
        for_each_sequence_cut(units(x), visit);
    }
    template <class Cut, class Visit>
    void for_each_sequence_cut(const Cut& x, const Visit& visit) const;
    /// visit(emission of the block) whose posteriors become the statistics of q.
    template <class Visit>
    double collecting(const Unit& x, Posterior& q, const Visit& visit) const;
    /// log p(x)^beta by the pass that suits the block.
    double log_likelihood(const Unit& x, detail::BlockEmission& emission, Posterior& q) const;

    MarkovChain chain_;
    E emission_;
    bool emission_fixed_ = false;
};

/// The usual abbreviation.
template <Emission E>
using HMM = HiddenMarkovModel<E>;

/// Hidden Markov model with normal emissions of covariance structure Full, Tied, Diagonal or Spherical.
template <class Covariance = Full, class Scalar = double>
using GaussianHMM = HiddenMarkovModel<Gaussian<Covariance, Scalar>>;

}  // namespace latent

#include "latent/model/hidden_markov_model_definitions.hpp"
