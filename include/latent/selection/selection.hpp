// How many components, which structure: many candidates fitted, each by its best start, and compared by a criterion.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "latent/data/observations_of.hpp"
#include "latent/start/restarts.hpp"

namespace latent {

/// parameters · log n − 2 log-likelihood (Schwarz 1978), n the sum of the observations' weights.
struct Bic {
    double operator()(double log_likelihood, double parameters, double n) const {
        return parameters * std::log(n) - 2 * log_likelihood;
    }
};

/// 2 · parameters − 2 log-likelihood (Akaike 1974).
struct Aic {
    double operator()(double log_likelihood, double parameters, double) const {
        return 2 * parameters - 2 * log_likelihood;
    }
};

/// The candidates in their order, each with its best fit.
template <class M>
struct SelectionResult {
    std::vector<Result<M>> all{};
    std::vector<double> criterion{};  ///< of each: the smaller, the better
    std::size_t best_index = 0;

    const Result<M>& best() const { return all[best_index]; }
};

/// Fits every candidate shape by `restarts` and keeps the one of the least criterion, a degenerate fit only where all
/// are: `Selection<>{}.fit(shapes, x).best()`, shapes being `GaussianMixture<>(K, d)` for K = 1, 2, … Candidates of
/// different types are compared by the numbers in SelectionResult::criterion. Runs on the executions of `restarts`:
/// over processes too, where no one has all the data.
template <class Criterion = Bic, class RestartsPolicy = Restarts<>>
struct Selection {
    Criterion criterion{};
    RestartsPolicy restarts{};

    /// Throws std::invalid_argument where there is no shape, and what the restarts throw.
    template <LatentVariableModel M, class Data>
    SelectionResult<M> fit(const std::vector<M>& shapes, const Data& data) const {
        detail::require(!shapes.empty(), "latent::Selection: there is no shape to fit");
        SelectionResult<M> result;
        for (const M& shape : shapes) {
            const auto& units = detail::units_of(shape, data);
            const double n = detail::sum_of_weights(units, restarts.em.execution);
            Result<M> best = restarts.fit(shape, units).best();
            result.criterion.push_back(
                criterion(best.log_likelihood, static_cast<double>(best.model.parameters()), n));
            result.all.push_back(std::move(best));
            if (better(result, result.all.size() - 1, result.best_index))
                result.best_index = result.all.size() - 1;
        }
        return result;
    }

  private:
    template <class M>
    static bool better(const SelectionResult<M>& result, std::size_t a, std::size_t b) {
        const bool a_sound = result.all[a].status != Status::degenerate;
        const bool b_sound = result.all[b].status != Status::degenerate;
        return a_sound != b_sound ? a_sound : result.criterion[a] < result.criterion[b];
    }
};

}  // namespace latent
