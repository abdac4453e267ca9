// Linear Gaussian state space models: a hidden normal state that moves linearly, and is seen through noise.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/core/processes.hpp"
#include "latent/core/sequential.hpp"
#include "latent/core/sum_of_weights.hpp"
#include "latent/core/units.hpp"
#include "latent/data/sequence_blocks.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/model/criteria.hpp"
#include "latent/model/imputation.hpp"
#include "latent/model/kalman_inference.hpp"
#include "latent/model/state_space.hpp"

namespace latent {

/// What is inferred about a block of sequences: its expected sufficient statistics, and the room to find them.
///
/// (A template, always of double, so that a program compiles only the members it calls.)
template <class Scalar>
struct BasicLinearDynamicalPosterior {
    BasicLinearGaussianChainStatistics<Scalar> statistics;
    detail::KalmanInference<Scalar> inference;
};
/// That of double, as models have it.
using LinearDynamicalPosterior = BasicLinearDynamicalPosterior<double>;

/// y_t = Z x_t + v_t, v_t ~ N(0, H); x_{t+1} = T x_t + w_t, w_t ~ N(0, Q); x_1 ~ N(a, P), the noises independent: a
/// LatentVariableModel of the hidden states x, of which all parameters or some are estimated (Shumway & Stoffer 1982, "An approach
/// to time series smoothing and forecasting using the EM algorithm"; Ghahramani & Hinton 1996, "Parameter estimation for linear
/// dynamical systems"; Durbin & Koopman 2012, "Time series analysis by state space methods"). Data are sequences: a matrix
/// d × n (one sequence), `Sequences(y, lengths)`, or a std::vector of matrices, weighted as those of a HiddenMarkovModel; cells may
/// be missing, `with_missing(y)`. Such a cell is hidden as the state is: it enters the M-step with its expectation.
///
/// Inference is exact: Kalman's filter and the smoother of Rauch, Tung & Striebel, of covariances that are sums of what cannot
/// be negative. Time: s³ + d³ a step, of the complete steps of a steady state less. Memory: s² + s numbers a step of
/// the longest sequence. With all parameters estimated the states are known but for a linear map, and which one a fit finds
/// depends on its start. Of one sequence, estimate the initial mean or the initial covariance, not both: p(x_1) would shrink
/// to a point.
///
/// (A template, always of double, so that a program compiles only the members it calls.)
template <class Scalar_>
class BasicLinearDynamicalSystem {
  public:
    using Scalar = Scalar_;
    using Unit = SequenceBlock<double>;
    using Data = Sequences<double>;
    using Posterior = BasicLinearDynamicalPosterior<Scalar>;
    using Statistics = BasicLinearGaussianChainStatistics<Scalar>;

    /// An empty one, to be assigned to; whoever asks it anything is told that it is empty by a std::invalid_argument.
    BasicLinearDynamicalSystem() = default;
    /// Throws std::invalid_argument, naming the parameter, on a wrong shape, a number that is not finite, a covariance
    /// that is not symmetric or, where it or what stands beside it is estimated, not positive definite. Covariances that stay as
    /// they are may be singular.
    explicit BasicLinearDynamicalSystem(const StateSpaceParameters& given,
                                        const Estimated& estimated = Estimated::all());

    /// s and d.
    Index size() const { return chain_.transition.dimension(); }
    Index dimension() const { return chain_.observation.dimension(); }
    const Eigen::MatrixX<Scalar>& observation() const { return chain_.observation.coefficients(); }
    const Eigen::MatrixX<Scalar>& transition() const { return chain_.transition.coefficients(); }
    const Eigen::MatrixX<Scalar>& observation_covariance() const { return chain_.observation.covariance(); }
    const Eigen::MatrixX<Scalar>& state_covariance() const { return chain_.transition.covariance(); }
    Eigen::VectorX<Scalar> initial_mean() const { return chain_.initial.coefficients(); }
    const Eigen::MatrixX<Scalar>& initial_covariance() const { return chain_.initial.covariance(); }
    Estimated estimated() const;
    /// What the model is made of.
    const BasicLinearGaussianChain<Scalar>& chain() const { return chain_; }

    // ---------------------------------------------------------------------------------------------- queries
    // As those of HiddenMarkovModel: of sequences, by the workers of an execution, which share out blocks of sequences. All
    // throw std::invalid_argument on data that the model cannot take. Columns are those of the observations, in their order.

    /// Log-likelihood of all sequences (times their weights), and of each; −∞ where an observation has no density.
    template <class D = Data, Execution X = Sequential>
    double score(const D& y, const X& execution = {}) const {
        return score_sequences_of(y, execution, true).sum();
    }
    template <class D = Data, Execution X = Sequential>
    Eigen::VectorX<Scalar> score_sequences(const D& y, const X& execution = {}) const {
        return score_sequences_of(y, execution, false);
    }
    /// p(x_t | y_1 … y_t).
    template <class D = Data, Execution X = Sequential>
    NormalMoments filter(const D& y, const X& execution = {}) const;
    /// p(x_t | y).
    template <class D = Data, Execution X = Sequential>
    SmoothedStates smooth(const D& y, const X& execution = {}) const;
    /// p(x_{n + h} | y) and p(y_{n + h} | y) for h = 1 … steps after the last sequence's end.
    template <class D = Data>
    NormalMoments forecast_states(const D& y, Index steps) const;
    template <class D = Data>
    NormalMoments forecast(const D& y, Index steps) const;
    /// The observations with their missing cells filled in: E[y_missing | y_seen], and the variance of each.
    template <class D = Data, Execution X = Sequential>
    Imputation<double> impute(const D& y, const X& execution = {}) const;
    /// States drawn from p(x | y), s × n: forward filtering, backward sampling, one sequence after the other.
    template <class D = Data>
    Eigen::MatrixX<Scalar> sample_states(const D& y, Random& random) const;
    /// A draw of n observations, one sequence, with their states. Throws std::invalid_argument for n < 0.
    StateSpaceDraw sample(Index n, Random& random) const;
    /// Free parameters: all numbers of what is estimated, of covariances those on and below the diagonal.
    Index parameters() const { return chain_.parameters(); }
    /// Akaike's and Schwarz's criteria (model/criteria.hpp).
    template <class D = Data, Execution X = Sequential>
    double aic(const D& y, const X& execution = {}) const {
        return Aic{}(score(y, execution), static_cast<double>(parameters()));
    }
    template <class D = Data, Execution X = Sequential>
    double bic(const D& y, const X& execution = {}) const {
        const auto& blocks = detail::units_of(execution, *this, y);
        return Bic{}(score(blocks, execution), static_cast<double>(parameters()),
                     detail::sum_of_weights(blocks, execution));
    }

    // --------------------------------------------------------------------- the LatentVariableModel contract

    /// Sequences in blocks of some hundred steps. A longer sequence is a block of its own.
    SequenceBlocks<double> units(const Data& y) const { return {y, block_steps}; }
    /// The same blocks of a source's sequences, each read when it is visited.
    template <DataSource Source>
    SequenceBlocks<Source> units(const Sequences<Source>& y) const {
        static_assert(std::is_same_v<typename Source::Scalar, double>,
                      "latent: the source's scalar differs from the model's, which is double");
        return {y, block_steps};
    }
    /// What is cut stays as it is.
    template <detail::CutInto<Unit> Cut>
    const Cut& units(const Cut& y) const {
        return y;
    }
    /// One pass over the data.
    template <detail::CutInto<SequenceBlock<double>> Cut>
    void check(const Cut& y) const;
    /// Which observation has no density, where there is one.
    template <detail::CutInto<SequenceBlock<double>> Cut>
    std::string explain(const Cut& y) const;

    Statistics zero_statistics() const { return chain_.zero_statistics(); }
    void reset(Statistics& s) const { chain_.reset(s); }
    /// log p(y); q gets the expected sufficient statistics.
    double infer(const Unit& y, Posterior& q) const { return infer(y, q, nullptr); }
    /// log p(y); the statistics are those of states drawn from p(x | y).
    double sample(const Unit& y, Random& random, Posterior& q) const { return infer(y, q, &random); }
    void accumulate(const Unit&, const Posterior& q, Statistics& s) const { add(s, q.statistics); }
    void maximize(const Statistics& s) { chain_.maximize(s); }
    double expected_log_joint(const Statistics& s) const { return chain_.expected_log_density(s); }

    /// Of the initial state, the transition and the observation, what is estimated: matrices as they are, covariances by
    /// their Cholesky factors, with logarithms on the diagonal.
    std::vector<double> to_vector() const {
        std::vector<double> v(static_cast<std::size_t>(parameters()));
        chain_.to_vector(v);
        return v;
    }
    void from_vector(std::span<const double> v) { chain_.from_vector(v); }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return "LinearDynamicalSystem"; }
    static constexpr auto members() { return std::tuple{&BasicLinearDynamicalSystem::chain_}; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        using L = BasicLinearDynamicalSystem;
        return std::tuple{named("observation", &L::observation),
                          named("transition", &L::transition),
                          named("observation_covariance", &L::observation_covariance),
                          named("state_covariance", &L::state_covariance),
                          named("initial_mean", &L::initial_mean),
                          named("initial_covariance", &L::initial_covariance),
                          named_optional("estimated", &L::estimated)};
    }
    static BasicLinearDynamicalSystem restored(Eigen::MatrixX<Scalar> observation,
                                               Eigen::MatrixX<Scalar> transition,
                                               Eigen::MatrixX<Scalar> observation_covariance,
                                               Eigen::MatrixX<Scalar> state_covariance,
                                               Eigen::VectorX<Scalar> initial_mean,
                                               Eigen::MatrixX<Scalar> initial_covariance,
                                               const Estimated& estimated);

  private:
    using Inference = detail::KalmanInference<Scalar>;
    using Series = Observations<double>;  // one sequence
    static constexpr Index block_steps = 512;

    double infer(const Unit& y, Posterior& q, Random* random) const;
    void require_parameters() const {
        detail::require(size() > 0,
                        "latent::LinearDynamicalSystem: this model is empty: nothing was assigned to it");
    }
    template <class Cut>
    void require_shape(const Cut& blocks) const;
    /// Of a block whose first sequence is number `first`. Returns the sum of the sequences' weights.
    double check_block(const Unit& block, Index first) const;
    /// visit(i, first observation, the sequence, its weight, inference) for each sequence, on any worker: it writes to places
    /// of the sequence's own.
    template <class Cut, class X, class Visit>
    void for_each_sequence(const Cut& blocks, const X& execution, const Visit& visit) const;
    template <class D, class X>
    Eigen::VectorX<Scalar> score_sequences_of(const D& y, const X& execution, bool weighted) const;

    BasicLinearGaussianChain<Scalar> chain_;
};

/// The model that sequences are fitted by.
using LinearDynamicalSystem = BasicLinearDynamicalSystem<double>;
/// The usual abbreviation.
using LDS = LinearDynamicalSystem;

/// As impute of other models, model/impute.hpp.
template <class Scalar>
Imputation<Scalar> impute(const BasicLinearDynamicalSystem<Scalar>& model, const Sequences<double>& y) {
    return model.impute(y);
}

}  // namespace latent

#include "latent/model/linear_dynamical_system_definitions.hpp"
#include "latent/model/linear_dynamical_system_queries.hpp"
