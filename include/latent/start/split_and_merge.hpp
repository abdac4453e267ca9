// A way out of a poor optimum: two components become one, a third becomes two.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <type_traits>
#include <vector>

#include "latent/start/restarts.hpp"

namespace latent {

/// Components `first` and `second` become `first`, and half of component `split` becomes `second`.
struct SplitMergeMove {
    Index first, second, split;
    double objective = 0;   ///< of the fit from there
    bool accepted = false;  ///< whether that was better than the one before
};

/// What the moves led to.
template <class M>
struct SplitAndMergeResult {
    Result<M> fit;                        ///< after the last move that was accepted, or the first one
    std::vector<SplitMergeMove> moves{};  ///< that were tried, in this order
};

namespace detail {

/// What moves need to know of the observations.
template <class Scalar>
struct MoveData {
    Sample<Scalar> sample;      ///< some of the observations
    std::vector<Index> places;  ///< of these in the whole
    Eigen::VectorXd weights;    ///< of all observations
    Eigen::VectorXd variances;  ///< in units of which distances are

    template <class Units, class X>
    MoveData(const Units& units, Index most, std::uint64_t seed, const X& execution)
        : weights(Eigen::VectorXd::Zero(units.cols())),
          variances(cluster_variances<Scalar>(units, true, execution)) {
        const Sampled sampled(units.cols(), most, seed);
        for (Index u = 0; u < units.size(); ++u) {
            const auto& unit = units[u];
            const auto& x = observations_of(unit);
            for (Index i = 0; i < x.cols(); ++i) {
                const Index number = units.first(u) + i, place = x.place(units.first(u), i);
                weights(place) = x.weight(i);
                if (!sampled(number)) continue;
                sample.append(x, i);
                places.push_back(place);
            }
        }
    }

    /// The observations of the sample, each weighted by its responsibility of component k, which `room` holds.
    Observations<Scalar> of_component(const Eigen::MatrixXd& responsibilities, Index k,
                                      Eigen::VectorXd& room) const {
        room.resize(std::ssize(places));
        for (Index i = 0; i < room.size(); ++i) {
            const Index place = places[static_cast<std::size_t>(i)];
            room(i) = weights(place) * responsibilities(k, place);
        }
        return sample.observations(variances.size()).with_weights(room.data());
    }
};

/// The most promising moves of the first K components by the criteria of Ueda et al. (2000): two that share many observations, by
/// Σ_i w_i r_ai r_bi, and one whose observations the model describes badly. Their divergence of its observations from its
/// density is −Σ_i w_i r_ki log p(x_i) / Σ_i w_i r_ki at a fixed point of EM, but for a constant. The order is that of
/// the sum of both ranks.
/// (Of S, which is double: compiled only where it is called.)
template <class S = double>
std::vector<SplitMergeMove> promising_moves(const std::type_identity_t<Eigen::MatrixX<S>>& responsibilities,
                                            const std::type_identity_t<Eigen::VectorX<S>>& log_densities,
                                            const std::type_identity_t<Eigen::VectorX<S>>& weights, Index K,
                                            int most) {
    const Eigen::MatrixX<S> weighted = responsibilities.topRows(K) * weights.asDiagonal();
    const Eigen::MatrixX<S> shared = weighted * responsibilities.topRows(K).transpose();
    const Eigen::VectorX<S> count = weighted.rowwise().sum();
    Eigen::VectorX<S> fits = (weighted * log_densities).cwiseQuotient(count.cwiseMax(1e-300));
    for (Index k = 0; k < K; ++k)
        if (!(count(k) > 0)) fits(k) = std::numeric_limits<S>::infinity();  // there is nothing to part
    std::vector<SplitMergeMove> pairs, moves;
    for (Index a = 0; a < K; ++a)
        for (Index b = a + 1; b < K; ++b) pairs.push_back({a, b, -1});
    std::stable_sort(pairs.begin(), pairs.end(), [&](const auto& p, const auto& q) {
        return shared(p.first, p.second) > shared(q.first, q.second);
    });
    std::vector<Index> worst(static_cast<std::size_t>(K));
    std::iota(worst.begin(), worst.end(), Index{0});
    std::stable_sort(worst.begin(), worst.end(), [&](Index a, Index b) { return fits(a) < fits(b); });
    const auto ranks = static_cast<Index>(pairs.size()) + K - 1;
    for (Index sum = 0; sum < ranks; ++sum)
        for (Index p = 0; p <= std::min(sum, std::ssize(pairs) - 1); ++p) {
            if (sum - p >= K) continue;
            SplitMergeMove move = pairs[static_cast<std::size_t>(p)];
            move.split = worst[static_cast<std::size_t>(sum - p)];
            if (move.split == move.first || move.split == move.second) continue;
            if (std::ssize(moves) == most) return moves;
            moves.push_back(move);
        }
    return moves;
}

/// The responsibilities of a fit after a move.
template <class Scalar>
struct AfterMove {
    using Room = ClassRoom<Scalar>;
    const Eigen::MatrixXd& before;
    SplitMergeMove move;
    NearestCluster<Scalar> halves;  ///< of the component that is split

    auto operator()(Index first, const Observations<Scalar>& x, Room& room) const {
        halves(first, x, room);
        return [this, first, &x, &room](Index i, Index k) {
            const auto r = before.col(x.place(first, i));
            if (k == move.first) return r(move.first) + r(move.second);
            if (k != move.split && k != move.second) return r(k);
            return (room.component[static_cast<std::size_t>(i)] == 1) == (k == move.second) ? r(move.split)
                                                                                            : 0.0;
        };
    }
};

}  // namespace detail

/// Goes on from a fit by split–merge moves (Ueda, Nakano, Ghahramani & Hinton 2000, "SMEM algorithm for mixture models"): where two
/// components share a cluster and a third one covers two, no step of EM leads out. The two are merged, the third is parted
/// by 2-means of what belongs to it, and EM goes on from there; if that ends at a higher objective, it is kept, and the
/// next moves are those of the new fit, until none of the `candidates` most promising ones helps. A sound fit is never
/// given up for one with spurious components. The result depends on the seed alone, not on the execution.
/// `SplitAndMerge<>{.candidates = 5}.improve(fit(shape, x, KMeans{}), x).fit`
/// For models that are Startable and answer predict_proba and score_samples; memory K·n. Each candidate costs a fit.
template <class EM = ExpectationMaximization<>>
struct SplitAndMerge {
    int candidates = 5;      ///< moves that are tried from each fit, at most
    int rounds = 100;        ///< moves that are accepted, at most
    std::uint64_t seed = 0;  ///< of how components are parted
    EM em{};                 ///< that fits from each move

    /// A fit by `em` from `start`, and on. Throws what improve and the fit throw.
    template <LatentVariableModel M, class Data>
    SplitAndMergeResult<M> fit(M start, const Data& data) const {
        return improve(em.fit(std::move(start), data), data);
    }

    /// On from a fit of the same data. One of fewer than three components, and a degenerate one, stays as it is. Throws
    /// std::invalid_argument where candidates or rounds is negative.
    template <LatentVariableModel M, class Data>
    SplitAndMergeResult<M> improve(Result<M> fit, const Data& data) const {
        constexpr bool answers = requires(const M m, const Data& x) {
            m.predict_proba(x);
            m.score_samples(x);
        };
        static_assert(answers && Startable<M>,
                      "latent: SplitAndMerge needs a model that is Startable and answers predict_proba and "
                      "score_samples");
        static_assert(!Distributed<decltype(em.execution)>,
                      "latent: SplitAndMerge needs the responsibilities of all observations in one process");
        detail::require(candidates >= 0, "latent::SplitAndMerge: candidates is ", candidates,
                        ", expected 0 or more");
        detail::require(rounds >= 0, "latent::SplitAndMerge: rounds is ", rounds, ", expected 0 or more");
        SplitAndMergeResult<M> result{std::move(fit)};
        const auto& units = detail::checked_units("SplitAndMerge", result.fit.model, data, em.execution);
        const detail::MoveData<typename M::Scalar> known(units, 1 << 16, seed, em.execution);
        for (int round = 0; round < rounds && result.fit.status != Status::degenerate; ++round)
            if (!advance(result, known, units, data)) break;
        return result;
    }

  private:
    /// The first of the most promising moves that helps; false where none does.
    template <class M, class Units, class Data>
    bool advance(SplitAndMergeResult<M>& result, const detail::MoveData<typename M::Scalar>& known,
                 const Units& units, const Data& data) const {
        const M& model = result.fit.model;
        Eigen::MatrixXd responsibilities = model.predict_proba(units);
        Eigen::VectorXd log_densities = model.score_samples(units);
        for (Index i = 0; i < known.weights.size(); ++i) {
            if (known.weights(i) > 0) continue;
            responsibilities.col(i).setZero();  // whatever it is
            log_densities(i) = 0;
        }
        for (SplitMergeMove move : detail::promising_moves(responsibilities, log_densities, known.weights,
                                                           detail::components_of(model), candidates)) {
            EM own = em;
            if constexpr (NumberedCheckpoint<decltype(own.checkpoint)>)
                own.checkpoint = own.checkpoint.numbered(std::ssize(result.moves));
            auto other = own.fit(moved(model, move, responsibilities, known, units), data);
            const double now = result.fit.objective, least = 1e-9 * (1 + std::abs(now));
            move.objective = other.objective;
            move.accepted = detail::better(other, other.objective - least, result.fit, now, false);
            result.moves.push_back(move);
            if (!move.accepted) continue;
            result.fit = std::move(other);
            return true;
        }
        return false;
    }

    template <class M, class Units>
    M moved(const M& model, const SplitMergeMove& move, const Eigen::MatrixXd& responsibilities,
            const detail::MoveData<typename M::Scalar>& known, const Units& units) const {
        using Scalar = typename M::Scalar;
        Eigen::VectorXd room;
        const auto members = known.of_component(responsibilities, move.split, room);
        const detail::ClusterSearch how{.start = "SplitAndMerge",
                                        .seed = seed,
                                        .sample = 0,
                                        .plus_plus = true,
                                        .apart = false,
                                        .scaled = true,
                                        .iterations = 100};
        const auto halves = detail::find_clusters(members, 2, known.variances, how, false, Sequential{});
        return detail::from_responsibilities("SplitAndMerge", model, units,
                                             detail::AfterMove<Scalar>{responsibilities, move, {halves, 0}},
                                             seed, em.execution);
    }
};

}  // namespace latent
