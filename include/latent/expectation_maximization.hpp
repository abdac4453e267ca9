// The driver: expectation, maximisation, judgement, again. It knows no model, no data layout, no thread and
// no prior.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>

#include "latent/acceleration/plain.hpp"
#include "latent/checkpoint/no_checkpoint.hpp"
#include "latent/convergence/aitken.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/precision.hpp"
#include "latent/core/units.hpp"
#include "latent/estep/batch.hpp"
#include "latent/execution/processes.hpp"
#include "latent/execution/sequential.hpp"
#include "latent/execution/sum_of_weights.hpp"
#include "latent/mstep/maximum_likelihood.hpp"
#include "latent/mstep/remedy_of.hpp"
#include "latent/observer/silent.hpp"

namespace latent {

/// What a fit returns: the last finite model, whatever the ending (where EM is monotone it is the best), and the whole
/// way there.
template <class M>
struct Result {
    M model;
    double objective = 0;  ///< of `model`: log-likelihood plus log prior (up to the prior's constant)
    /// Of `model`, exact. Both are −∞ where they are not finite, never NaN; the fit is degenerate then.
    double log_likelihood = 0;
    Status status = Status::running;
    int iterations = 0;         ///< iterations made
    int evaluations = 0;        ///< E-steps made, the exact one at the end of an inexact fit included
    double seconds = 0;         ///< wall-clock time
    std::vector<double> trace;  ///< the E-step's objective after 0, 1, … iterations
    std::vector<Event> events;  ///< what happened to components
    std::vector<Flaw> flaws{};  ///< what components of `model` lack: they are spurious
    std::string explanation{};  ///< why the objective was not finite, from a model that can tell

    bool converged() const { return status == Status::converged; }
    /// Whether the fit did not break down, and no component of it is empty, held by the remedy, or on too few
    /// observations: whether its likelihood can be compared with that of others.
    bool sound() const { return status != Status::degenerate && flaws.empty(); }
};

/// One line: how it ended, the log-likelihood, iterations, time; then a line an event.
template <class M>
std::ostream& operator<<(std::ostream& out, const Result<M>& r) {
    out << r.status << " after " << r.iterations << " iterations (" << r.evaluations << " evaluations, "
        << r.seconds << " s), log-likelihood " << r.log_likelihood;
    for (const Event& e : r.events) out << "\n  " << e;
    for (const Flaw& f : r.flaws) out << "\n  " << f;
    if (!r.explanation.empty()) out << "\n  " << r.explanation;
    return out;
}

namespace detail {

/// The M-step as an acceleration sees it.
template <class MStep>
struct Maximizer {
    const MStep& mstep;
    Journal& journal;

    /// to := the M-step from a state whose E-step is made; false where a remedy changed the model by more than that, so
    /// that nothing can be learnt from the way from one to the other.
    template <class M>
    bool operator()(const State<M>& from, State<M>& to) const {
        const bool before = std::exchange(journal.discontinuous, false);
        to.model = from.model;
        mstep(to.model, from.expectation.statistics, journal);
        const bool smooth = !journal.discontinuous;
        journal.discontinuous = before || !smooth;
        return smooth;
    }
    /// Whether a model that an acceleration proposes obeys what the M-step's models obey, or could be made to.
    template <class M>
    bool admit(M& model) const {
        return detail::admit(mstep, model, journal);
    }
    /// Whether f() is true and no component was beyond repair. If not, nothing has happened: what remedies noted
    /// meanwhile is forgotten. CollapsedComponent is a no as well: the step made instead will throw it, if it must.
    template <class F>
    bool attempt(const F& f) const {
        const Journal before = journal;
        bool kept = false;
        try {
            kept = f() && !journal.gave_up();
        } catch (const CollapsedComponent&) {
        }
        if (!kept) journal = before;
        return kept;
    }
};

}  // namespace detail

/// Expectation-maximization as an aggregate of policies, each a value:
/// `ExpectationMaximization{.mstep = MaximumAPosteriori{prior}, .execution = Threads{}}.fit(model, data)`.
/// (clang before 17 wants the types written out: `ExpectationMaximization<Batch<>, MaximumLikelihood<>,
/// Threads>{…}`.) The defaults are exact maximum likelihood on one thread. It holds no state: a fit can be
/// repeated from it.
template <class EStepPolicy = Batch<Soft>, class MStepPolicy = MaximumLikelihood<>,
          class ExecutionPolicy = Sequential, class AccelerationPolicy = Plain,
          class ConvergencePolicy = Aitken, class ObserverPolicy = Silent,
          class CheckpointPolicy = NoCheckpoint>
struct ExpectationMaximization {
    EStepPolicy estep{};
    MStepPolicy mstep{};
    ExecutionPolicy execution{};
    AccelerationPolicy acceleration{};
    ConvergencePolicy convergence{};
    Limits limits{};
    ObserverPolicy observer{};
    CheckpointPolicy checkpoint{};

    /// Fits `model`, beginning at its parameters, to `data`: anything the model cuts into units, or a range of its units.
    /// A numeric breakdown is no exception but Status::degenerate, with the last finite model. Throws
    /// std::invalid_argument where the model's check of the data or a policy's of its numbers does and where there are no
    /// data, std::runtime_error where a source or a checkpoint cannot be read or written, and what the observer, the prior
    /// and the remedy Throw do. With an execution over several processes each of them calls it with its own shard, and all
    /// of them return the same, or throw. Time: one pass over the data an evaluation. Memory: two models with their
    /// statistics, and what execution and acceleration need.
    template <LatentVariableModel M, class Data>
    Result<M> fit(M model, const Data& data) const {
        const auto& units = detail::units_of(execution, model, data);
        check_contracts<M>(units);
        detail::together(execution, [&] { check(); });
        detail::check_data(execution, std::ssize(units), [&] { detail::check_with(model, units); });
        const double observations = detail::sum_of_weights(units, execution);
        detail::require(observations > 0, "latent::fit: there are no data to fit the model to");
        return run(std::move(model), units, observations);
    }

    /// Throws std::invalid_argument, in the policy's name, where a policy's numbers make no sense. fit calls it.
    void check() const {
        detail::check(estep);
        detail::check(mstep);
        detail::check(execution);
        detail::check(acceleration);
        detail::check(convergence);
        detail::check(limits);
        detail::check(observer);
        detail::check(checkpoint);
    }

    /// Whether an iteration can never lower the objective.
    static constexpr bool monotone = EStepPolicy::monotone && MStepPolicy::monotone;

  private:
    template <class M, class Units>
    static void check_contracts(const Units&) {
        static_assert(Execution<ExecutionPolicy>,
                      "latent: the execution does not fit the contract Execution (core/concepts.hpp)");
        static_assert(EStep<EStepPolicy, M, Units, ExecutionPolicy>,
                      "latent: the E-step does not fit the contract EStep for this model and data");
        static_assert(MStep<MStepPolicy, M>,
                      "latent: the M-step does not fit the contract MStep for this model");
        static_assert(Acceleration<AccelerationPolicy, M>,
                      "latent: the acceleration does not fit the contract Acceleration for this model");
        static_assert(Convergence<ConvergencePolicy>,
                      "latent: the convergence criterion does not fit the contract Convergence");
        static_assert(Observer<ObserverPolicy, M>,
                      "latent: the observer cannot be called with (const Progress&, const Model&)");
        static_assert(Checkpointing<CheckpointPolicy>,
                      "latent: the checkpoint does not fit the contract Checkpointing");
        static_assert(
            AccelerationPolicy::plain || EStepPolicy::monotone,
            "latent: only a monotone E-step can be accelerated, not a random, annealed or stepwise one");
    }

    template <class M, class Units>
    Result<M> run(M model, const Units& units, double observations) const {
        using Clock = std::chrono::steady_clock;
        auto begin = Clock::now();
        auto session = checkpoint.session(execution);
        const MStepPolicy maximization = detail::about(mstep, model, units, execution);
        auto workspace = estep.workspace(model, units, execution);
        Journal journal;
        int evaluations = 0;

        const auto evaluate = [&](State<M>& s) {
            estep(s.model, units, journal.iteration, workspace, s.expectation);
            s.objective = s.expectation.objective + maximization.penalty(s.model);
            ++evaluations;
        };
        const detail::Maximizer<MStepPolicy> maximize{maximization, journal};

        State<M> state{std::move(model), {}, 0};
        maximize.admit(state.model);
        evaluate(state);
        State<M> next = state;
        auto memory = acceleration.memory(state);
        std::vector<double> trace{state.objective};
        trace.reserve(static_cast<std::size_t>(std::clamp(limits.iterations, 0, 4096)) + 1);
        Progress progress;
        double remaining = std::numeric_limits<double>::quiet_NaN();
        const auto lasting = [&] {  // all that an iteration leaves for the next one
            if constexpr (CheckpointPolicy::keeps) {
                static_assert(
                    requires { estep.lasting(workspace); },
                    "latent: a checkpoint needs the E-step's lasting(workspace), see EStep");
                static_assert(
                    requires { acceleration.lasting(memory); },
                    "latent: a checkpoint needs the acceleration's lasting(memory), see Acceleration");
                return std::tuple_cat(
                    std::tie(state, journal, evaluations, trace, remaining, progress.seconds),
                    estep.lasting(workspace), acceleration.lasting(memory));
            } else {
                return std::tuple{};
            }
        };
        if (detail::together(execution, [&] { return session.resume(*this, state, lasting()); }))
            begin -=
                std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(progress.seconds));

        std::string explanation;
        Status status = Status::running;
        const auto break_down = [&](State<M>& broken) {
            status = Status::degenerate;
            explanation = explain(broken, units);
        };
        if (!finite(state, journal)) break_down(state);
        while (status == Status::running) {
            const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
            progress = {.iteration = journal.iteration,
                        .evaluations = evaluations,
                        .seconds = seconds,
                        .step_seconds = seconds - progress.seconds,
                        .objective = state.objective,
                        .observations = observations,
                        .remaining = remaining,
                        .resolution = detail::resolution<M>(),
                        .trace = trace};
            status = detail::agreed(execution, detail::together(execution, [&] {
                                        return judge(progress, state.model, journal.discontinuous);
                                    }));
            if constexpr (CheckpointPolicy::keeps)
                detail::together(execution, [&] {
                    session.save(progress.iteration, seconds, status != Status::running, lasting());
                });
            if (status != Status::running) break;

            ++journal.iteration;
            journal.discontinuous = false;
            remaining = acceleration(state, next, maximize, evaluate, memory);
            if (!finite(next, journal)) {
                break_down(next);
            } else {
                status = taken(state, next, journal, observations);
                if (status == Status::degenerate)
                    detail::note_lost_precision(less_precise(state, next).model, journal, Action::gave_up);
            }
            if (status == Status::running) {
                // A step that cannot lower the objective, and does, has nothing left to gain but rounding.
                if (monotone && next.objective < state.objective) remaining = std::min(remaining, 0.0);
                std::swap(state, next);
                trace.push_back(state.objective);
            }
        }

        if constexpr (!EStepPolicy::exact) {
            evaluate_exactly(state, units, journal.iteration);
            ++evaluations;
            if (status != Status::degenerate && !finite(state, journal)) break_down(state);
        }
        detail::note_lost_precision(state.model, journal, Action::kept);
        const auto known = [](double& value) {  // no result has a NaN in it
            if (!std::isfinite(value)) value = -std::numeric_limits<double>::infinity();
        };
        known(state.objective), known(state.expectation.objective);
        known(trace.front());  // of the start; the others are finite

        Result<M> result{.model = std::move(state.model),
                         .objective = state.objective,
                         .log_likelihood = state.expectation.objective,
                         .status = status,
                         .iterations = progress.iteration,
                         .evaluations = evaluations,
                         .trace = std::move(trace),
                         .events = journal.events(),
                         .explanation = std::move(explanation)};
        result.flaws =
            detail::flaws(maximization, result.model, detail::number_of_observations(units, execution));
        result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        return result;
    }

    /// Whether a state can be gone on from; notes an objective that is not finite.
    template <class M>
    static bool finite(const State<M>& s, Journal& journal) {
        if (!std::isfinite(s.objective) && !journal.gave_up())
            journal.record(-1, Cause::non_finite_objective, Action::gave_up);
        return !journal.gave_up();
    }

    /// What the model says about an objective that is not finite.
    template <class M, class Units>
    std::string explain(const State<M>& s, const Units& units) const {
        std::string explanation;
        if constexpr (requires { s.model.explain(units); }) {
            const bool asked = !std::isfinite(s.objective) && std::ssize(units) > 0;
            explanation =
                detail::together(execution, [&] { return asked ? s.model.explain(units) : std::string(); });
        }
        return detail::agreed(execution, std::move(explanation));
    }

    template <class M>
    static const State<M>& less_precise(const State<M>& a, const State<M>& b) {
        return detail::rounding(a.model) > detail::rounding(b.model) ? a : b;
    }

    /// Status::running where a step may be taken. An exact one does not lower the objective by more than the rounding of a
    /// long sum and of what each observation adds to it. Where observations are rounded to a good part of a component's
    /// deviation that is much: a thousandth of a nat each may go, and a step that lowers it by more is not taken. Those some
    /// deviations from the mean feel the rounding so many times.
    template <class M>
    static Status taken(const State<M>& state, const State<M>& next, const Journal& journal,
                        double observations) {
        const double fall = state.objective - next.objective;
        const double sum = 16 * detail::resolution<M>() * std::abs(state.objective);
        if (!monotone || journal.discontinuous || !(fall > std::max(sum, 1e-9 * observations)))
            return Status::running;
        const double each = detail::rounding(less_precise(state, next).model);
        if (fall <= std::min(each, 1e-3) * observations) return Status::running;
        return fall <= 4 * each * observations ? Status::degenerate : Status::objective_decreased;
    }

    template <class M>
    Status judge(const Progress& p, const M& model, bool discontinuous) const {
        bool go_on = true;
        if constexpr (std::is_void_v<decltype(observer(p, model))>) {
            observer(p, model);
        } else {
            go_on = observer(p, model);
        }
        if (estep.settled(p.iteration) && !discontinuous && convergence(p)) return Status::converged;
        if (!go_on) return Status::stopped;
        if (p.iteration >= limits.iterations) return Status::iteration_limit;
        if (p.seconds >= limits.seconds) return Status::time_limit;
        return Status::running;
    }

    /// The log-likelihood of the state to be returned, where the E-step's own objective is another number.
    template <class M, class Units>
    void evaluate_exactly(State<M>& state, const Units& units, int iteration) const {
        const Batch<Soft> exact;
        auto workspace = exact.workspace(state.model, units, execution);
        exact(state.model, units, iteration, workspace, state.expectation);
        state.objective = state.expectation.objective + mstep.penalty(state.model);
    }
};

/// Exact maximum likelihood with the default policies, beginning at the model's parameters.
template <LatentVariableModel M, class Data>
Result<M> fit(M model, const Data& data) {
    return ExpectationMaximization<>{}.fit(std::move(model), data);
}

/// The same, beginning where `start` puts a model of the shape of `shape`: `fit(GaussianMixture<>(3, 2), X,
/// KMeans{})`.
template <LatentVariableModel M, class Data, class StartPolicy>
Result<M> fit(const M& shape, const Data& data, const StartPolicy& start) {
    static_assert(Start<StartPolicy, M, Data>, "latent: fit needs start(shape, data) to return a model");
    return fit(start(shape, data), data);
}

}  // namespace latent
