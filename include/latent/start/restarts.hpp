// The answer to local optima: many starts, the best kept, all of them reported.
#pragma once

#include <utility>
#include <vector>

#include "latent/driver/roles.hpp"
#include "latent/start/k_means.hpp"

namespace latent {

namespace detail {

/// Whether fit a is better than b, by values of which the larger is the better. A degenerate fit is worse than any other,
/// and one with spurious components worse than any sound one, unless they are to be compared by value alone.
template <class M>
bool better(const Result<M>& a, double value_of_a, const Result<M>& b, double value_of_b, bool spurious) {
    const auto rank = [&](const Result<M>& r) {
        return r.status == Status::degenerate ? 0 : r.sound() || spurious ? 2 : 1;
    };
    return rank(a) != rank(b) ? rank(a) > rank(b) : value_of_a > value_of_b;
}

}  // namespace detail

/// What the starts led to.
template <class M>
struct RestartsResult {
    std::vector<Result<M>> all{};  ///< in the order of the seeds
    std::size_t best_index = 0;    ///< of best() in all
    bool spurious = false;  ///< whether fits with spurious components were compared with the sound ones

    /// The fit with the highest objective; one with spurious components only where no fit is sound, and a degenerate one
    /// only where all are.
    const Result<M>& best() const& { return all[best_index]; }
    /// Of a temporary, by value: a reference would dangle.
    Result<M> best() && { return std::move(all[best_index]); }
    /// How many fits ended within `tolerance` (relative) of the best objective: few are a warning.
    int agreeing(double tolerance = 1e-6) const {
        int count = 0;
        for (const Result<M>& r : all)
            if (std::abs(r.objective - best().objective) <= tolerance * std::abs(best().objective)) ++count;
        return count;
    }

    /// One more.
    void add_fit(Result<M> fit) {
        all.push_back(std::move(fit));
        const Result<M>&last = all.back(), &best = all[best_index];
        if (detail::better(last, last.objective, best, best.objective, spurious)) best_index = all.size() - 1;
    }
};

/// The fits of some seeds, and those of the next ones.
template <class M>
void add(RestartsResult<M>& into, const RestartsResult<M>& from) {
    for (const Result<M>& fit : from.all) into.add_fit(fit);
}
template <class M>
void add(RestartsResult<M>& into, RestartsResult<M>&& from) {
    for (Result<M>& fit : from.all) into.add_fit(std::move(fit));
}

/// `number` fits by `em`, from `start` with the seeds start.seed, start.seed + 1, …
/// `Restarts{.number = 20, .start = KMeans{.seed = 1}}.fit(GaussianMixture<>(3, 2), X).best()`.
/// Each fit and its start run on em.execution; `execution` shares out whole fits, which pays for small data:
/// `Restarts<KMeans, ExpectationMaximization<>, Threads>`. The results are the same bits either way.
template <class StartPolicy = KMeans, class EM = ExpectationMaximization<>,
          class ExecutionPolicy = Sequential>
struct Restarts {
    int number = 10;              ///< how many fits
    StartPolicy start{};          ///< whose seed is that of the first fit
    EM em{};                      ///< that fits from each start
    ExecutionPolicy execution{};  ///< that shares out whole fits
    bool spurious =
        false;  ///< whether fits with spurious components (Result::flaws) may be better than sound ones

    /// Throws std::invalid_argument where number < 1, and what the start throws.
    template <LatentVariableModel M, class Data>
    RestartsResult<M> fit(const M& shape, const Data& data) const {
        static_assert(Start<StartPolicy, M, Data>,
                      "latent: Restarts needs start(shape, data) to return a model");
        static_assert(Seeded<StartPolicy>, "latent: Restarts needs a start with a member seed, see Seeded");
        static_assert(
            !Distributed<decltype(em.execution)> || std::is_same_v<ExecutionPolicy, Sequential>,
            "latent: Restarts cannot share out fits that are made by several processes: their messages "
            "would meet");
        detail::require(number > 0, "latent::Restarts: number is ", number, ", expected at least 1");
        RestartsResult<M> result;
        execution.template reduction<RestartsResult<M>, char>()(
            Slices(number, number), [this](auto& sum) { sum = {.spurious = spurious}; },
            [&](auto& sum, char&, Index i) {
                StartPolicy another = start;
                another.seed += static_cast<std::uint64_t>(i);
                EM own = em;
                if constexpr (NumberedCheckpoint<decltype(own.checkpoint)>)
                    if (number > 1) own.checkpoint = own.checkpoint.numbered(i);
                sum.add_fit(own.fit(detail::begin(another, shape, data, em.execution), data));
            },
            result);
        return result;
    }
};

/// The best of n fits with the default policies, from k-means starts; see Restarts.
template <LatentVariableModel M, class Data>
RestartsResult<M> restarts(int n, const M& shape, const Data& data, std::uint64_t seed = 0) {
    return Restarts<>{.number = n, .start = {.seed = seed}}.fit(shape, data);
}

}  // namespace latent
