// Every contract of the library on one page: what a type must supply, and what it gets for it.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "latent/core/additive.hpp"
#include "latent/core/journal.hpp"
#include "latent/core/progress.hpp"
#include "latent/core/random.hpp"
#include "latent/core/responsibility.hpp"
#include "latent/core/restrictions.hpp"
#include "latent/core/slices.hpp"
#include "latent/core/types.hpp"
#include "latent/core/workers.hpp"

namespace latent {

namespace detail {

/// Stands for the driver's function objects where a contract is checked.
struct Ignore {
    template <class... Arguments>
    void operator()(Arguments&&...) const {}
};

/// Stands for an argument of another type: what takes it takes anything.
struct Stranger {};

}  // namespace detail

// --------------------------------------------------------------------------------------------------- models

/// A model with latent variables z, observed data x and parameters θ. M supplies
///   Unit                   what is observed together and independent of the rest: an observation, a block of
///                          them, a sequence;
///   Posterior              room for what is inferred about one unit's z, default-constructed once and reused;
///   Statistics             the expected sufficient statistics (Additive);
///   zero_statistics()      → the statistics of no data;
///   infer(x, q)            → log p(x | θ); fills q with p(z | x, θ);
///   accumulate(x, q, s)    adds the expected sufficient statistics of x under q to s;
///   maximize(s)            θ := argmax of expected_log_joint(s);
///   expected_log_joint(s)  → E[log p(x, z | θ)] given s, up to a constant free of θ.
/// It gets: the driver with every E-step, M-step, execution and convergence policy.
/// Optional: `reset(s)`, zero_statistics() into s without an allocation; `units(data)`, which cuts raw data
/// into a range of units (a model that has it is fitted to nothing else, one without to any range of its Unit);
/// `check(units)`, which throws std::invalid_argument on data the model cannot take (what it cannot be asked about does
/// not compile); `explain(units)`, see Explaining; `members()`, which names the parameters
/// (core/archivable.hpp: Archivable). It gets: Checkpoint.
template <class M>
concept LatentVariableModel = std::copyable<M> && Additive<typename M::Statistics> &&
    std::default_initializable<typename M::Posterior> &&
    requires(M m, const M c, const typename M::Unit& x, typename M::Posterior& q,
             const typename M::Posterior& p, typename M::Statistics& s, const typename M::Statistics& t) {
    { c.zero_statistics() } -> std::same_as<typename M::Statistics>;
    { c.infer(x, q) } -> std::convertible_to<double>;
    c.accumulate(x, p, s);
    m.maximize(t);
    { c.expected_log_joint(t) } -> std::convertible_to<double>;
};

/// Adds explain(units) → a sentence on why the likelihood of these data is not finite, for Result::explanation.
template <class M, class Units>
concept Explaining = requires(const M m, const Units& units) {
    { m.explain(units) } -> std::convertible_to<std::string>;
};

/// Adds infer(x, q, beta): q ∝ p(x, z)^beta, returning (1/beta) log Σ_z p(x, z)^beta. It gets: Annealed.
template <class M>
concept Temperable = LatentVariableModel<M> &&
    requires(const M m, const typename M::Unit& x, typename M::Posterior& q, double beta) {
    { m.infer(x, q, beta) } -> std::convertible_to<double>;
};

/// Adds decode(x, q): q is one at ẑ = argmax_z p(x, z) and zero elsewhere; returns log p(x, ẑ).
/// It gets: Hard.
template <class M>
concept Decodable = LatentVariableModel<M> &&
    requires(const M m, const typename M::Unit& x, typename M::Posterior& q) {
    { m.decode(x, q) } -> std::convertible_to<double>;
};

/// Adds sample(x, random, q): q is one at a draw z ~ p(z | x) and zero elsewhere; returns log p(x).
/// It gets: Stochastic.
template <class M>
concept Samplable = LatentVariableModel<M> &&
    requires(const M m, const typename M::Unit& x, Random& random, typename M::Posterior& q) {
    { m.sample(x, random, q) } -> std::convertible_to<double>;
};

/// Adds truncate(x, q, threshold): posterior probabilities below the threshold become zero. It gets: Truncated.
template <class M>
concept Truncatable = LatentVariableModel<M> &&
    requires(const M m, const typename M::Unit& x, typename M::Posterior& q, double threshold) {
    m.truncate(x, q, threshold);
};

/// Adds to_vector() → std::vector<double> and from_vector(span): coordinates in which every vector is a valid
/// model (log-ratios of weights, log-Cholesky factors), and parameters fixed at zero are left out: no more of them than
/// parameters() says, where there is such a member. It gets: accelerations, Jittered, and, where it is
/// Savable too, standard_errors.
template <class M>
concept Vectorizable = LatentVariableModel<M> && requires(M m, const M c, std::span<const double> v) {
    { c.to_vector() } -> std::same_as<std::vector<double>>;
    m.from_vector(v);
};

/// Adds set_posterior(x, r, q): q becomes the posterior that somebody else gives, r(i, k) for observation i of x and
/// component k (core/responsibility.hpp), as `accumulate` reads it, the observations' weights included. Beside it `Scalar`, float or
/// double, size(), the number of its components, and dimension(), the number of rows that its observations have; its units
/// are ObservationUnits. It gets: KMeans and all other starts of the library, Restarts, Selection; and, where it
/// answers predict_proba and score_samples, SplitAndMerge.
/// Optional: add_one(s), see AddsOne; emission(), see WithEmission: its check sees the data, instead of the model's.
template <class M>
concept Startable = LatentVariableModel<M> && std::floating_point<typename M::Scalar> &&
    requires(const M m, const typename M::Unit& x, const Responsibility& r, typename M::Posterior& q) {
    { m.size() } -> std::convertible_to<Index>;
    { m.dimension() } -> std::convertible_to<Index>;
    m.set_posterior(x, r, q);
};

/// Adds add_one(s): what labels cannot tell, such as the moves of a hidden chain, is seen once by the statistics. It gets:
/// starts that leave no move at zero.
template <class M>
concept AddsOne = requires(const M m, typename M::Statistics& s) {
    m.add_one(s);
};

/// Adds parameters() → the number of free parameters. It gets: Selection.
template <class M>
concept CountsParameters = requires(const M m) {
    { m.parameters() } -> std::convertible_to<Index>;
};

/// A model whose single parameters can be fixed, bounded or tied, as Restrictions (core/restrictions.hpp) say. M, which has size()
/// components and dimension(), adds
///   obey(restrictions, s)   moves the statistics s, so that maximize(s) makes the best parameters that obey; or better ones than
///                           the present, which obey, where these have no closed form. Returns whether s had to be moved, but
///                           for rounding;
///   obey(restrictions)      makes the model itself obey, by no more than it must, components without observations, which
///                           maximize(s) leaves as they were, included; returns whether it did not;
///   fixed_parameters(restrictions)  → by how many of parameters() it has fewer free ones.
/// The first two throw std::invalid_argument on restrictions that no such model can obey. It gets: Constrained.
template <class M>
concept Restrictable = LatentVariableModel<M> &&
    requires(M m, const M c, const Restrictions& restrictions, typename M::Statistics& s) {
    { c.size() } -> std::convertible_to<Index>;
    { c.dimension() } -> std::convertible_to<Index>;
    { c.obey(restrictions, s) } -> std::same_as<bool>;
    { m.obey(restrictions) } -> std::same_as<bool>;
    { c.fixed_parameters(restrictions) } -> std::convertible_to<Index>;
};

/// A model of sequences, M::Data, that are independent of each other adds score_sequences(data) → log p(x) of each, its weight
/// left out. Optional: a second argument, the execution. It gets: robust_errors and Bootstrap, by sequence.
template <class M>
concept ScoresSequences = requires(const M m, const typename M::Data& data) {
    { m.score_sequences(data) } -> std::convertible_to<Eigen::VectorXd>;
};
/// A model whose Unit is any number of independent observations adds score_samples(x) → log p(x_i) of each, its weight left out.
/// Optional: a second argument, the execution. It gets: robust_errors and Bootstrap, by observation.
template <class M>
concept ScoresObservations = !ScoresSequences<M> && requires(const M m, const typename M::Unit& x) {
    { m.score_samples(x) } -> std::convertible_to<Eigen::VectorXd>;
};
/// Adds predict_proba(data) → K × n, how probable each component is of each observation. It gets: aligned, and so Bootstrap: where
/// components have changed places they change back; Selection finds components that rest on too few different points.
template <class M, class Data>
concept PredictsComponents = requires(const M m, const Data& data) {
    { m.predict_proba(data) } -> std::convertible_to<Eigen::MatrixXd>;
};

/// Has emission() → its component densities, an Emission. Optional: emission_fixed(), whether they stay as they are, so that
/// no remedy may change them. It gets: what an emission offers of Collapsible, Rounding and JudgesPrecision is used.
template <class M>
concept WithEmission = requires(M& m) {
    m.emission();
};
/// Adds emission_fixed(), see WithEmission.
template <class M>
concept FixesEmission = requires(const M m) {
    { m.emission_fixed() } -> std::convertible_to<bool>;
};

namespace detail {

template <class M>
using EmissionOf = std::remove_cvref_t<decltype(std::declval<M&>().emission())>;

/// accumulate takes the statistics by value: what it adds to the copy is lost.
template <class E>
concept AccumulatesIntoACopy = requires(const E e, const Panel<typename E::Scalar>& x) {
    e.accumulate(x, x, typename E::Statistics{});
    requires !requires { e.accumulate(x, x, Stranger{}); };
};

template <class E>
using GivenOf = typename E::Given;

}  // namespace detail

/// K component densities over one space of observations, as one family, so that their parameters can be tied. (Where they
/// share none, one density in scalar code is enough: see Density.) E supplies
///   Scalar                 float or double, the type of the observations;
///   Statistics             Additive;
///   size(), dimension()    K and d;
///   zero_statistics();
///   log_density(x, out)    out(i, k) = log p(x_i | k), x a panel of n × d, out one of n × K;
///   accumulate(x, r, s)    adds the statistics of x with the weights r (n × K) to s;
///   maximize(s)            the maximum-likelihood parameters given s;
///   expected_log_density(s) → Σ_k Σ_i r_ik log p(x_i | k), up to a constant free of the parameters;
///   parameters()           → number of free parameters;
///   all_equal()            → whether all K densities are one and the same (EM could never part them);
///   sample(k, random, x)   writes one draw of component k to the d numbers at x.
/// It gets: Mixture<E> and HiddenMarkovModel<E>, and by them the driver. Optional: reset(s), zero_statistics() into s;
/// check(x), which throws std::invalid_argument on Observations that are outside the family's space; members() and
/// type_name() (core/archivable.hpp: Archivable); and what the concepts below add. What it lacks is named by the compiler's first
/// error (emission/emission_checks.hpp).
///
/// Its duties:
/// * x has been packed from Observations; its rows from x.size() to x.padded() are filler that repeats the last one.
/// * log_density resizes `out`, to (x.size(), K), and leaves its filler finite (0 will do). Impossible is −∞, never NaN.
/// * In r the filler is 0, as are the weights of observations that do not count: what has the weight 0 adds nothing, whatever
///   x and the density are there. r need not sum to one over k: an observation's own weight is in it.
/// * maximize leaves a component without weight as it was. What comes out need not be sound: collapse is said afterwards, by
///   collapse_cause(k, floor) of Collapsible, or by a density that is no number.
/// * zero_statistics(), reset, log_density, density, accumulate and check come from several threads at once, each with panels
///   and statistics of its own, on one emission that nobody changes meanwhile. All else comes from one.
/// * accumulate may come without a log_density before it, and after one of other observations: starts do that. What both need
///   stands in a Room, see WithRoom.
/// * Cells may be missing, and NaN, only where it TakesMissing.
template <class E>
concept Emission = std::copyable<E> && Additive<typename E::Statistics> &&
    std::floating_point<typename E::Scalar> &&
    requires(E e, const E c, const Panel<typename E::Scalar>& x, Panel<typename E::Scalar>& out,
             typename E::Statistics& s, const typename E::Statistics& t, Random& random,
             typename E::Scalar* draw) {
    { c.size() } -> std::convertible_to<Index>;
    { c.dimension() } -> std::convertible_to<Index>;
    { c.zero_statistics() } -> std::same_as<typename E::Statistics>;
    c.log_density(x, out);
    c.accumulate(x, x, s);
    e.maximize(t);
    { c.expected_log_density(t) } -> std::convertible_to<double>;
    { c.parameters() } -> std::convertible_to<Index>;
    { c.all_equal() } -> std::convertible_to<bool>;
    c.sample(Index{}, random, draw);
    requires !detail::AccumulatesIntoACopy<E>;
};

/// Adds a type Room, memory that log_density and accumulate share and that lives across many blocks, one a worker and
/// default-constructed, and
///   prepare(x, room)            leaves in the room what accumulate needs of x;
///   log_density(x, out, room)   the same, and does that as well;
///   accumulate(x, r, room, s)   the same, in a room that has been left so for the same x.
/// What stands in a room is no part of any value: a copy of it may be an empty one. It gets: nothing is computed twice, or
/// allocated anew.
template <class E>
concept WithRoom = std::default_initializable<typename E::Room> &&
    requires(const E e, const Panel<typename E::Scalar>& x, Panel<typename E::Scalar>& out,
             typename E::Room& room, typename E::Statistics& s) {
    e.prepare(x, room);
    e.log_density(x, out, room);
    e.accumulate(x, x, room, s);
};

/// Adds takes_missing() → whether cells may be missing: panels x that are x.missing() have NaN in them, which the densities
/// and statistics in a Room integrate out, and check skips NaN in Observations that are missing(); and, in a room as
/// log_density has left it for the same x,
///   impute(x, r, room, values, variances)  where cell (i, j) of the panel x is missing, values(j, i) := its expectation
///                               given what is seen of x_i, component k being r_ik likely, Σ_k r_ik = 1, and
///                               variances(j, i) its variance (of angles and symbols, what stands for the two); d × n;
///   draw_hidden(x, i, k, random, room, to)   to(j) := a draw of each missing cell (i, j), jointly, given what is seen of x_i.
/// It gets: with_missing, impute.
template <class E>
concept TakesMissing = WithRoom<E> &&
    requires(const E e, const Panel<typename E::Scalar>& x, Eigen::Ref<Eigen::MatrixXd> values,
             Random& random, typename E::Room& room, Eigen::Ref<Eigen::VectorXd> to) {
    { e.takes_missing() } -> std::same_as<bool>;
    e.impute(x, x, room, values, values);
    e.draw_hidden(x, Index{}, Index{}, random, room, to);
};

/// A family of one-dimensional observations adds cdf(k, x) → P(X ≤ x | k) and survival(k, x) → P(X > x | k), each with its own
/// digits where it is small, for any x from −∞ to ∞. Optional: `discrete`, see Discrete. It gets: cdf, survival, quantile,
/// highest_density_region, pseudo_residuals. (A family of d dimensions may have the members: it is asked where d = 1.)
template <class E>
concept WithDistribution = requires(const E e, Index k, double x) {
    { e.cdf(k, x) } -> std::convertible_to<double>;
    { e.survival(k, x) } -> std::convertible_to<double>;
};

/// E::discrete says that observations are whole numbers. It gets: pseudo_residuals are segments.
template <class E>
concept Discrete = requires {
    requires E::discrete;
};

/// Adds marginal(dimensions) → the densities of these dimensions alone, in this order, an E as a rule; and a type Given:
///   E::Given(e, seen)      what e says of the other dimensions where those are seen, which increase, some but not all. It has
///     marginal               what e.marginal(seen) is, an E;
///     expect(e, k, x, hidden)  hidden := E[x_hidden | x_seen = x, k], in the order of the dimensions; it has their length,
///     covariance(e, k, x)    → their covariance, infinite where it has none;
///     conditional(e, x)      → the K densities of x_hidden given x_seen = x, an Emission.
/// It gets: marginal, conditional, Regression.
template <class E>
concept Conditionable = Emission<E> &&
    requires(const E e, const typename E::Given given, const std::vector<Index>& dimensions, Index k,
             const Eigen::VectorXd& x, Eigen::VectorXd& hidden) {
    requires Emission<decltype(e.marginal(dimensions))>;
    detail::GivenOf<E>(e, dimensions);
    { given.marginal } -> std::convertible_to<const E&>;
    given.expect(e, k, x, hidden);
    { given.covariance(e, k, x) } -> std::convertible_to<Eigen::MatrixXd>;
    given.conditional(e, x);
};

/// Adds coordinates in which every vector is a valid family: coordinates() → how many, to_vector(span) and
/// from_vector(span). It gets: Mixture<E> becomes Vectorizable.
template <class E>
concept VectorizableEmission = Emission<E> &&
    requires(E e, const E c, std::span<double> to, std::span<const double> from) {
    { c.coordinates() } -> std::convertible_to<Index>;
    c.to_vector(to);
    e.from_vector(from);
};

/// A family whose components can start anew and be taken out. E adds
///   split_from(k, from, random) a new start for component k inside component `from`, or a copy of it;
///   remove(k)                   K becomes K − 1.
/// It gets: a Product of it with families that are Collapsible is.
template <class E>
concept SplittingEmission = Emission<E> && requires(E e, Index k, Random& random) {
    e.split_from(k, k, random);
    e.remove(k);
};

/// A family whose components can collapse onto too few observations. E, a SplittingEmission, adds
///   collapse_cause(k, floor)    → what is wrong with component k, if anything: it was empty in the last maximize, it has no
///                               density, or a variance is below `floor`, d of them (without entries: no floor);
///   floor_variances(k, floor)   lifts component k's variances to the floor, which is its maximum of the likelihood under
///                               that constraint, where `maximize` found it below; false where that is impossible;
///   add_ridge(variances)        adds to all components' variances, d numbers;
///   share(k)                    → component k's part of all observations, by weight, in the last maximize.
/// Here split_from makes another component, about a random point.
/// It gets: the remedies VarianceFloor, Ridge, Throw, in a model WithEmission; with Splitting, Reseed and Drop; the floor of
/// the variances follows the data where the model is Scaling.
template <class E>
concept Collapsible = SplittingEmission<E> &&
    requires(E e, const E c, Index k, const Eigen::VectorXd& floor) {
    { c.collapse_cause(k, floor) } -> std::same_as<std::optional<Cause>>;
    { e.floor_variances(k, floor) } -> std::same_as<bool>;
    e.add_ridge(floor);
    { c.share(k) } -> std::convertible_to<double>;
};

/// A Collapsible E adds bound_variances(ratio, scale) → bool: makes those densities of the last maximize the most probable ones whose
/// variances in all directions and components, in units of `scale` (d variances), are within a factor `ratio` of each other; whether
/// they were not. It gets: the remedy EigenvalueRatio.
template <class E>
concept Boundable = Collapsible<E> && requires(E e, double ratio, const Eigen::VectorXd& scale) {
    { e.bound_variances(ratio, scale) } -> std::same_as<bool>;
};

/// A family whose means and covariances can be fixed, bounded or tied. E adds obey(restrictions, s) and
/// fixed_parameters(restrictions), as Restrictable says of a model, and
///   expect(count, s)   adds to s what one expects of observations, count(k) of component k: statistics whose maximum it is.
/// It gets: constraints about the emission in Mixture<E> and HiddenMarkovModel<E>.
template <class E>
concept RestrictableEmission = Emission<E> &&
    requires(const E e, const Restrictions& restrictions, const Eigen::VectorXd& count,
             typename E::Statistics& s) {
    { e.obey(restrictions, s) } -> std::same_as<bool>;
    { e.fixed_parameters(restrictions) } -> std::convertible_to<Index>;
    e.expect(count, s);
};

/// Adds density(x, out): p(x_i | k) themselves, under log_density's duties, for a family that has them cheaper than their
/// logarithms, such as a table; or density(x, out, room), where it is WithRoom. It gets: hidden Markov models use it.
template <class E>
concept PlainDensity = requires(const E e, const Panel<typename E::Scalar>& x,
                                Panel<typename E::Scalar>& out) {
    e.density(x, out);
};

/// Adds rounding(k) → how far rounding of the observations about component k moves their log-densities: above 1e-4 a fit notes
/// Cause::precision_lost, and so far the objective may fall.
template <class E>
concept Rounding = requires(const E e) {
    { e.rounding(Index{}) } -> std::convertible_to<double>;
};

/// Adds imprecise() → whether the last maximize lost digits that the next one will find: the objective may fall in between.
template <class E>
concept JudgesPrecision = requires(const E e) {
    { e.imprecise() } -> std::convertible_to<bool>;
};

/// Adds part(random): components that are made of parts, all alike in a shape, get parts that differ. It gets: starts call it.
template <class E>
concept Parting = requires(E e, Random& random) {
    e.part(random);
};

/// Adds noise() → the number of its last component, which stands for what belongs to no other and has no parameters. It gets:
/// starts give it a small part of all observations and the rest to the others, and that it has few is no flaw; the last
/// of the others is never removed.
template <class E>
concept NoisyEmission = Emission<E> && requires(const E e) {
    { e.noise() } -> std::convertible_to<Index>;
};

/// Adds `has_weights`, a constant: true where the emission has the weights of its mixture, as a Gate does, and a product with one. It
/// gets: the mixture has no others, so that parameters() counts none, and none can be constrained.
template <class E>
concept WeightingEmission = Emission<E> && requires {
    requires E::has_weights;
};

namespace detail {

template <class M>
concept WithNoiseComponent = WithEmission<const M> && NoisyEmission<EmissionOf<const M>>;

/// How many of a model's components are not noise.
template <class M>
Index components_of(const M& model) {
    return model.size() - (WithNoiseComponent<M> ? 1 : 0);
}

}  // namespace detail

/// A prior of one family. P supplies p(emission) → its statistics of pseudo-observations. It gets: MixturePrior and
/// HiddenMarkovPrior.
template <class P, class E>
concept FamilyPrior = requires(const P p, const E& emission) {
    { p(emission) } -> std::same_as<typename E::Statistics>;
};

/// A family inside another emission: pseudo_observations(f) → this emission's statistics, made of f(family). It gets: priors of
/// the family inside are priors of the emission.
template <class E, class F>
concept PassesPriorsOn = requires(const E e, const F& f) {
    { e.pseudo_observations(f) } -> std::same_as<typename E::Statistics>;
};

/// A model whose emission's components can collapse.
template <class M>
concept CollapsibleModel = WithEmission<M> && Collapsible<detail::EmissionOf<M>>;

/// A CollapsibleModel adds split_heaviest(k, random): component k starts anew inside the heaviest other one, false where there
/// is none; and remove(k): takes component k out, false where it is the last one. It gets: Reseed, Drop.
template <class M>
concept Splitting = CollapsibleModel<M> && requires(M m, Index k, Random& random) {
    { m.split_heaviest(k, random) } -> std::same_as<bool>;
    { m.remove(k) } -> std::same_as<bool>;
};

/// A model adds data_scale(units, execution) → d scales of the data, in their units, that some outliers do not move. It gets: a
/// remedy's floor follows the data.
template <class M, class Units, class X>
concept Scaling = requires(const M m, const Units& units, const X& execution) {
    { m.data_scale(units, execution) } -> std::convertible_to<Eigen::VectorXd>;
};

/// A model whose emission has parts that starts may part.
template <class M>
concept PartsEmission = WithEmission<M> && Parting<detail::EmissionOf<M>>;

// What an emission may say of its components. It gets: the member of the same name in Mixture<E> and HiddenMarkovModel<E>,
// which without it is not there, so that a `requires` can ask for it.

/// means() → d × K, the components' means. It gets: HiddenMarkovModel::forecast as well.
template <class E>
concept WithMeans = requires(const E e) {
    e.means();
};
/// covariance(k) → d × d, that of component k.
template <class E>
concept WithCovariances = requires(const E e) {
    e.covariance(Index{});
};
/// precision(k) → d × d, the inverse of component k's covariance.
template <class E>
concept WithPrecisions = requires(const E e) {
    e.precision(Index{});
};

namespace detail {

/// Whether a density observes one number, or else d of them.
template <class D>
concept ObservesNumber = requires(const D c, double x) {
    c.log_density(x);
}
|| !requires(const D c, std::span<const double> x) { c.log_density(x); };
template <class D>
using ObservationOf = std::conditional_t<ObservesNumber<D>, double, std::span<const double>>;

template <class D>
concept DrawsNumber = ObservesNumber<D> && requires(const D c, Random& random) {
    { c.sample(random) } -> std::convertible_to<double>;
};
template <class D>
concept DrawsNumbers = !ObservesNumber<D> && requires(const D c, Random& random, std::span<double> x) {
    { c.dimension() } -> std::convertible_to<Index>;
    c.sample(random, x);
};

}  // namespace detail

/// ONE density of ONE observation, in scalar code. An observation is a double, or a std::span<const double> of d numbers:
/// what log_density takes says which. D supplies
///   Statistics                  Additive; Statistics{} is that of no data;
///   log_density(x)              → log p(x), −inf where x is impossible;
///   accumulate(x, weight, s)    adds the statistics of x, `weight` times, to s; the weight is never 0;
///   maximize(s)                 the maximum-likelihood parameters given s, which is never that of no data;
///   expected_log_density(s)     → Σ_i weight_i log p(x_i), up to a constant free of the parameters;
///   sample(random)              → a draw, where x is a double; else sample(random, x) writes it to the span x, and
///   dimension()                 is d.
/// const members are called from several threads at once. It gets: Family<D>, an Emission of K of them. Optional:
///   zero_statistics()           → the statistics of no data, where they have lengths or a centre;
///   refuse(x)                   → why x is no observation, "expected a count 0, 1, 2, …", or nullptr: bad data are refused
///                               by that sentence, before a fit (what is not finite always is);
///   operator==                  by which Family tells that all are the same, so that a fit, which could not part them, is
///                               refused (without it the bytes of a trivially copyable D say so);
///   parameters()                → number of free parameters (default: coordinates()). It gets: aic, bic, Selection;
///   members(), or fields()      see Archivable; D must be default-constructible. It gets: Checkpoint.
/// A prior on it, such as MixturePrior::emission, is p(density) → Statistics, the pseudo-observations'.
template <class D>
concept Density = std::copyable<D> && Additive<typename D::Statistics> &&
    requires(D d, const D c, detail::ObservationOf<D> x, typename D::Statistics& s,
             const typename D::Statistics& t) {
    { c.log_density(x) } -> std::convertible_to<double>;
    c.accumulate(x, 1.0, s);
    d.maximize(t);
    { c.expected_log_density(t) } -> std::convertible_to<double>;
} &&(detail::DrawsNumber<D> || detail::DrawsNumbers<D>);

/// Adds coordinates in which every vector is a valid density: coordinates() → how many, to_vector(span) and
/// from_vector(span). It gets: Family<D> becomes a VectorizableEmission.
template <class D>
concept VectorizableDensity = Density<D> &&
    requires(D d, const D c, std::span<double> to, std::span<const double> from) {
    { c.coordinates() } -> std::convertible_to<Index>;
    c.to_vector(to);
    d.from_vector(from);
};

/// A Density of a number adds cdf(x) → P(X ≤ x) and survival(x) → P(X > x). Optional: `discrete`, see Discrete. It gets:
/// Family<D> becomes WithDistribution.
template <class D>
concept DensityWithDistribution = requires(const D d, double x) {
    { d.cdf(x) } -> std::convertible_to<double>;
    { d.survival(x) } -> std::convertible_to<double>;
};

// ---------------------------------------------------------------------------------------------------- data

// Data are whatever a model's units(data) takes, or a range of its Unit: size() and [i]. What of its members is asked for
// beside, by the driver and what works with it:

/// slices() → the Slices in which units are to be summed, so that the sum has the same bits wherever they are visited.
template <class U>
concept Sliced = requires(const U u) {
    { u.slices() } -> std::same_as<Slices>;
};

/// Units made of d × n observations: rows() and cols(), d and n; size(), the number of units; [u], unit u, which is a view of
/// Observations or has one, all(); first(u), how many observations the units before u have, for u up to size(). It gets:
/// starts, and a fit that counts observations, not units.
template <class U>
concept CountsObservations = requires(const U u, Index i) {
    { u.first(i) } -> std::convertible_to<Index>;
};
/// All of what CountsObservations says.
template <class U>
concept ObservationUnits = CountsObservations<U> && requires(const U u, Index i) {
    { u.size() } -> std::convertible_to<Index>;
    { u.rows() } -> std::convertible_to<Index>;
    { u.cols() } -> std::convertible_to<Index>;
    u[i];
};

/// Something made of observations in memory: all() → a view of them, with weights() and weight(i).
template <class U>
concept WithObservations = requires(const U u) {
    u.all().weights();
};

/// The same, or something to be read: all() → a view of them, with missing(), whether a NaN is a missing cell.
template <class U>
concept MayLackCells = requires(const U u) {
    { u.all().missing() } -> std::same_as<bool>;
};

/// Units of which middle(first, slices) is a part: units first … first + slices.units() − 1, to be summed in these Slices.
/// It gets: shard.
template <class U>
concept Shardable = Sliced<U> && requires(const U u, Index i, const Slices& slices) {
    u.middle(i, slices);
};

/// What sees an image of J pixels along I rays, by a system matrix A of entries a_ij ≥ 0 that need not be in memory. P supplies
///   rays(), pixels()       → I and J;
///   forward(first, x, y)   y_i := Σ_j a_ij x_j, for as many rays i from number `first` on as y has elements;
///   backward(first, y, x)  adds Σ_i a_ij y_i, over as many rays, to each x_j, with the same a_ij.
/// x has J elements. Both come from several threads at once. It gets: RayCounts<P>, the data of a PoissonImage<P>.
template <class P>
concept Projector = std::copy_constructible<P> &&
    requires(const P p, Index first, std::span<const double> from, std::span<double> to) {
    { p.rays() } -> std::convertible_to<Index>;
    { p.pixels() } -> std::convertible_to<Index>;
    p.forward(first, from, to);
    p.backward(first, from, to);
};

// Where data can be read from: DataSource (data/source.hpp), with `Scalar`, rows(), cols() and read(first, count, to).
// What units are cut from, memory and sources alike: ObservationView (same page), with view(first, count) and middle(first, count).
// What adds up: Additive (core/additive.hpp), with fields(), or size(), data() and [i] of a container, `centre` and
// recentre(point) of what is taken about one, and join(from) of what is not added member by member.

// ------------------------------------------------------------------------------------------------- policies

// Any policy may have a member check(), which throws std::invalid_argument, by the policy's name, where its numbers make no
// sense. The driver calls it when a fit begins, over several processes on all of them, and so does what uses a policy
// without the driver. A policy made of others passes it on to them: detail::check(inner).

/// How one unit is inferred. R supplies r(model, x, q, key) → the unit's share of the objective, filling q; and
///   monotone            whether EM with this rule can never lower its objective, so that a decrease is an error;
///   exact               whether the objective is the log-likelihood itself;
///   settled(iteration)  whether convergence may be judged yet.
/// It gets: the sweeps Batch and Stepwise.
template <class R, class M>
concept PosteriorRule = LatentVariableModel<M> && std::copy_constructible<R> &&
    requires(const R r, const M m, const typename M::Unit& x, typename M::Posterior& q, Key key) {
    { r(m, x, q, key) } -> std::convertible_to<double>;
    { R::monotone } -> std::convertible_to<bool>;
    { R::exact } -> std::convertible_to<bool>;
    { r.settled(0) } -> std::convertible_to<bool>;
};

/// What an E-step yields: the expected sufficient statistics and the log-likelihood they came with.
template <class S>
struct Expectation {
    S statistics;          ///< of all units
    double objective = 0;  ///< the log-likelihood, or what the rule puts in its place
    static constexpr auto fields() { return std::tuple{&Expectation::statistics, &Expectation::objective}; }
};

/// A model with its own E-step: the objective (log-likelihood plus log prior) is that of the model beside it.
template <class M>
struct State {
    M model;                                          ///< whose E-step and objective these are
    Expectation<typename M::Statistics> expectation;  ///< of its E-step
    double objective = 0;                             ///< log-likelihood plus log prior
    static constexpr auto members() {
        return std::tuple{&State::model, &State::expectation, &State::objective};
    }
};

/// How units are visited and shared out. X supplies x.template reduction<Sum, Scratch>() → an object that lives
/// for a whole fit, keeps its memory and its workers, and is called as
///   r(slices, reset, body, total)  reset(sum) makes a sum empty; body(sum, scratch, i) adds unit i; total is the result.
/// The sum must be taken within each of the Slices, and then over them in order: any number of workers gives the
/// same bits.
template <class X>
concept Execution = std::copy_constructible<X> && requires(const X x) {
    x.template reduction<double, int>()(Slices{1}, detail::Ignore{}, detail::Ignore{},
                                        std::declval<double&>());
};

/// Scratch, such as a Posterior, with a member `helpers`, a pointer to Workers. It gets: executions in which threads share the
/// memory lend it those that are idle, where a unit is inferred alone; nullptr where there are none.
template <class Scratch>
concept TakesHelpers = requires(Scratch scratch, Workers* idle) {
    scratch.helpers = idle;
};

/// An execution over several processes, each with a shard of the data; all of them make the same calls. X adds
///   x.together(f)   → f() of this process; where it throws on any, an exception on all of them;
///   x.agree(value)  → the same on all processes: the value of the first on which it is not T{};
///   x.total(n)      → Σ n over the processes;
///   x.before(n)     → Σ n over the processes before this one;
///   x.inner         the Execution for what each process does for itself.
/// agree takes whatever can be copied as bytes, and std::string. Optional: rank(), see Ranked.
/// Its reductions leave the same bits in `total` on every process, and are DistributedReductions. It gets: the driver,
/// Stepwise and the starts.
template <class X>
concept Distributed = Execution<X> && requires(const X x) {
    x.together(detail::Ignore{});
    { x.agree(Status{}) } -> std::same_as<Status>;
    { x.total(Index{}) } -> std::same_as<Index>;
    { x.before(Index{}) } -> std::same_as<Index>;
    requires Execution<std::remove_cvref_t<decltype(x.inner)>>;
};

/// A reduction over processes: first_unit(n) → the number in the whole data of the first of this process's n units (random
/// numbers are keyed by it), and a member `scale`: what the process's own sum is multiplied by before it meets the others.
template <class R>
concept DistributedReduction = requires(R r, Index n) {
    { r.first_unit(n) } -> std::convertible_to<Index>;
    r.scale = 1.0;
};

/// Processes that have a rank(): the one of rank 0 writes what all share. It gets: Checkpoint.
template <class X>
concept Ranked = requires(const X x) {
    { x.rank() } -> std::convertible_to<int>;
};

/// An E-step: which units are visited and how they are blended. E supplies
///   e.workspace(model, units, execution)                what lives for a whole fit;
///   e(model, units, iteration, workspace, expectation)  fills the expectation;
///   monotone, exact, settled(iteration)                 as its rule's.
/// Optional: lasting(workspace), see Lasting.
template <class E, class M, class Units, class X>
concept EStep = std::copy_constructible<E> &&
    requires(const E e, const M m, const Units& u, const X x, Expectation<typename M::Statistics>& out,
             decltype(e.workspace(m, u, x))& w) {
    e(m, u, 0, w, out);
    { E::monotone } -> std::convertible_to<bool>;
    { E::exact } -> std::convertible_to<bool>;
    { e.settled(0) } -> std::convertible_to<bool>;
};

/// An M-step. P supplies
///   p(model, statistics, journal)  replaces the model by the next one and notes in the journal what it had to mend;
///   p.penalty(model)               → log prior, 0 for maximum likelihood;
///   monotone                       whether it maximises, so that the objective can never fall.
/// Optional: `remedy`, a Remedy, or `inner`, another M-step that it calls: see HasRemedy, HasInner. It gets: the remedy's floor is
/// that of the data when a fit begins, what the fit begins with and what accelerations propose obey it, and components that
/// are held there are Result::flaws. Or admit(model, journal), by which it says itself what models no M-step made have to obey,
/// see Admits; fixed_parameters(model), see FixesParameters; and its parts, see StepsInParts.
template <class P, class M>
concept MStep = LatentVariableModel<M> && std::copy_constructible<P> &&
    requires(const P p, M m, const M c, const typename M::Statistics& s, Journal& journal) {
    p(m, s, journal);
    { p.penalty(c) } -> std::convertible_to<double>;
    { P::monotone } -> std::convertible_to<bool>;
};

/// An MStep with `inner`, another one that it calls.
template <class P>
concept HasInner = requires(const P p) {
    p.inner;
};
/// An MStep with `remedy`, a Remedy.
template <class P>
concept HasRemedy = requires(const P p) {
    p.remedy;
};

/// An MStep is of two parts, with the model's maximize(s) between them. P adds
///   p.all_seen(model, s)     → the statistics to be maximized: s, and a prior's pseudo-observations;
///   p.mend(model, journal)   what follows the maximization: the remedy.
/// It gets: Constrained, which comes between them.
template <class P, class M>
concept StepsInParts = MStep<P, M> &&
    requires(const P p, M m, const M c, const typename M::Statistics& s, Journal& journal) {
    { p.all_seen(c, s) } -> std::convertible_to<typename M::Statistics>;
    p.mend(m, journal);
};

/// An MStep adds fixed_parameters(model) → how many of the model's parameters() it leaves no choice. It gets: Result::parameters()
/// counts them not.
template <class P, class M>
concept FixesParameters = requires(const P p, const M& m) {
    { p.fixed_parameters(m) } -> std::convertible_to<Index>;
};

/// Something that a fit is to keep of single parameters. C supplies c(restrictions), which fills in its part of the Restrictions
/// (core/restrictions.hpp), and throws std::invalid_argument where it makes no sense of a model of these numbers of components and
/// dimensions. It gets: Constrained.
template <class C>
concept Constraint = std::copy_constructible<C> && requires(const C c, Restrictions& restrictions) {
    c(restrictions);
};

/// What is done about components that collapsed. R supplies remedy(model, journal), called after the M-step's maximisation, and
/// `monotone`, whether the objective can still never fall. Optional: `floor` and `relative`, see Floored, and
/// admit(model, journal), see Admits.
template <class R, class M>
concept Remedy = std::copy_constructible<R> && requires(const R r, M& m, Journal& journal) {
    r(m, journal);
    { R::monotone } -> std::convertible_to<bool>;
};

/// A remedy with a `floor`, the least variances of the d dimensions, which a fit sets to `relative` times the squared scale of
/// its data where it is empty.
template <class R>
concept Floored = requires(R r, const Eigen::VectorXd& variances) {
    r.floor = variances;
    { r.relative } -> std::convertible_to<double>;
};

/// A remedy, or an MStep, adds admit(model, journal): makes a model that no M-step made obey it; false where that is impossible.
/// Without it such a model is refused where a component has collapsed.
template <class R, class M>
concept Admits = requires(const R r, M& m, Journal& journal) {
    { r.admit(m, journal) } -> std::convertible_to<bool>;
};

/// What a checkpoint needs of an E-step or an acceleration: lasting(room) → std::tie of all in its workspace or memory that
/// the next iteration needs; what can be made again is left out. It gets: Checkpoint.
template <class P, class Room>
concept Lasting = requires(const P p, Room& room) {
    p.lasting(room);
};

/// A prior as data seen before. P supplies p(model) → M::Statistics, the pseudo-observations' statistics, for
/// any current model of the right shape. It gets: MaximumAPosteriori.
template <class P, class M>
concept Prior = LatentVariableModel<M> && std::copy_constructible<P> && requires(const P p, const M m) {
    { p(m) } -> std::same_as<typename M::Statistics>;
};

/// Any prior with a gradient. P supplies
///   p(model)            → the slope of log p(θ) at the model, as the M::Statistics whose expected_log_joint has it there;
///   p.log_prior(model)  → log p(θ), up to a constant.
/// It gets: OneStepLate.
template <class P, class M>
concept SlopedPrior = Prior<P, M> && requires(const P p, const M m) {
    { p.log_prior(m) } -> std::convertible_to<double>;
};

/// How one iteration gets from a state to the next. A supplies
///   a.memory(state)                             what lives for a whole fit;
///   a(state, next, maximize, evaluate, memory)  fills next, by maximize(from, to), the M-step from a state whose
///                                               E-step is made (false where a remedy did more than that, such as
///                                               to drop a component), and evaluate(s), the E-step of s.model; returns
///                                               how far the objective may be from its limit, NaN for unknown.
///                                               What may come to nothing is made within maximize.attempt(f), f() →
///                                               whether it is kept (driver/maximizer.hpp);
///   plain                                       whether it is nothing but one EM step.
/// Optional: lasting(memory), see Lasting.
template <class A, class M>
concept Acceleration = std::copy_constructible<A> &&
    requires(const A a, State<M>& s, decltype(a.memory(s))& memory) {
    { a(s, s, detail::Ignore{}, detail::Ignore{}, memory) } -> std::same_as<double>;
    { A::plain } -> std::convertible_to<bool>;
};

/// When a fit has converged. C supplies c(progress) → bool.
template <class C>
concept Convergence = std::copy_constructible<C> && requires(const C c, const Progress& progress) {
    { c(progress) } -> std::convertible_to<bool>;
};

namespace detail {
template <class T>
concept NothingOrBool = std::is_void_v<T> || std::convertible_to<T, bool>;
}

/// Who watches. O supplies o(progress, model), called at the start and after every iteration; it returns nothing, or a
/// bool: false asks to stop.
template <class O, class M>
concept Observer = requires(const O o, const Progress& progress, const M& model) {
    { o(progress, model) } -> detail::NothingOrBool;
};

/// Where the state of a fit is kept while it runs. C supplies c.session(execution) → an object that lives for a whole
/// fit, asked for by all processes of the execution:
///   resume(fit, start, lasting)              called when the start is evaluated: whether a fit was kept, from
///                                            which the lasting objects, a tuple of references, are then filled;
///   save(iteration, seconds, last, lasting)  called after every iteration.
/// C::keeps says whether they do anything; if not, `lasting` is empty.
/// Optional: numbered(i) → the same for fit i of several, see NumberedCheckpoint.
template <class C>
concept Checkpointing = std::copy_constructible<C> && requires(const C c) {
    c.session(detail::Ignore{});
    { C::keeps } -> std::convertible_to<bool>;
};

/// Adds numbered(i) → one that keeps fit i of several. It gets: Restarts and Selection.
template <class C>
concept NumberedCheckpoint = requires(const C c, Index i) {
    { c.numbered(i) } -> std::same_as<C>;
};

/// A value whose parameters are named. T supplies T::saved() → a std::tuple of named("name", &T::member), in core/saved.hpp:
/// a member, private ones too, or a member function, for each parameter and nothing that is computed from them,
///   `static constexpr auto saved() { return std::tuple{named("rate", &T::rate_)}; }`.
/// It is made of them again, in that order, by `T::restored(values…)` where there is one, else by its constructor, which throw
/// std::invalid_argument on invalid ones, and else make the same value to the bit. What T::type_name() says, if there is one,
/// is written beside them, and "float" where T::Scalar is that. Parameters are numbers, enumerations that have an operator <<,
/// text, Eigen vectors and matrices, Savable values, and std::vector, optional and tuple of these. It gets: save and load, and, where
/// it says which of them are the components' (SavedAs) or has a member `reordered(order)`, reordered and sorted.
template <class T>
concept Savable = requires {
    T::saved();
};

/// How a fit begins. S supplies s(shape, data) → a model of the shape's family and size, fit to start from. It gets: fit.
/// Optional: s(shape, data, execution), see StartOn; `seed`, see Seeded.
template <class S, class M, class Data>
concept Start = requires(const S s, const M& shape, const Data& data) {
    { s(shape, data) } -> std::same_as<M>;
};

/// A start that goes through the data by an execution, and so over processes.
template <class S, class M, class Data, class X>
concept StartOn = Start<S, M, Data> && requires(const S s, const M& shape, const Data& data, const X& x) {
    { s(shape, data, x) } -> std::same_as<M>;
};

/// How data like those of a fit are made. R supplies r(model, data, random) → a value that owns what its member `data` views,
/// which is what the model is fitted to next. It gets: Bootstrap.
template <class R, class M, class Data>
concept Resampling = requires(const R r, const M& model, const Data& data, Random& random) {
    r(model, data, random).data;
};

/// A start with a member `seed`, by which another begins elsewhere. It gets: Restarts and Selection.
template <class S>
concept Seeded = requires(S s) {
    s.seed += std::uint64_t{1};
};

/// A criterion of numbers, c(log_likelihood, parameters, n), see SelectionCriterion.
template <class C>
concept NumericCriterion = requires(const C c, double value) {
    { c(value, value, value) } -> std::convertible_to<double>;
};
/// A criterion of parts(), see SelectionCriterion.
template <class C>
concept PartedCriterion = requires(const C c) {
    { c.parts() } -> std::convertible_to<Index>;
};

/// A criterion that has a `name`, see SelectionCriterion.
template <class C>
concept NamedCriterion = requires(const C c) {
    { c.name } -> std::convertible_to<std::string>;
};

/// What the candidates of a selection are compared by; the smaller, the better. C supplies one of
///   c(log_likelihood, parameters, n)           → double, n the sum of the observations' weights;
///   c(fit, units, execution)                   → double, of the candidate's Result, its model's units of the data, and who works;
///   parts() and part(i, shape, units, fits)    → double, i = 0 … parts() − 1: the criterion is their sum. fits.fit(shape, data)
///                                              fits as the candidate is fitted. Parts are shared out as fits are.
/// Optional: `name`, what it is called in print. It gets: Selection, select.
template <class C, class Fit, class Units, class X>
concept SelectionCriterion = std::copy_constructible<C> &&
    (NumericCriterion<C> || PartedCriterion<C> ||
     requires(const C c, const Fit& fit, const Units& u, const X& x) {
         { c(fit, u, x) } -> std::convertible_to<double>;
     });

}  // namespace latent
