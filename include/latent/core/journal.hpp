// What happened to the components during a fit, written down where it happens.
#pragma once

#include <algorithm>
#include <ostream>
#include <tuple>
#include <utility>
#include <vector>

#include "latent/core/saved.hpp"
#include "latent/core/types.hpp"

namespace latent {

/// What was wrong with a component.
enum class Cause {
    empty_component,      ///< no observation is assigned to it any more
    singular_covariance,  ///< its covariance is not positive definite, or below the floor
    few_observations,     ///< it rests on fewer than d + 1 observations
    /// It lies so far from 0, in its deviations, or its dimensions are so nearly dependent, that rounding moves its
    /// log-densities by 1e-4.
    precision_lost,
    /// A component moved or narrowed so much in one iteration that digits were lost, which the next one finds; the
    /// objective may have fallen (the component is −1).
    long_step,
    /// Its likelihood has no maximum at finite parameters, as where regressors tell all of its responses apart: the parameters
    /// are such that the likelihood would not grow any more.
    unbounded,
    non_finite_objective,  ///< the log-likelihood is not finite (the component is −1: none in particular)
    unequal_variances,     ///< variances are further apart than a bound allows (the component is −1)
};

/// What was done about it.
enum class Action { kept, floored, reseeded, dropped, gave_up };

inline std::ostream& operator<<(std::ostream& out, Cause cause) {
    switch (cause) {
        case Cause::empty_component:
            return out << "empty component";
        case Cause::singular_covariance:
            return out << "singular covariance";
        case Cause::few_observations:
            return out << "too few observations";
        case Cause::precision_lost:
            return out << "precision lost, too far from 0 for its least deviation";
        case Cause::long_step:
            return out << "a step so long that digits were lost";
        case Cause::unbounded:
            return out << "no maximum at finite parameters";
        case Cause::non_finite_objective:
            return out << "non-finite objective";
        case Cause::unequal_variances:
            return out << "variances further apart than allowed";
    }
    return out;
}

inline std::ostream& operator<<(std::ostream& out, Action action) {
    switch (action) {
        case Action::kept:
            return out << "kept as it was";
        case Action::floored:
            return out << "variance floored";
        case Action::reseeded:
            return out << "reseeded";
        case Action::dropped:
            return out << "dropped";
        case Action::gave_up:
            return out << "not repaired";
    }
    return out;
}

/// One thing that happened: to which component, why, what was done, when first and how often.
struct Event {
    Index component = -1;                       ///< −1: of no component in particular
    Cause cause = Cause::non_finite_objective;  ///< what was wrong
    Action action = Action::gave_up;            ///< what was done
    int first_iteration = 0;                    ///< in which it happened first
    int count = 1;                              ///< how often it happened

    /// All of its members, see Archivable.
    static constexpr auto members() {
        return std::tuple{&Event::component, &Event::cause, &Event::action, &Event::first_iteration,
                          &Event::count};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("component", &Event::component), named("cause", &Event::cause),
                          named("action", &Event::action), named("first_iteration", &Event::first_iteration),
                          named("count", &Event::count)};
    }
};

inline std::ostream& operator<<(std::ostream& out, const Event& e) {
    if (e.component >= 0) out << "component " << e.component << ": ";
    out << e.cause << ", " << e.action << " (first in iteration " << e.first_iteration;
    if (e.count > 1) out << ", " << e.count << " times";
    return out << ")";
}

/// What a component of a fitted model lacks: it is empty, held at the floor of the variances, rests on fewer than
/// d + 1 observations, or has no maximum. The likelihood of such a fit is the remedy's making and says nothing about the data.
struct Flaw {
    Index component = -1;                  ///< the component, 0 … K − 1
    Cause cause = Cause::empty_component;  ///< what is wrong with it

    /// All of its members, see Archivable.
    static constexpr auto members() { return std::tuple{&Flaw::component, &Flaw::cause}; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("component", &Flaw::component), named("cause", &Flaw::cause)};
    }
    friend bool operator==(const Flaw&, const Flaw&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const Flaw& flaw) {
    out << "component " << flaw.component << " is spurious: ";
    if (flaw.cause == Cause::singular_covariance) return out << "its variance is held at the floor";
    return out << flaw.cause;
}

/// The events of a fit. The M-step writes, the driver reads. Nothing is allocated while nothing happens.
class Journal {
  public:
    /// The iteration that is being computed; 0 is the start.
    int iteration = 0;
    /// The model was changed by more than its M-step, so its objective may fall in this iteration.
    bool discontinuous = false;

    /// Notes an event; the same thing happening again to the same component is counted.
    void record(Index component, Cause cause, Action action) {
        if (action == Action::reseeded || action == Action::dropped) discontinuous = true;
        for (Event& e : events_) {
            if (e.component == component && e.cause == cause && e.action == action) {
                ++e.count;
                return;
            }
        }
        events_.push_back({component, cause, action, iteration, 1});
    }
    /// How often the action was taken on the component.
    int count(Index component, Action action) const {
        int total = 0;
        for (const Event& e : events_)
            if (e.component == component && e.action == action) total += e.count;
        return total;
    }
    /// In the order of iterations and components.
    std::vector<Event> events() const {
        std::vector<Event> sorted = events_;
        std::stable_sort(sorted.begin(), sorted.end(), [](const Event& a, const Event& b) {
            return std::pair(a.first_iteration, a.component) < std::pair(b.first_iteration, b.component);
        });
        return sorted;
    }
    /// Whether something happened that could not be repaired.
    bool gave_up() const {
        for (const Event& e : events_)
            if (e.action == Action::gave_up) return true;
        return false;
    }

    /// All of its members, see Archivable.
    static constexpr auto members() {
        return std::tuple{&Journal::iteration, &Journal::discontinuous, &Journal::events_};
    }

  private:
    std::vector<Event> events_;
};

}  // namespace latent
