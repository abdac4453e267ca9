// Regressions whose responses are no normal numbers: a generalized linear model a component.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>

#include "latent/core/random.hpp"
#include "latent/core/saved.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/emission/linear_predictor.hpp"
#include "latent/emission/observation_checks.hpp"
#include "latent/emission/parameter_checks.hpp"
#include "latent/emission/predictor_newton.hpp"
#include "latent/emission/weighted_sample.hpp"

namespace latent {

/// K generalized linear models (McCullagh & Nelder 1989): an observation is p regressors x and, last, a response y, whose
/// density depends on them by the linear predictor x ᵀβ_k. An Emission, for mixtures (Wedel & DeSarbo 1995) and hidden Markov
/// models: see PoissonRegressions and BinomialRegressions. A regressor that is always 1 is the intercept. As of
/// LinearRegressions, the regressors have no distribution: nothing can be sampled, and densities are those of responses.
///
/// `Response` says what a response is: `name`, `numbers` (how many it has), log_density(η, y), term(η, y) → its value up to a
/// constant and derivatives, concave in η, mean(η), and refuse(y) → why it is none, or nullptr. y points to its numbers.
///
/// The M-step is an exact maximum, by Newton's method. That needs the responses at other coefficients than those of the
/// E-step, and no sums of fixed size give them: the statistics are the weighted observations themselves (WeightedSample). The
/// other way, one Newton step from gradient and information (Lange 1995), has small statistics, but may lower the
/// likelihood, which these could not tell, and is not the maximum that Statistics promise to a prior, Stepwise or a test.
/// Memory: d + K numbers for each distinct observation, about four times over. Time: n·K·p for densities; for the M-step an
/// exponential and p² for each distinct observation, component and Newton step, on one thread.
///
/// Regressors that depend on each other on the data of a component leave some coefficients as they were. A component whose
/// regressors tell all of its responses apart has no maximum (Albert & Anderson 1984): its coefficients are left where the
/// likelihood hardly grows, and it has the flaw Cause::unbounded.
template <class Response, class Scalar_ = double>
class GeneralizedRegressions {
  public:
    using Scalar = Scalar_;
    using Statistics = WeightedSample;

    /// An empty one, K = 0: to be assigned to.
    GeneralizedRegressions() = default;

    /// K times 0: a shape for a start. Throws std::invalid_argument where K or p is not positive.
    GeneralizedRegressions(Index K, Index p)
        : GeneralizedRegressions(Eigen::MatrixXd(Eigen::MatrixXd::Zero(p, K))) {}

    /// Given coefficients β, p × K. Throws std::invalid_argument where there are none, or one is not finite.
    explicit GeneralizedRegressions(Eigen::MatrixXd coefficients)
        : coefficients_(std::move(coefficients)),
          unbounded_(Eigen::VectorXi::Zero(coefficients_.cols())),
          counts_(coefficients_.cols()) {
        const auto finite = [](double value) { return std::isfinite(value); };
        detail::require_parameters(Response::name, "coefficients", coefficients_, coefficients_.rows(),
                                   coefficients_.cols(), finite, "a finite number");
    }

    Index size() const { return coefficients_.cols(); }
    /// p and the numbers of a response.
    Index dimension() const { return regressors() + Response::numbers; }
    /// p.
    Index regressors() const { return coefficients_.rows(); }
    /// β, p × K.
    const Eigen::MatrixXd& coefficients() const { return coefficients_; }
    /// E[y | x, k], of one trial where there are trials, K × n, of regressors x, p × n (or of whole observations).
    Eigen::MatrixXd predictions(const Eigen::MatrixXd& x) const {
        return detail::linear_predictors(Response::name, coefficients_, dimension(), x)
            .unaryExpr([](double eta) { return Response::mean(eta); });
    }
    Index parameters() const { return coefficients_.size(); }

    // -------------------------------------------------------------------------------- the Emission contract

    Statistics zero_statistics() const {
        Statistics s;
        reset(s);
        return s;
    }
    void reset(Statistics& s) const { s.reset(dimension(), size()); }

    void log_density(const Panel<Scalar>& x, Panel<Scalar>& out) const {
        out.resize(x.size(), size());
        Eigen::ArrayXd predictor;
        for (Index k = 0; k < size(); ++k) {
            detail::linear_predictor(x, coefficients_.col(k), predictor);
            for (Index i = 0; i < x.padded(); ++i)
                out(i, k) =
                    i < x.size()
                        ? static_cast<Scalar>(Response::log_density(predictor(i), response(x, i).data()))
                        : Scalar(0);
        }
    }
    void accumulate(const Panel<Scalar>& x, const Panel<Scalar>& weights, Statistics& s) const {
        s.append(x, weights);
    }
    void maximize(const Statistics& s) {
        Eigen::VectorXd counts(size()), beta;
        for (Index k = 0; k < size(); ++k) {
            const detail::PredictorLikelihood<Response> likelihood(s, k, regressors());
            counts(k) = likelihood.count();
            if (!(counts(k) > detail::negligible_count)) continue;
            beta = coefficients_.col(k);
            unbounded_(k) = !detail::maximize_predictor(likelihood, beta);
            coefficients_.col(k) = beta;
        }
        counts_.set(counts);
    }
    double expected_log_density(const Statistics& s) const {
        double total = 0;
        for (Index k = 0; k < size(); ++k)
            total += detail::PredictorLikelihood<Response>(s, k, regressors()).value(coefficients_.col(k));
        return total;
    }

    bool all_equal() const { return detail::same_columns(coefficients_); }
    /// Throws std::logic_error: there is no distribution of the regressors.
    void sample(Index, Random&, Scalar*) const {
        throw std::logic_error(std::string("latent::") + Response::name +
                               ": nothing can be drawn, for the regressors have no distribution");
    }

    /// β.
    Index coordinates() const { return parameters(); }
    void to_vector(std::span<double> v) const {
        std::copy(coefficients_.data(), coefficients_.data() + coefficients_.size(), v.data());
    }
    void from_vector(std::span<const double> v) {
        std::copy_n(v.data(), coefficients_.size(), coefficients_.data());
    }

    /// Throws std::invalid_argument on a wrong number of rows, a value that is not finite or whose square overflows, or what is
    /// no response.
    void check(const Observations<Scalar>& x) const {
        detail::require_squarable(Response::name, x, dimension());
        std::array<double, Response::numbers> y;
        for (Index i = 0; i < x.cols(); ++i) {
            for (std::size_t j = 0; j < y.size(); ++j)
                y[j] = static_cast<double>(x(regressors() + static_cast<Index>(j), i));
            const char* why = Response::refuse(y.data());
            detail::require(!why, "latent::", Response::name, ": observation ", x.number(i),
                            " has the response ", Eigen::Map<Eigen::RowVectorXd>(y.data(), Response::numbers),
                            ", expected ", why ? why : "");
        }
    }

    // ----------------------------------------------------------------------------- the Collapsible contract

    std::optional<Cause> collapse_cause(Index k, const Eigen::VectorXd&) const {
        const auto none = [](Index) { return 0.0; };
        if (const auto empty = counts_.collapse_cause(k, 0, none, none)) return empty;
        return unbounded_(k) ? std::optional(Cause::unbounded) : std::nullopt;
    }
    /// There are none.
    bool floor_variances(Index k, const Eigen::VectorXd& floor) { return !collapse_cause(k, floor); }
    void add_ridge(const Eigen::VectorXd&) {}
    double share(Index k) const { return counts_.share(k); }
    /// Predictors beside those of `from`, by about one, as far as the first regressor allows.
    void split_from(Index k, Index from, Random& random) {
        coefficients_.col(k) = coefficients_.col(from).eval();
        coefficients_(0, k) += random.normal();
        unbounded_(k) = 0;
        counts_.copy(k, from);
    }
    void remove(Index k) {
        coefficients_ = detail::without_column(coefficients_, k);
        unbounded_ = detail::without_entry(unbounded_, k);
        counts_.remove(k);
    }

    /// Its name and all of its members, see Archivable.
    static std::string type_name() { return Response::name; }
    static constexpr auto members() {
        using S = GeneralizedRegressions;
        return std::tuple{&S::coefficients_, &S::unbounded_, &S::counts_};
    }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("coefficients", &GeneralizedRegressions::coefficients_, SavedAs::columns)};
    }

  private:
    std::array<double, Response::numbers> response(const Panel<Scalar>& x, Index i) const {
        std::array<double, Response::numbers> y;
        for (std::size_t j = 0; j < y.size(); ++j)
            y[j] = static_cast<double>(x(i, regressors() + static_cast<Index>(j)));
        return y;
    }

    Eigen::MatrixXd coefficients_;  // p × K
    Eigen::VectorXi unbounded_;     // K: whether the last maximize found no maximum
    detail::ComponentCounts counts_;
};

}  // namespace latent
