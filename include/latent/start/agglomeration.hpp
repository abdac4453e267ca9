// Hierarchical clusters by Ward's criterion.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <limits>
#include <numeric>
#include <type_traits>
#include <utility>
#include <vector>

#include "latent/core/types.hpp"

namespace latent::detail {

// Of Scalar, which is double: compiled only where they are called.

/// Two clusters become one; each is named by one of its points.
struct Merger {
    Index first, second;
    double cost;
};

/// Clusters of weighted points, each a centroid and a weight, merged two by two.
template <class Scalar>
class Agglomeration {
  public:
    /// Every point, a column, is a cluster. Weights are positive.
    Agglomeration(Eigen::MatrixX<Scalar> points, Eigen::VectorX<Scalar> weights)
        : centroids_(std::move(points)),
          weights_(std::move(weights)),
          left_(static_cast<std::size_t>(weights_.size())) {
        std::iota(left_.begin(), left_.end(), Index{0});
    }

    /// All mergers until one cluster is left, by chains of nearest neighbours (Benzécri 1982; Murtagh 1983): two that are
    /// each other's nearest are merged, which for Ward's criterion comes to the same tree as merging the nearest pair of
    /// all. Not in the order of their cost. Time n²·d; memory n·d.
    std::vector<Merger> mergers() {
        std::vector<Merger> done;
        std::vector<Index> chain;
        while (left_.size() > 1) {
            if (chain.empty()) chain.push_back(left_.front());
            const Index last = chain.back(), previous = chain.size() > 1 ? chain[chain.size() - 2] : -1;
            const auto [nearest, cost] = nearest_of(last, previous);
            const auto known = std::find(chain.begin(), chain.end(), nearest);
            if (known == chain.end()) {
                chain.push_back(nearest);
                continue;
            }
            chain.erase(known, chain.end());  // it was the previous one, or as near but for rounding
            merge(nearest, last);
            done.push_back({nearest, last, cost});
        }
        return done;
    }

  private:
    /// By how much the sum of squared distances from the centroids grows where two are merged (Ward 1963).
    double cost(Index a, Index b) const {
        return weights_(a) * weights_(b) / (weights_(a) + weights_(b)) *
               (centroids_.col(a) - centroids_.col(b)).squaredNorm();
    }
    /// `previous`, unless another one is nearer.
    std::pair<Index, double> nearest_of(Index cluster, Index previous) const {
        Index nearest = previous;
        double least = previous < 0 ? std::numeric_limits<double>::infinity() : cost(cluster, previous);
        for (const Index other : left_) {
            if (other == cluster) continue;
            const double of_other = cost(cluster, other);
            if (nearest >= 0 && !(of_other < least)) continue;
            nearest = other;
            least = of_other;
        }
        return {nearest, least};
    }
    void merge(Index into, Index from) {
        const double weight = weights_(into) + weights_(from);
        centroids_.col(into) += weights_(from) / weight * (centroids_.col(from) - centroids_.col(into));
        weights_(into) = weight;
        left_.erase(std::lower_bound(left_.begin(), left_.end(), from));
    }

    Eigen::MatrixX<Scalar> centroids_;
    Eigen::VectorX<Scalar> weights_;
    std::vector<Index> left_;  // in their order
};

/// The class, 0 … K − 1, of each of n points of positive weight where all but the K − 1 dearest mergers were made: as many
/// classes as points where these are fewer than K. Classes are in the order of their first points.
template <class Scalar = double>
std::vector<Index> ward_classes(const std::type_identity_t<Eigen::MatrixX<Scalar>>& points,
                                const std::type_identity_t<Eigen::VectorX<Scalar>>& weights, Index K) {
    auto mergers = Agglomeration<Scalar>(points, weights).mergers();
    std::stable_sort(mergers.begin(), mergers.end(),
                     [](const Merger& a, const Merger& b) { return a.cost < b.cost; });
    std::vector<Index> in(
        static_cast<std::size_t>(weights.size()));  // each points to an earlier one, or itself
    std::iota(in.begin(), in.end(), Index{0});
    const auto root = [&](Index i) {
        while (in[static_cast<std::size_t>(i)] != i) i = in[static_cast<std::size_t>(i)];
        return i;
    };
    for (Index m = 0; m < weights.size() - K; ++m) {
        const Merger& merger = mergers[static_cast<std::size_t>(m)];
        const Index a = root(merger.first), b = root(merger.second);
        in[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
    }
    std::vector<Index> classes(in.size());
    Index next = 0;
    for (Index i = 0; i < weights.size(); ++i) {
        const Index first = root(i);
        classes[static_cast<std::size_t>(i)] = first == i ? next++ : classes[static_cast<std::size_t>(first)];
    }
    return classes;
}

}  // namespace latent::detail
