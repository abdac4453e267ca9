// What a fit returns.
#pragma once

#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/core/journal.hpp"
#include "latent/core/progress.hpp"
#include "latent/core/saved.hpp"

namespace latent {

/// What a fit returns: the last finite model, whatever the ending (where EM is monotone it is the best), and the whole
/// way there.
template <class M>
struct Result {
    M model;
    double objective = 0;  ///< of `model`: log-likelihood plus log prior (up to the prior's constant)
    /// Of `model`, exact. Both are −∞ where they are not finite, never NaN; the fit is degenerate then.
    double log_likelihood = 0;
    Status status = Status::running;  ///< how the fit ended
    int iterations = 0;               ///< iterations made
    int evaluations = 0;              ///< E-steps made, the exact one at the end of an inexact fit included
    double seconds = 0;               ///< wall-clock time
    std::vector<double> trace;        ///< the E-step's objective after 0, 1, … iterations
    std::vector<Event> events;        ///< what happened to components
    std::vector<Flaw> flaws{};        ///< what components of `model` lack: they are spurious
    Index fixed_parameters = 0;       ///< how many of the model's parameters() constraints left no choice
    std::string explanation{};        ///< why the objective was not finite, from a model that can tell

    static std::string type_name() { return "Result"; }
    /// All of its members, see Archivable.
    static constexpr auto members() {
        using R = Result;
        return std::tuple{&R::model,      &R::objective,   &R::log_likelihood,   &R::status,
                          &R::iterations, &R::evaluations, &R::seconds,          &R::trace,
                          &R::events,     &R::flaws,       &R::fixed_parameters, &R::explanation};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("model", &Result::model),
                          named("objective", &Result::objective),
                          named("log_likelihood", &Result::log_likelihood),
                          named("status", &Result::status),
                          named("iterations", &Result::iterations),
                          named("evaluations", &Result::evaluations),
                          named("seconds", &Result::seconds),
                          named("trace", &Result::trace),
                          named("events", &Result::events),
                          named("flaws", &Result::flaws),
                          named_optional("fixed_parameters", &Result::fixed_parameters),
                          named("explanation", &Result::explanation)};
    }

    /// Free parameters, what criteria count: the model's, less those that constraints fix or tie (mstep/constrained.hpp).
    Index parameters() const requires CountsParameters<M> { return model.parameters() - fixed_parameters; }

    /// Whether the convergence criterion was met, which no limit is.
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

}  // namespace latent
