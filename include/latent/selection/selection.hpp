// How many components, which structure: many candidates fitted, each by its best start, and compared by a criterion.
#pragma once

#include <vector>

#include "latent/core/observations_of.hpp"
#include "latent/model/criteria.hpp"
#include "latent/start/restarts.hpp"

namespace latent {

/// The candidates in their order, each with its best fit.
template <class M>
struct SelectionResult {
    std::vector<Result<M>> all{};     ///< of each candidate its best fit
    std::vector<double> criterion{};  ///< of each: the smaller, the better
    std::size_t best_index = 0;       ///< of best() in all

    /// The fit of the candidate that is kept.
    const Result<M>& best() const& { return all[best_index]; }
    /// Of a temporary, by value: a reference would dangle.
    Result<M> best() && { return std::move(all[best_index]); }
};

/// Fits every candidate shape by `restarts` and keeps the one of the least criterion among the sound fits, one with
/// spurious components only where there is no other (unless restarts.spurious), a degenerate one only where all are: `Selection<>{}.fit(shapes, x).best()`, shapes being `GaussianMixture<>(K, d)` for K = 1, 2, … Candidates of
/// different types are compared by the numbers in SelectionResult::criterion. Runs on the executions of `restarts`:
/// over processes too, where no one has all the data.
template <class Criterion = Bic, class RestartsPolicy = Restarts<>>
struct Selection {
    Criterion criterion{};      ///< criterion(log-likelihood, parameters, n), the smaller, the better
    RestartsPolicy restarts{};  ///< by which each candidate is fitted

    /// Throws std::invalid_argument where there is no shape, and what the restarts throw.
    template <LatentVariableModel M, class Data>
    SelectionResult<M> fit(const std::vector<M>& shapes, const Data& data) const {
        static_assert(CountsParameters<M>,
                      "latent: Selection needs the model's parameters(), see CountsParameters");
        detail::require(!shapes.empty(), "latent::Selection: there is no shape to fit");
        SelectionResult<M> result;
        const double n = detail::sum_of_weights(detail::units_of(restarts.em.execution, shapes.front(), data),
                                                restarts.em.execution);
        for (const M& shape : shapes) {
            result.all.push_back(restarts.fit(shape, data).best());
            const Result<M>& fit = result.all.back();
            const auto parameters = static_cast<double>(fit.model.parameters());
            result.criterion.push_back(criterion(fit.log_likelihood, parameters, n));
            if (detail::better(fit, -result.criterion.back(), result.best(),
                               -result.criterion[result.best_index], restarts.spurious))
                result.best_index = result.all.size() - 1;
        }
        return result;
    }
};

}  // namespace latent
