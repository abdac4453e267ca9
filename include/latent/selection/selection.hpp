// How many components, which structure: many candidates fitted, each by its best start, and compared by a criterion.
#pragma once

#include <vector>

#include "latent/selection/selection_run.hpp"
#include "latent/start/restarts.hpp"

namespace latent {

/// Fits every candidate shape by `restarts` and ranks them by the criterion, the least first: sound fits before those with
/// spurious components (unless restarts.spurious), and degenerate ones last. A component on fewer than d + 1 different points
/// is spurious here, too. `Selection<>{}.fit(shapes, x).best()`, shapes being `GaussianMixture<>(K, d)` for K = 1, 2, …; see
/// select, which makes shapes and policies of what they are called.
///
/// `execution` shares out fits (and the parts of a criterion), those of most parameters first: each thread, or each of the
/// processes, which all have all the data, fits whole candidates; the result is the same bits for any number of them. Or each
/// fit runs on restarts.em.execution, over processes too, where no one has all the data. Limits of restarts.em hold for each fit.
template <class Criterion = Bic, class RestartsPolicy = Restarts<>, class ExecutionPolicy = Sequential>
struct Selection {
    Criterion criterion{};        ///< see SelectionCriterion
    RestartsPolicy restarts{};    ///< by which each candidate is fitted
    ExecutionPolicy execution{};  ///< that shares out whole fits

    /// Shapes of one type. Throws std::invalid_argument where there is no shape, and what the restarts throw.
    template <LatentVariableModel M, class Data>
    SelectionResult<M> fit(const std::vector<M>& shapes, const Data& data) const {
        return fit(std::tuple{Candidates<M>{"", shapes}}, data);
    }
    /// Of several types, each with a name: see candidates().
    template <LatentVariableModel... M, class Data>
    SelectionResult<M...> fit(const std::tuple<Candidates<M>...>& shapes, const Data& data) const {
        static_assert((CountsParameters<M> && ...),
                      "latent: Selection needs the model's parameters(), see CountsParameters");
        static_assert(
            !Distributed<decltype(restarts.em.execution)> || std::is_same_v<ExecutionPolicy, Sequential>,
            "latent: Selection cannot share out fits that are made by several processes: their messages "
            "would meet");
        return detail::SelectionRun<Selection, Data, M...>(*this, shapes, data).run();
    }
};

}  // namespace latent
