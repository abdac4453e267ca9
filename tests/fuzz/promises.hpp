// What the README promises of every fit, whatever the data: each function says which promises are broken.
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <cmath>
#include <sstream>
#include <string>

#include "latent/core/archive.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"

namespace fuzz {

using latent::Index;

/// Sentences, one after the other; none where every promise is kept.
class Broken {
  public:
    template <class... Parts>
    void unless(bool kept, const Parts&... parts) {
        if (kept) return;
        std::ostringstream out;
        out.precision(17);
        (out << ... << parts);
        text_ += (text_.empty() ? "" : "; ") + out.str();
    }
    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

/// Columns that are distributions.
inline bool distributions(const Eigen::MatrixXd& p) {
    return p.allFinite() &&
           (p.size() == 0 || (p.minCoeff() >= 0 && (p.colwise().sum().array() - 1).abs().maxCoeff() < 1e-9));
}

/// A covariance that has a density, but for the rounding of its entries: its correlations have a Cholesky factor, which no
/// units can spoil.
inline bool positive_definite(const Eigen::MatrixXd& covariance) {
    if (!covariance.allFinite() || !(covariance.diagonal().minCoeff() > 0)) return false;
    const Eigen::VectorXd scale = covariance.diagonal().cwiseSqrt().cwiseInverse();
    Eigen::MatrixXd correlation = scale.asDiagonal() * covariance * scale.asDiagonal();
    correlation.diagonal().array() += 1e-14 * static_cast<double>(covariance.rows());
    return Eigen::LLT<Eigen::MatrixXd>(correlation).info() == Eigen::Success;
}

/// No parameter is infinite or no number, whatever the family calls them.
template <class E>
void check_emission(const E& e, Broken& broken) {
    bool known = false;  // by any name: a family's that is not here would not be checked at all
    const auto finite = [&](const auto& values, const char* what) {
        known = true;
        broken.unless(values.allFinite(), what, " are not finite");
    };
    const auto numbers = [&](const auto& values, const char* what) {
        known = true;
        broken.unless(!values.array().isNaN().any(), what, " are NaN");
    };
    if constexpr (requires { e.family(); }) check_emission(e.family(), broken), known = true;
    if constexpr (requires { e.components(); }) check_emission(e.components(), broken), known = true;
    if constexpr (requires { e.means(); }) finite(e.means(), "means");
    if constexpr (requires { e.rates(); }) finite(e.rates(), "rates");
    if constexpr (requires { e.shapes(); }) finite(e.shapes(), "shapes");
    if constexpr (requires { e.sizes(); }) numbers(e.sizes(), "sizes");
    if constexpr (requires { e.concentrations(); }) finite(e.concentrations(), "concentrations");
    if constexpr (requires { e.degrees(); }) numbers(e.degrees(), "degrees of freedom");
    if constexpr (requires { e.probabilities(); }) {
        const Eigen::MatrixXd p = e.probabilities();
        finite(p, "probabilities");
        broken.unless(p.minCoeff() >= 0 && p.maxCoeff() <= 1 + 1e-12, "probabilities outside 0 … 1");
    }
    if constexpr (requires { e.covariance(Index{0}); })
        for (Index k = 0; k < e.size(); ++k)
            broken.unless(positive_definite(e.covariance(k)), "covariance ", k, " is not positive definite");
    broken.unless(known, "no parameter has a name that is looked for");
}

template <class E>
void check_parameters(const latent::Mixture<E>& m, Broken& broken) {
    broken.unless(distributions(m.weights()), "weights are no distribution");
    check_emission(m.emission(), broken);
}
template <class E>
void check_parameters(const latent::HiddenMarkovModel<E>& m, Broken& broken) {
    broken.unless(distributions(m.initial()), "the beginning is no distribution");
    broken.unless(distributions(m.transition().transpose()), "a row of the transition is no distribution");
    check_emission(m.emission(), broken);
}

/// How the fit ended is how it is said to have ended.
template <class M>
void check_status(const latent::Result<M>& fit, bool monotone, double n, int limit, Broken& broken) {
    using latent::Status;
    bool gave_up = false, discontinuous = false;
    for (const latent::Event& e : fit.events) {
        gave_up = gave_up || e.action == latent::Action::gave_up;
        discontinuous = discontinuous || e.action == latent::Action::reseeded ||
                        e.action == latent::Action::dropped || e.cause == latent::Cause::precision_lost ||
                        e.cause == latent::Cause::long_step;
    }
    broken.unless(fit.status != Status::objective_decreased, "objective decreased");
    broken.unless(fit.status != Status::running, "still running");
    broken.unless((fit.status == Status::degenerate) == gave_up,
                  "degenerate without an event, or not in spite of one");
    broken.unless((fit.status == Status::iteration_limit) <= (fit.iterations == limit),
                  "a limit that was not reached");
    broken.unless(!std::isnan(fit.objective) && !std::isnan(fit.log_likelihood), "the log-likelihood is NaN");
    const bool began = !fit.trace.empty() && std::isfinite(fit.trace.front());
    broken.unless(fit.status == Status::degenerate || (began && std::isfinite(fit.log_likelihood)),
                  "the log-likelihood is ", fit.log_likelihood);
    const double rounding = std::max(1e-9, latent::detail::rounding(fit.model));
    for (std::size_t t = 1; monotone && !discontinuous && t < fit.trace.size(); ++t) {
        const double before = fit.trace[t - 1], now = fit.trace[t];
        broken.unless(now >= before - 1e-9 * std::abs(before) - rounding * n, "the trace falls from ", before,
                      " to ", now);
    }
}

template <class E, class Data>
void check_queries(const latent::Mixture<E>& m, const Data& x, Broken& broken) {
    broken.unless(distributions(m.predict_proba(x)), "responsibilities do not sum to one");
}

/// The queries of a hidden Markov model agree with each other.
template <class E, class Data>
void check_queries(const latent::HiddenMarkovModel<E>& m, const Data& x, Broken& broken) {
    const Eigen::MatrixXd smoothed = m.predict_proba(x), filtered = m.filter(x);
    broken.unless(distributions(smoothed), "posteriors do not sum to one");
    broken.unless(distributions(filtered), "filtered probabilities do not sum to one");
    const Eigen::VectorXd each = m.score_sequences(x), steps = m.score_samples(x);
    const auto near = [](double a, double b) {
        return a == b || std::abs(a - b) <= 1e-9 * (1 + std::abs(a));
    };
    const latent::ViterbiPath path = m.viterbi(x);
    for (Index i = 0; i < x.size(); ++i) {
        const Index first = x.first(i), last = first + x.length(i) - 1;
        const double sum = steps.segment(first, x.length(i)).sum(), best = path.log_probability(i);
        broken.unless(near(each(i), sum), "sequence ", i, " has the log-probability ", each(i),
                      ", but its steps together ", sum);
        broken.unless(best <= each(i) || near(best, each(i)), "sequence ", i, " has the log-probability ",
                      each(i), ", but its best path ", best);
        broken.unless((smoothed.col(last) - filtered.col(last)).cwiseAbs().maxCoeff() < 1e-9, "sequence ", i,
                      ": smoothed and filtered differ at the end");
    }
    const Eigen::MatrixXd moves = m.expected_moves(x);
    broken.unless(moves.allFinite() && moves.minCoeff() >= 0, "expected moves are no numbers");
}

/// All bits of a model.
template <class M>
auto bits(const M& model) {
    latent::ArchiveWriter archive;
    archive.write(model);
    return std::string(reinterpret_cast<const char*>(archive.bytes().data()), archive.bytes().size());
}

/// No variance of a normal density is below the floor, in any direction.
template <class EM, class M, class Data>
void check_floor(const EM& em, const M& model, const Data& x, Broken& broken) {
    const auto remedy = latent::detail::about(em.mstep, model, model.units(x), latent::Sequential{}).remedy;
    if constexpr (std::is_same_v<decltype(remedy), const latent::VarianceFloor> &&
                  requires { model.emission().precision(Index{0}); }) {
        Eigen::VectorXd floor = remedy.floor;
        if (floor.size() == 0 || !(floor.minCoeff() > 0)) return;
        if (std::is_same_v<typename std::remove_cvref_t<decltype(model.emission())>::Covariance,
                           latent::Spherical>)
            floor.setConstant(floor.mean());
        const Eigen::VectorXd to_floors = floor.cwiseSqrt().cwiseInverse();
        for (Index k = 0; k < model.size(); ++k) {
            const Eigen::MatrixXd c =
                to_floors.asDiagonal() * model.emission().covariance(k) * to_floors.asDiagonal();
            const double least = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(c).eigenvalues()(0);
            broken.unless(least >= 1 - 1e-6 - 1e-14 * c.trace(), "component ", k, " has a variance of ",
                          least, " floors");
        }
    }
}

/// What is wrong with a fit by `em`, and with the answers of its model.
template <class EM, class M, class Data>
void check_fit(const EM& em, const latent::Result<M>& fit, const Data& x, Broken& broken) {
    const auto units = fit.model.units(x);
    check_status(fit, EM::monotone, latent::detail::sum_of_weights(units, latent::Sequential{}),
                 em.limits.iterations, broken);
    check_parameters(fit.model, broken);
    check_floor(em, fit.model, x, broken);
    if (!std::isfinite(fit.log_likelihood)) return;
    const double score = fit.model.score(x);
    broken.unless(std::abs(score - fit.log_likelihood) <= 1e-9 * (1 + std::abs(score)), "the score is ",
                  score, ", but the log-likelihood ", fit.log_likelihood);
    check_queries(fit.model, x, broken);
}

}  // namespace fuzz
