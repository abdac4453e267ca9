// The answer to local optima: many starts, the best kept, all of them reported.
#pragma once

#include <vector>

#include "latent/start/k_means.hpp"

namespace latent {

/// What the starts led to.
template <class M>
struct RestartsResult {
    std::vector<Result<M>> all;  ///< in the order of the seeds
    std::size_t best_index = 0;

    /// The fit with the highest objective; a degenerate one only where all are.
    const Result<M>& best() const { return all[best_index]; }
    /// How many fits ended within `tolerance` (relative) of the best objective: few are a warning.
    int agreeing(double tolerance = 1e-6) const {
        int count = 0;
        for (const Result<M>& r : all)
            if (std::abs(r.objective - best().objective) <= tolerance * std::abs(best().objective)) ++count;
        return count;
    }
};

/// `number` fits by `em`, from `start` with the seeds start.seed, start.seed + 1, …
/// `Restarts{.number = 20, .start = KMeans{.seed = 1}}.fit(GaussianMixture<>(3, 2), X).best()`.
template <class StartPolicy = KMeans, class EM = ExpectationMaximization<>>
struct Restarts {
    int number = 10;
    StartPolicy start{};
    EM em{};

    /// Throws std::invalid_argument where number < 1, and what the start throws.
    template <LatentVariableModel M, class Data>
    RestartsResult<M> fit(const M& shape, const Data& data) const {
        static_assert(Start<StartPolicy, M, Data>,
                      "latent: Restarts needs start(shape, data) to return a model");
        detail::require(number > 0, "latent::Restarts: number is ", number, ", expected at least 1");
        RestartsResult<M> result;
        for (int i = 0; i < number; ++i) {
            StartPolicy another = start;
            another.seed += static_cast<std::uint64_t>(i);
            result.all.push_back(em.fit(another(shape, data), data));
            if (better(result.all.back(), result.best())) result.best_index = result.all.size() - 1;
        }
        return result;
    }

  private:
    template <class M>
    static bool better(const Result<M>& a, const Result<M>& b) {
        const bool a_sound = a.status != Status::degenerate, b_sound = b.status != Status::degenerate;
        return a_sound != b_sound ? a_sound : a.objective > b.objective;
    }
};

/// The best of n fits with the default policies, from k-means starts; see Restarts.
template <LatentVariableModel M, class Data>
RestartsResult<M> restarts(int n, const M& shape, const Data& data, std::uint64_t seed = 0) {
    return Restarts<>{.number = n, .start = {.seed = seed}}.fit(shape, data);
}

}  // namespace latent
