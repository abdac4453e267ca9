// Hidden Markov models: a chain of hidden states, each of which emits an observation.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "latent/chain/inference.hpp"
#include "latent/chain/markov_chain.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/processes.hpp"
#include "latent/core/responsibility.hpp"
#include "latent/core/sequential.hpp"
#include "latent/core/sum_of_weights.hpp"
#include "latent/core/units.hpp"
#include "latent/data/scale.hpp"
#include "latent/data/sequence_blocks.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/model/criteria.hpp"
#include "latent/model/hidden_markov_parameters.hpp"

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
template <class E>
struct HiddenMarkovPosterior {
    HiddenMarkovStatistics<typename E::Statistics> statistics;
    std::vector<typename E::Statistics>
        parts;                ///< the emission's, of parts of a block that workers share out …
    Index parts_used = 1;     ///< … and how many of them there are
    std::vector<Index> path;  ///< what decode or sample chose
    detail::ChainInference inference;
    std::vector<detail::EmissionWorker<E>> workers;
    Workers* helpers = nullptr;  ///< idle workers, where an execution lends them
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
    static constexpr auto fields() { return std::tuple{&Impossible::sequence, &Impossible::step}; }
};
/// Of consecutive parts of the data the first counts.
inline void add(std::optional<Impossible>& into, const std::optional<Impossible>& from) {
    if (!into) into = from;
}

/// z_1 ~ π, z_{t+1} | z_t ~ A(z_t, ·), x_t | z_t ~ emission (Rabiner 1989, "A tutorial on hidden Markov models"): a
/// LatentVariableModel over any emission family, with every refinement. Data are sequences: a matrix d × T (one
/// sequence), `Sequences(x, lengths)` (ragged ones side by side), or a std::vector of matrices. Observation
/// weights are weights of sequences: they must be equal within one.
///
/// Inference is exact. It is scaled by powers of two, falls back to the log domain where that underflows, and costs
/// K² (sparse transitions: what is not zero) and K densities a step. Memory: T·K for blocks up to 2·10⁶ such
/// numbers (10⁶ for up to four states); beyond, about T, each segment of 64 to 256 steps being made twice.
template <class E>
class HiddenMarkovModel : public HiddenMarkovParameters<E> {
    using Base = HiddenMarkovParameters<E>;

  public:
    using Scalar = typename E::Scalar;
    using Unit = SequenceBlock<Scalar>;
    using Data = Sequences<Scalar>;
    using Posterior = HiddenMarkovPosterior<E>;
    using Statistics = HiddenMarkovStatistics<typename E::Statistics>;

    /// An empty one, to be assigned to; whoever asks it anything is told that it is empty by a std::invalid_argument.
    HiddenMarkovModel() requires std::default_initializable<E>
    = default;

    /// Throws std::invalid_argument where the chain does (see MarkovChain), or where its number of states is not
    /// the emission's.
    HiddenMarkovModel(MarkovChain chain, E emission) : Base(std::move(chain), std::move(emission)) {}
    /// Of p(z_1), K values, and p(z_{t+1} = j | z_t = i) in row i, K × K. Throws std::invalid_argument as MarkovChain and the
    /// other constructor do.
    HiddenMarkovModel(const Eigen::VectorXd& initial_distribution, const Eigen::MatrixXd& transition_matrix,
                      E emission)
        : HiddenMarkovModel(MarkovChain(initial_distribution, transition_matrix), std::move(emission)) {}

    /// All beginnings and all moves alike.
    explicit HiddenMarkovModel(E emission) : HiddenMarkovModel(MarkovChain(emission.size()), emission) {}

    /// A shape for a start: what E(arguments…) makes. For a Gaussian emission, (K, d).
    template <class... Arguments>
        requires std::constructible_from<E, Index, Arguments...>
    explicit HiddenMarkovModel(Index K, Arguments... arguments) : HiddenMarkovModel(E(K, arguments...)) {}

    using Base::size, Base::dimension, Base::initial, Base::transition, Base::parameters;

    // ---------------------------------------------------------------------------------------------- queries
    // They take what a fit takes, sequences in memory or of a source, or what units() makes of either, and an execution,
    // `viterbi(x, Threads{})`: the answers have the same bits for any number of workers, which share out blocks of sequences
    // (score, predict_proba and expected_moves also one long sequence; of two to four states, filter and score_samples too). All processes of an execution over several ask at
    // once, each about its own sequences, and get the answers to those; but score, the criteria, expected_moves and
    // impossible are of all. Columns and values are those of the observations, in their order. All throw
    // std::invalid_argument on data that the model cannot take. An observation that no state which can be reached emits
    // has the log-probability −inf, as have its sequence and its path; of the states it says nothing: all answers about them
    // are as if it had not been made, so that posteriors are distributions of every sequence. `impossible` finds it.

    /// Log-likelihood of all sequences (times their weights); −inf where one is impossible.
    template <class D = Data, Execution X = Sequential>
    double score(const D& x, const X& execution = {}) const;
    /// Log-likelihood of each sequence, its weight left out: a value a sequence; −inf where it is impossible.
    template <class D = Data, Execution X = Sequential>
    Eigen::VectorXd score_sequences(const D& x, const X& execution = {}) const;
    /// log p(x_t | x_1 … x_{t−1}): n values, which sum to the log-likelihood; −inf at each impossible observation.
    template <class D = Data, Execution X = Sequential>
    Eigen::VectorXd score_samples(const D& x, const X& execution = {}) const;
    /// p(z_t | x_1 … x_t), filtered: K × n.
    template <class D = Data, Execution X = Sequential>
    Eigen::MatrixXd filter(const D& x, const X& execution = {}) const;
    /// p(z_t | x), smoothed: K × n.
    template <class D = Data, Execution X = Sequential>
    Eigen::MatrixXd predict_proba(const D& x, const X& execution = {}) const;
    /// Σ_t p(z_t = i, z_{t+1} = j | x) over all moves within sequences: K × K.
    template <class D = Data, Execution X = Sequential>
    Eigen::MatrixXd expected_moves(const D& x, const X& execution = {}) const;
    /// The most probable states together (Viterbi 1967), with their log-probability. Of states that are equally good to the
    /// last bit the first is taken: at a sequence's end, and at each step of the way back.
    template <class D = Data, Execution X = Sequential>
    ViterbiPath viterbi(const D& x, const X& execution = {}) const;
    /// The states of viterbi(x): n values 0 … K − 1.
    template <class D = Data, Execution X = Sequential>
    std::vector<Index> predict(const D& x, const X& execution = {}) const {
        return viterbi(x, execution).states;
    }
    /// The most probable state at each step by itself (they need not follow on each other).
    template <class D = Data, Execution X = Sequential>
    std::vector<Index> predict_marginal(const D& x, const X& execution = {}) const;
    /// States drawn from p(z | x): forward filtering, backward sampling, one sequence after the other.
    template <class D = Data>
    std::vector<Index> sample_states(const D& x, Random& random) const;
    /// A draw of n observations, one sequence, with their states. Throws std::invalid_argument for n < 0.
    HiddenMarkovDraw<Scalar> sample(Index n, Random& random) const;
    /// p(z_{T + s} | x) for s = 1 … steps after the last sequence's end: K × steps.
    template <class D = Data, Execution X = Sequential>
    Eigen::MatrixXd forecast_states(const D& x, Index steps, const X& execution = {}) const;
    /// E[x_{T + s} | x], d × steps, of an emission that has means.
    template <class D = Data, Execution X = Sequential>
    Eigen::MatrixXd forecast(const D& x, Index steps, const X& execution = {}) const requires WithMeans<E> {
        return emission_.means() * forecast_states(x, steps, execution);
    }
    /// Akaike's criterion (model/criteria.hpp).
    template <class D = Data, Execution X = Sequential>
    double aic(const D& x, const X& execution = {}) const {
        return Aic{}(score(x, execution), static_cast<double>(parameters()));
    }
    /// Schwarz's criterion, n the sum of the observations' weights.
    template <class D = Data, Execution X = Sequential>
    double bic(const D& x, const X& execution = {}) const {
        const auto& blocks = detail::units_of(execution, *this, x);
        return Bic{}(score(blocks, execution), static_cast<double>(parameters()),
                     detail::sum_of_weights(blocks, execution));
    }
    /// The first sequence that is impossible under this model, and the step at which it became so.
    template <class D = Data, Execution X = Sequential>
    std::optional<Impossible> impossible(const D& x, const X& execution = {}) const;

    // --------------------------------------------------------------------- the LatentVariableModel contract

    /// Sequences in blocks of some thousand steps. A longer sequence is a block of its own.
    SequenceBlocks<Scalar> units(const Data& x) const { return {x, block_steps()}; }
    /// The same blocks of a source's sequences, each read when it is visited.
    template <DataSource Source>
    SequenceBlocks<Source> units(const Sequences<Source>& x) const {
        static_assert(std::is_same_v<typename Source::Scalar, Scalar>,
                      "latent: the source's scalar differs from the model's (float or double)");
        return {x, block_steps()};
    }
    /// What is cut stays as it is.
    template <detail::CutInto<Unit> Cut>
    const Cut& units(const Cut& x) const {
        return x;
    }
    /// One pass over the data.
    template <detail::CutInto<SequenceBlock<typename E::Scalar>> Cut>
    void check(const Cut& x) const;
    /// Why the likelihood of these data is no finite number: which sequence is impossible, and from where on.
    template <detail::CutInto<SequenceBlock<typename E::Scalar>> Cut>
    std::string explain(const Cut& x) const;

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
    void set_posterior(const Unit& x, const Responsibility& r, Posterior& q) const;
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

    /// A scale of each of the d dimensions of the data, in their units, that some outliers do not move: what remedies
    /// measure variances by. Time: a few hundred observations.
    template <class Cut, class X>
    Eigen::VectorXd data_scale(const Cut& x, const X& execution) const {
        return detail::robust_scale<Scalar>(x, execution);
    }

    /// Its name; its members are its parameters', see Archivable.
    static std::string type_name() { return "HiddenMarkovModel"; }
    static HiddenMarkovModel restored(MarkovChain chain, E emission, bool emission_fixed) {
        HiddenMarkovModel result(std::move(chain), std::move(emission));
        result.fix_emission(emission_fixed);
        return result;
    }

  private:
    Index block_steps() const { return size() <= 4 ? 8192 : 2048; }
    template <class Cut>
    void require_shape(const Cut& blocks) const;
    /// Of a block whose first sequence is number `first`. Returns the sum of the sequences' weights.
    double check_block(const Unit& block, Index first) const;
    /// zero and what visit(sum, b, block, q) adds to it for each block, q being a posterior to reuse whose inference is
    /// prepared. Throws std::invalid_argument on data that the model cannot take.
    template <class Sum, class Cut, class X, class Visit>
    Sum sum_over(const Cut& blocks, const X& execution, const Sum& zero, const Visit& visit) const;
    /// visit(i, first observation, the sequence, the sequence as a ChainBlock, q) for each sequence of block b.
    template <class Cut, class Visit>
    void for_each_sequence_of(const Cut& blocks, Index b, const Unit& block, Posterior& q,
                              const Visit& visit) const;
    /// The same for each sequence, on any worker: it writes to places of the sequence's own.
    template <class Cut, class X, class Visit>
    void for_each_sequence(const Cut& blocks, const X& execution, const Visit& visit) const {
        sum_over(blocks, execution, 0, [&](int&, Index b, const Unit& block, Posterior& q) {
            for_each_sequence_of(blocks, b, block, q, visit);
        });
    }
    /// visit(t, step) for each observation t, once it is filtered, on any worker.
    template <class Cut, class X, class Visit>
    void for_each_step(const Cut& blocks, const X& execution, const Visit& visit) const;
    /// visit(emission of the block) whose posteriors become the statistics of q.
    template <class Visit>
    double collecting(const Unit& x, Posterior& q, const Visit& visit) const;

    using Base::chain_, Base::emission_, Base::emission_fixed_;
};

/// The usual abbreviation.
template <class E>
using HMM = HiddenMarkovModel<E>;

/// Hidden Markov model with normal emissions of covariance structure Full, Tied, Diagonal, Spherical or another.
template <class Covariance = Full, class Scalar = double>
using GaussianHMM = HiddenMarkovModel<Gaussian<Covariance, Scalar>>;

}  // namespace latent

#include "latent/model/hidden_markov_model_definitions.hpp"
