// Every contract of the library on one page: what a type must supply, and what it gets for it.
#pragma once

#include <concepts>
#include <optional>
#include <span>
#include <vector>

#include "latent/core/additive.hpp"
#include "latent/core/journal.hpp"
#include "latent/core/progress.hpp"
#include "latent/core/random.hpp"
#include "latent/core/slices.hpp"
#include "latent/kernel/panel.hpp"

namespace latent {

namespace detail {

/// Stands for the driver's function objects where a contract is checked.
struct Ignore {
    template <class... Arguments>
    void operator()(Arguments&&...) const {}
};

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
/// not compile); `explain(units)`, a sentence on why their likelihood is not finite; `members()`, which names the parameters
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
/// model (log weights, log-Cholesky factors), and parameters fixed at zero are left out. It gets:
/// accelerations, Jittered.
template <class M>
concept Vectorizable = LatentVariableModel<M> && requires(M m, const M c, std::span<const double> v) {
    { c.to_vector() } -> std::same_as<std::vector<double>>;
    m.from_vector(v);
};

/// K component densities over one space of observations, as one family, so that their parameters can be tied.
/// E supplies
///   Scalar                 float or double, the type of the observations;
///   Statistics             Additive;
///   size(), dimension()    K and d;
///   zero_statistics();
///   log_density(x, out)    out(i, k) = log p(x_i | k), x a panel of n × d, out one of n × K;
///   accumulate(x, r, s)    adds the statistics of x with the weights r (n × K) to s;
///   maximize(s)            the maximum-likelihood parameters given s;
///   expected_log_density(s)→ Σ_k Σ_i r_ik log p(x_i | k), up to a constant free of the parameters;
///   parameters()           → number of free parameters;
///   same()                 → whether all K densities are one and the same (EM could never part them);
///   sample(k, random, x)   writes one draw of component k to the d numbers at x.
/// It gets: Mixture<E>, and by it the driver. Optional: reset(s), check(x), and rounding(k), how far rounding of the
/// observations about component k moves their log-densities (above 1e-4 a fit notes Cause::precision_lost; so far the
/// objective may fall).
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
    { c.same() } -> std::convertible_to<bool>;
    c.sample(Index{}, random, draw);
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

/// A family whose components can collapse onto too few observations. E adds
///   flaw(k, floor)            → what is wrong with component k, if anything: it was empty in the last maximize, it
///                             has no density, or a variance is below `floor`, d of them (without entries: no floor);
///   raise(k, floor)           lifts component k's variances to the floor, which is its maximum of the likelihood under
///                             that constraint, where `maximize` found it below; false where that is impossible;
///   inflate(variances)        adds to all components' variances, d numbers;
///   share(k)                  → component k's part of all observations, by weight, in the last maximize;
///   imprecise()               (optional) → whether the last maximize lost digits that the next one will find: the
///                             objective may fall in between;
///   respawn(k, from, random)  a new start for component k inside component `from`;
///   remove(k)                 K becomes K − 1.
/// It gets: the remedies VarianceFloor, Ridge, Reseed, Drop, Throw, in models with an emission() that offer
///   data_scale(units, execution)  → d scales of the data, in their units, that some outliers do not move.
template <class E>
concept Collapsible = Emission<E> &&
    requires(E e, const E c, Index k, const Eigen::VectorXd& floor, Random& random) {
    { c.flaw(k, floor) } -> std::same_as<std::optional<Cause>>;
    { e.raise(k, floor) } -> std::same_as<bool>;
    e.inflate(floor);
    { c.share(k) } -> std::convertible_to<double>;
    e.respawn(k, k, random);
    e.remove(k);
};

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
    S statistics;
    double objective = 0;
    static constexpr auto fields() { return std::tuple{&Expectation::statistics, &Expectation::objective}; }
};

/// A model with its own E-step: the objective (log-likelihood plus log prior) is that of the model beside it.
template <class M>
struct State {
    M model;
    Expectation<typename M::Statistics> expectation;
    double objective = 0;
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

/// An execution over several processes, each with a shard of the data; all of them make the same calls. X adds
///   x.together(f)   → f() of this process; where it throws on any, an exception on all of them;
///   x.agree(value)  → the same on all processes: the value of the first on which it is not T{};
///   x.total(n)      → Σ n over the processes;
///   x.before(n)     → Σ n over the processes before this one;
///   x.inner         the Execution for what each process does for itself.
/// agree takes whatever can be copied as bytes, and std::string. Optional: rank(), by which Checkpoint knows who writes.
/// Its reductions leave the same bits in `total` on every process. They add first_unit(n) → the number in the whole
/// data of the first of this process's n units (random numbers are keyed by it), and a member `scale`: what the
/// process's own sum is multiplied by before it meets the others. It gets: the driver, Stepwise and the starts.
template <class X>
concept Distributed = Execution<X> && requires(const X x) {
    x.together(detail::Ignore{});
    { x.agree(Status{}) } -> std::same_as<Status>;
    { x.total(Index{}) } -> std::same_as<Index>;
    { x.before(Index{}) } -> std::same_as<Index>;
    requires Execution<std::remove_cvref_t<decltype(x.inner)>>;
};

/// An E-step: which units are visited and how they are blended. E supplies
///   e.workspace(model, units, execution)                what lives for a whole fit;
///   e(model, units, iteration, workspace, expectation)  fills the expectation;
///   monotone, exact, settled(iteration)                 as its rule's.
/// Optional: lasting(workspace) → std::tie of what the next E-step needs of it. It gets: Checkpoint.
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
/// Optional: `remedy`, what it does about components that collapsed (mstep/remedies.hpp), or `inner`, another M-step that it
/// calls. It gets: the remedy's floor is that of the data when a fit begins, what the fit begins with and what
/// accelerations propose obey it, and components that are held there are Result::flaws.
template <class P, class M>
concept MStep = LatentVariableModel<M> && std::copy_constructible<P> &&
    requires(const P p, M m, const M c, const typename M::Statistics& s, Journal& journal) {
    p(m, s, journal);
    { p.penalty(c) } -> std::convertible_to<double>;
    { P::monotone } -> std::convertible_to<bool>;
};

/// A prior as data seen before. P supplies p(model) → M::Statistics, the pseudo-observations' statistics, for
/// any current model of the right shape. It gets: MaximumAPosteriori.
template <class P, class M>
concept Prior = LatentVariableModel<M> && std::copy_constructible<P> && requires(const P p, const M m) {
    { p(m) } -> std::same_as<typename M::Statistics>;
};

/// How one iteration gets from a state to the next. A supplies
///   a.memory(state)                             what lives for a whole fit;
///   a(state, next, maximize, evaluate, memory)  fills next, by maximize(from, to), the M-step from a state whose
///                                               E-step is made (false where a remedy did more than that, such as
///                                               to drop a component), and evaluate(s), the E-step of s.model; returns
///                                               how far the objective may be from its limit, NaN for unknown.
///                                               What may come to nothing is made within maximize.attempt(f), f() →
///                                               whether it is kept: see detail::Maximizer;
///   plain                                       whether it is nothing but one EM step.
/// Optional: lasting(memory) → std::tie of what the next iteration needs of it. It gets: Checkpoint.
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

/// Who watches. O supplies o(progress, model), called at the start and after every iteration; it may return
/// bool: false asks to stop.
template <class O, class M>
concept Observer = requires(const O o, const Progress& progress, const M& model) {
    o(progress, model);
};

/// Where the state of a fit is kept while it runs. C supplies c.session(execution) → an object that lives for a whole
/// fit, asked for by all processes of the execution:
///   resume(fit, start, lasting)              called when the start is evaluated: whether a fit was kept, from
///                                            which the lasting objects, a tuple of references, are then filled;
///   save(iteration, seconds, last, lasting)  called after every iteration.
/// C::keeps says whether they do anything; if not, `lasting` is empty.
template <class C>
concept Checkpointing = std::copy_constructible<C> && requires(const C c) {
    c.session(detail::Ignore{});
    { C::keeps } -> std::convertible_to<bool>;
};

/// How a fit begins. S supplies s(shape, data) → a model of the shape's family and size, fit to start from.
template <class S, class M, class Data>
concept Start = requires(const S s, const M& shape, const Data& data) {
    { s(shape, data) } -> std::same_as<M>;
};

}  // namespace latent
