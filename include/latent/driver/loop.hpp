// The driver's loop: evaluate, judge, advance, again, finish.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/core/precision.hpp"
#include "latent/core/processes.hpp"
#include "latent/core/sum_of_weights.hpp"
#include "latent/driver/maximizer.hpp"
#include "latent/driver/result.hpp"
#include "latent/estep/batch.hpp"
#include "latent/mstep/remedy_of.hpp"

namespace latent::detail {

/// One fit by the policies `em`, an ExpectationMaximization: what lives from its first E-step to its result.
template <class EM, class M, class Units>
class Loop {
  public:
    /// The start, with its E-step made. The policies and the units must outlive the loop.
    Loop(const EM& em, M model, const Units& units, double observations)
        : em_(em),
          units_(units),
          observations_(observations),
          session_(em.checkpoint.session(em.execution)),
          mstep_(about(em.mstep, model, units, em.execution)),
          workspace_(em.estep.workspace(model, units, em.execution)),
          state_(start(std::move(model))),
          next_(state_),
          memory_(em.acceleration.memory(state_)),
          trace_{state_.objective} {
        trace_.reserve(static_cast<std::size_t>(std::clamp(em.limits.iterations, 0, 4096)) + 1);
    }

    Result<M> run() {
        resume();
        if (!finite(state_)) break_down(state_);
        while (status_ == Status::running) {
            judge();
            if (status_ == Status::running) advance();
        }
        return finish();
    }

  private:
    using Clock = std::chrono::steady_clock;
    using EStep = decltype(EM::estep);
    using MStep = decltype(EM::mstep);
    using Acceleration = decltype(EM::acceleration);
    using Execution = decltype(EM::execution);
    using Session = decltype(std::declval<const EM&>().checkpoint.session(std::declval<const Execution&>()));
    using Workspace = decltype(std::declval<const EStep&>().workspace(
        std::declval<const M&>(), std::declval<const Units&>(), std::declval<const Execution&>()));
    using Memory = decltype(std::declval<const Acceleration&>().memory(std::declval<const State<M>&>()));
    static constexpr bool keeps = decltype(EM::checkpoint)::keeps;

    double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }
    Maximizer<MStep> maximizer() { return {mstep_, journal_}; }

    /// All that an iteration leaves for the next one.
    auto lasting() {
        if constexpr (keeps) {
            static_assert(Lasting<EStep, decltype(workspace_)>,
                          "latent: a checkpoint needs the E-step's lasting(workspace), see EStep");
            static_assert(Lasting<Acceleration, decltype(memory_)>,
                          "latent: a checkpoint needs the acceleration's lasting(memory), see Acceleration");
            return std::tuple_cat(
                std::tie(state_, journal_, evaluations_, trace_, remaining_, progress_.seconds),
                em_.estep.lasting(workspace_), em_.acceleration.lasting(memory_));
        } else {
            return std::tuple{};
        }
    }

    /// Goes on from the checkpoint, where it holds this fit.
    void resume() {
        if (together(em_.execution, [&] { return session_.resume(em_, state_, lasting()); }))
            begin_ -=
                std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(progress_.seconds));
    }

    State<M> start(M model) {
        State<M> s{std::move(model), {}, 0};
        maximizer().admit(s.model);
        evaluate(s);
        return s;
    }

    /// The E-step of s.model.
    void evaluate(State<M>& s) {
        em_.estep(s.model, units_, journal_.iteration, workspace_, s.expectation);
        s.objective = s.expectation.objective + mstep_.penalty(s.model);
        ++evaluations_;
    }

    /// Shows the state to those who watch, keeps it, and finds out whether it is the last.
    void judge() {
        const double now = seconds();
        progress_ = {.iteration = journal_.iteration,
                     .evaluations = evaluations_,
                     .seconds = now,
                     .step_seconds = now - progress_.seconds,
                     .objective = state_.objective,
                     .observations = observations_,
                     .remaining = remaining_,
                     .resolution = resolution<M>(),
                     .trace = trace_};
        status_ = agreed(em_.execution, together(em_.execution, [&] { return verdict(); }));
        if constexpr (keeps)
            together(em_.execution,
                     [&] { session_.save(progress_.iteration, now, status_ != Status::running, lasting()); });
    }

    Status verdict() const {
        bool go_on = true;
        if constexpr (std::is_void_v<decltype(em_.observer(progress_, state_.model))>) {
            em_.observer(progress_, state_.model);
        } else {
            go_on = em_.observer(progress_, state_.model);
        }
        if (em_.estep.settled(progress_.iteration) && !journal_.discontinuous && em_.convergence(progress_))
            return Status::converged;
        if (!go_on) return Status::stopped;
        if (progress_.iteration >= em_.limits.iterations) return Status::iteration_limit;
        if (progress_.seconds >= em_.limits.seconds) return Status::time_limit;
        return Status::running;
    }

    /// One iteration: to the next state, where that may be gone to.
    void advance() {
        ++journal_.iteration;
        journal_.discontinuous = false;
        const auto evaluate_it = [this](State<M>& s) { evaluate(s); };
        remaining_ = em_.acceleration(state_, next_, maximizer(), evaluate_it, memory_);
        if (!finite(next_)) return break_down(next_);
        status_ = taken();
        if (status_ == Status::degenerate)
            note_lost_precision(less_precise().model, journal_, Action::gave_up);
        if (status_ != Status::running) return;
        // A step that cannot lower the objective, and does, has nothing left to gain but rounding.
        if (EM::monotone && next_.objective < state_.objective) remaining_ = std::min(remaining_, 0.0);
        std::swap(state_, next_);
        trace_.push_back(state_.objective);
    }

    /// Status::running where the step may be taken. An exact one does not lower the objective by more than the rounding of a
    /// long sum and of what each observation adds to it. Where observations are rounded to a good part of a component's
    /// deviation that is much: a thousandth of a nat each may go, and a step that lowers it by more is not taken. Those some
    /// deviations from the mean feel the rounding so many times.
    Status taken() const {
        const double fall = state_.objective - next_.objective;
        const double sum = 16 * resolution<M>() * std::abs(state_.objective);
        if (!EM::monotone || journal_.discontinuous || !(fall > std::max(sum, 1e-9 * observations_)))
            return Status::running;
        const double each = rounding(less_precise().model);
        if (fall <= std::min(each, 1e-3) * observations_) return Status::running;
        return fall <= 4 * each * observations_ ? Status::degenerate : Status::objective_decreased;
    }

    const State<M>& less_precise() const {
        return rounding(state_.model) > rounding(next_.model) ? state_ : next_;
    }

    /// Whether a state can be gone on from; notes an objective that is not finite.
    bool finite(const State<M>& s) {
        if (!std::isfinite(s.objective) && !journal_.gave_up())
            journal_.record(-1, Cause::non_finite_objective, Action::gave_up);
        return !journal_.gave_up();
    }

    /// Ends the fit at a state that cannot be gone on from, with what the model says about its objective.
    void break_down(const State<M>& s) {
        status_ = Status::degenerate;
        std::string explanation;
        if constexpr (Explaining<M, Units>) {
            const bool asked = !std::isfinite(s.objective) && std::ssize(units_) > 0;
            explanation =
                together(em_.execution, [&] { return asked ? s.model.explain(units_) : std::string(); });
        }
        explanation_ = agreed(em_.execution, std::move(explanation));
    }

    /// The log-likelihood of the state to be returned, where the E-step's own objective is another number.
    void evaluate_exactly() {
        const Batch<Soft> exact;
        auto workspace = exact.workspace(state_.model, units_, em_.execution);
        exact(state_.model, units_, journal_.iteration, workspace, state_.expectation);
        state_.objective = state_.expectation.objective + mstep_.penalty(state_.model);
        ++evaluations_;
        if (status_ != Status::degenerate && !finite(state_)) break_down(state_);
    }

    Result<M> finish() {
        if constexpr (!EStep::exact) evaluate_exactly();
        note_lost_precision(state_.model, journal_, Action::kept);
        for (double* value : {&state_.objective, &state_.expectation.objective, &trace_.front()})
            if (!std::isfinite(*value))
                *value = -std::numeric_limits<double>::infinity();  // no result has a NaN
        Result<M> result{.model = std::move(state_.model),
                         .objective = state_.objective,
                         .log_likelihood = state_.expectation.objective,
                         .status = status_,
                         .iterations = progress_.iteration,
                         .evaluations = evaluations_,
                         .trace = std::move(trace_),
                         .events = journal_.events(),
                         .explanation = std::move(explanation_)};
        result.fixed_parameters = fixed_parameters(mstep_, result.model);
        result.flaws = flaws(mstep_, result.model, observations_);
        result.seconds = seconds();
        return result;
    }

    const EM& em_;
    const Units& units_;
    double observations_;
    Clock::time_point begin_ = Clock::now();
    Session session_;
    const MStep mstep_;  // with the floor of these data
    Workspace workspace_;
    Journal journal_;
    int evaluations_ = 0;
    State<M> state_, next_;
    Memory memory_;
    std::vector<double> trace_;
    Progress progress_;
    double remaining_ = std::numeric_limits<double>::quiet_NaN();
    Status status_ = Status::running;
    std::string explanation_;
};

}  // namespace latent::detail
