// The bootstrap: the errors of estimates by fitting data like these again and again.
#pragma once

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "latent/expectation_maximization.hpp"
#include "latent/uncertainty/aligned.hpp"
#include "latent/uncertainty/resampling.hpp"
#include "latent/uncertainty/standard_errors.hpp"

namespace latent {

/// The estimates of data that were drawn, in the order of the draws.
struct BootstrapResult {
    NaturalParameters estimates{};  ///< of the model that the draws were begun with, m that changed in any
    Eigen::MatrixXd draws{};        ///< m × B: those of the B fits that did not break down
    Index failed = 0;               ///< fits that broke down or have spurious components, which are left out
    Index unconverged = 0;          ///< fits that a limit ended, which count

    /// m × m, the draws' covariance about their mean.
    Eigen::MatrixXd covariance() const {
        const Eigen::VectorXd middle = means();
        Eigen::MatrixXd result(draws.rows(), draws.rows());
        for (Index i = 0; i < draws.rows(); ++i)
            for (Index j = 0; j <= i; ++j) {
                double sum = 0;
                for (Index b = 0; b < draws.cols(); ++b)
                    sum += (draws(i, b) - middle(i)) * (draws(j, b) - middle(j));
                result(i, j) = result(j, i) = sum / static_cast<double>(draws.cols() - 1);
            }
        return result;
    }
    /// m standard errors: the draws' deviations.
    Eigen::VectorXd errors() const {
        Eigen::VectorXd result = means();
        for (Index j = 0; j < result.size(); ++j) {
            double sum = 0;
            for (Index b = 0; b < draws.cols(); ++b) sum += std::pow(draws(j, b) - result(j), 2);
            result(j) = std::sqrt(sum / static_cast<double>(draws.cols() - 1));
        }
        return result;
    }
    /// How far the draws' mean is from the estimates, m.
    Eigen::VectorXd bias() const {
        Eigen::VectorXd result = means();
        for (Index j = 0; j < result.size(); ++j) result(j) -= estimates.values(j);
        return result;
    }
    /// Percentile intervals (Efron 1981), m × 2: what the middle `level` of the draws lie between. They stay within
    /// boundaries. Throws std::invalid_argument unless 0 < level < 1.
    Eigen::MatrixXd interval(double level = 0.95) const {
        detail::require(level > 0 && level < 1, "latent::BootstrapResult::interval: level is ", level,
                        ", expected a number between 0 and 1");
        Eigen::MatrixXd result(draws.rows(), 2);
        for (Index j = 0; j < draws.rows(); ++j) {
            std::vector<double> sorted;
            for (Index b = 0; b < draws.cols(); ++b) sorted.push_back(draws(j, b));
            std::sort(sorted.begin(), sorted.end());
            const auto at = [&](double share) {
                const double place = share * static_cast<double>(sorted.size() - 1);
                const auto below = static_cast<std::size_t>(place);
                const std::size_t above = std::min(below + 1, sorted.size() - 1);
                return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
            };
            result(j, 0) = at((1 - level) / 2);
            result(j, 1) = at((1 + level) / 2);
        }
        return result;
    }

  private:
    Eigen::VectorXd means() const {
        Eigen::VectorXd result(draws.rows());
        for (Index j = 0; j < result.size(); ++j) {
            double sum = 0;
            for (Index b = 0; b < draws.cols(); ++b) sum += draws(j, b);
            result(j) = sum / static_cast<double>(draws.cols());
        }
        return result;
    }
};

/// A line a parameter, with its 95 % percentile interval; then what went wrong.
inline std::ostream& operator<<(std::ostream& out, const BootstrapResult& result) {
    detail::write_estimates(out, result.estimates, result.errors(), result.interval());
    if (result.failed > 0)
        out << result.failed << " of " << result.failed + result.draws.cols()
            << " fits broke down or have spurious components, and are left out\n";
    if (result.unconverged > 0)
        out << result.unconverged << " of " << result.failed + result.draws.cols()
            << " fits did not converge\n";
    return out;
}

namespace detail {

/// What some of a bootstrap's fits came to.
struct BootstrapDraws {
    std::vector<Eigen::VectorXd> values;
    Index failed = 0, unconverged = 0;
};
inline void add(BootstrapDraws& into, const BootstrapDraws& from) {
    into.values.insert(into.values.end(), from.values.begin(), from.values.end());
    into.failed += from.failed;
    into.unconverged += from.unconverged;
}

/// The draws of what changed in any of them.
inline BootstrapResult result_of(const NaturalParameters& estimates, const BootstrapDraws& draws) {
    BootstrapResult result;
    result.failed = draws.failed;
    result.unconverged = draws.unconverged;
    std::vector<Index> free;
    for (Index j = 0; j < estimates.values.size(); ++j)
        if (std::any_of(draws.values.begin(), draws.values.end(),
                        [&](const auto& v) { return v(j) != draws.values.front()(j); }))
            free.push_back(j);
    result.estimates.values.resize(std::ssize(free));
    result.draws.resize(std::ssize(free), std::ssize(draws.values));
    for (Index i = 0; i < result.draws.rows(); ++i) {
        const Index j = free[static_cast<std::size_t>(i)];
        result.estimates.names.push_back(estimates.names[static_cast<std::size_t>(j)]);
        result.estimates.values(i) = estimates.values(j);
        for (Index b = 0; b < result.draws.cols(); ++b)
            result.draws(i, b) = draws.values[static_cast<std::size_t>(b)](j);
    }
    return result;
}

}  // namespace detail

/// `number` fits by `em` to data that `resampling` makes of the model and its data, from the model's own parameters; the
/// components of each are put into the model's order (aligned), where it has any. `Bootstrap<>{.number =
/// 500}.run(fit.model, x).errors()`; `Bootstrap<Simulate, ExpectationMaximization<>, Threads>{}.run(model, Sequences(x,
/// lengths))`. Each fit runs on em.execution; `execution` shares out whole fits. The draws are the same bits either way:
/// those of fit b come from the key (seed, b).
template <class ResamplingPolicy = ResampleCases, class EM = ExpectationMaximization<>,
          class ExecutionPolicy = Sequential>
struct Bootstrap {
    Index number = 1000;            ///< how many fits
    std::uint64_t seed = 1;         ///< of the random numbers
    ResamplingPolicy resampling{};  ///< see Resampling: ResampleCases, ExponentialWeights, Simulate
    EM em{};                        ///< that fits each
    ExecutionPolicy execution{};    ///< that shares out whole fits

    /// Throws std::invalid_argument where number < 2, fewer than two fits came to an end, or the data are nothing that
    /// can be resampled so. Data are in memory. Time: number fits, and one look at the data each to align it.
    template <LatentVariableModel M, class Data>
    BootstrapResult run(const M& model, const Data& data) const {
        static_assert(detail::OfPieces<M>,
                      "latent: Bootstrap needs to know the pieces of data: see ScoresSequences, "
                      "ScoresObservations");
        static_assert(Resampling<ResamplingPolicy, M, detail::PiecesOf<M>>,
                      "latent: Bootstrap needs resampling(model, data, random) to return what has data: see "
                      "Resampling");
        static_assert(!Distributed<ExecutionPolicy>, "latent: Bootstrap works within one process");
        detail::require(number > 1, "latent::Bootstrap: number is ", number, ", expected at least 2");
        const detail::PiecesOf<M> pieces(data);
        const auto align = aligner(model, pieces);
        const NaturalParameters own = natural_parameters(model);
        detail::BootstrapDraws draws;
        execution.template reduction<detail::BootstrapDraws, char>()(
            Slices(number, number), [](auto& sum) { sum = {}; },
            [&](auto& sum, char&, Index b) {
                Random random(seed, static_cast<std::uint64_t>(b));
                const auto made = resampling(model, pieces, random);
                const auto fit = em.fit(model, made.data);
                if (!fit.sound() || !same_shape(fit.model, model)) return void(++sum.failed);
                const Eigen::VectorXd values = natural_parameters(align(fit.model)).values;
                if (values.size() != own.values.size()) return void(++sum.failed);
                if (!fit.converged()) ++sum.unconverged;
                sum.values.push_back(values);
            },
            draws);
        detail::require(draws.values.size() > 1, "latent::Bootstrap: ", draws.failed, " of ", number,
                        " fits broke down, expected two at least that did not");
        return detail::result_of(own, draws);
    }

  private:
    /// Whether no component was dropped.
    template <class M>
    static bool same_shape(const M& a, const M& b) {
        if constexpr (requires { a.size() == b.size(); }) return a.size() == b.size();
        return true;
    }
    template <class M, class Pieces>
    static auto aligner(const M& model, const Pieces& data) {
        if constexpr (PredictsComponents<M, Pieces> && Savable<M>) {
            return [probabilities = Eigen::MatrixXd(model.predict_proba(data)), &data](const M& other) {
                return aligned(other, probabilities, data);
            };
        } else {
            return [](const M& other) { return other; };
        }
    }
};

}  // namespace latent
