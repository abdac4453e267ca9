// Clusters of several components: those that overlap most are merged, one pair after the other.
#pragma once

#include <cmath>
#include <utility>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/responsibility.hpp"
#include "latent/core/types.hpp"
#include "latent/data/blocks.hpp"
#include "latent/model/mixture.hpp"

namespace latent {

namespace detail {

/// Σ_i w_i t_i log t_i of a cluster's memberships, 0 log 0 being 0.
template <class Memberships>
double log_certainty(const Memberships& t, const Eigen::VectorXd& weights) {
    double sum = 0;
    for (Index i = 0; i < t.size(); ++i)
        if (t(i) > 0) sum += weights(i) * t(i) * std::log(t(i));
    return sum;
}

/// Clusters i and j > i become cluster i, and those behind j move up.
inline void merge_rows(Eigen::MatrixXd& memberships, Index i, Index j) {
    const Index behind = memberships.rows() - 1 - j;
    memberships.row(i) += memberships.row(j);
    memberships.middleRows(j, behind) = memberships.bottomRows(behind).eval();
    memberships.conservativeResize(memberships.rows() - 1, Eigen::NoChange);
}

}  // namespace detail

/// The clusters of a mixture's components, for each number of them from 1 to K.
class MergedClusters {
  public:
    /// Of responsibilities, K × n, K ≥ 1, and the observations' weights, n. Time: n K³ logarithms
    /// at most.
    MergedClusters(Eigen::MatrixXd responsibilities, Eigen::VectorXd weights)
        : responsibilities_(std::move(responsibilities)), weights_(std::move(weights)) {
        const Index K = responsibilities_.rows();
        detail::require(K > 0 && weights_.size() == responsibilities_.cols(),
                        "latent::MergedClusters: responsibilities are ", K, " × ", responsibilities_.cols(),
                        ", with ", weights_.size(), " weights");
        std::vector<Index> own(static_cast<std::size_t>(K));
        for (Index k = 0; k < K; ++k) own[static_cast<std::size_t>(k)] = k;
        cluster_of_.assign(own.size(), own);
        entropy_.assign(own.size(), 0.0);
        merge_all();
    }

    /// The number K of components.
    Index components() const { return responsibilities_.rows(); }
    /// −Σ_i w_i Σ_c t_ic log t_ic, t the memberships in `clusters` clusters: how unsure it is which one each observation is of.
    /// Where it stops falling fast as clusters are merged, from K downwards, is a sensible number of them.
    double entropy(Index clusters) const { return entropy_[at(clusters)]; }
    /// Of each component its cluster, 0 … clusters − 1.
    const std::vector<Index>& cluster_of(Index clusters) const { return cluster_of_[at(clusters)]; }
    /// The sums of the responsibilities of a cluster's components, clusters × n: columns sum to one.
    Eigen::MatrixXd memberships(Index clusters) const {
        const std::vector<Index>& cluster = cluster_of(clusters);
        Eigen::MatrixXd t = Eigen::MatrixXd::Zero(clusters, responsibilities_.cols());
        for (Index k = 0; k < components(); ++k)
            t.row(cluster[static_cast<std::size_t>(k)]) += responsibilities_.row(k);
        return t;
    }
    /// The most probable cluster of each observation, n values.
    std::vector<Index> labels(Index clusters) const { return detail::most_probable(memberships(clusters)); }

  private:
    std::size_t at(Index clusters) const {
        detail::require(1 <= clusters && clusters <= components(), "latent::MergedClusters: clusters is ",
                        clusters, ", expected 1 … ", components());
        return static_cast<std::size_t>(clusters - 1);
    }

    void merge_all() {
        Eigen::MatrixXd t = responsibilities_;
        for (Index clusters = components(); clusters >= 1; --clusters) {
            Eigen::VectorXd own(clusters);
            for (Index c = 0; c < clusters; ++c) own(c) = detail::log_certainty(t.row(c), weights_);
            entropy_[at(clusters)] = std::abs(own.sum());  // −own, and 0 is no −0
            if (clusters == 1) return;
            const auto [i, j] = most_entangled(t, own);
            detail::merge_rows(t, i, j);
            for (Index& c : cluster_of_[at(clusters - 1)] = cluster_of_[at(clusters)])
                c = c == j ? i : c > j ? c - 1 : c;
        }
    }

    /// The pair whose merger lowers the entropy most, the first of several.
    std::pair<Index, Index> most_entangled(const Eigen::MatrixXd& t, const Eigen::VectorXd& own) const {
        std::pair<Index, Index> best{0, 1};
        double most = -1;
        for (Index i = 0; i < t.rows(); ++i)
            for (Index j = i + 1; j < t.rows(); ++j) {
                const double gain = detail::log_certainty(t.row(i) + t.row(j), weights_) - own(i) - own(j);
                if (gain > most) most = gain, best = {i, j};
            }
        return best;
    }

    Eigen::MatrixXd responsibilities_;
    Eigen::VectorXd weights_;
    std::vector<std::vector<Index>> cluster_of_;
    std::vector<double> entropy_;
};

/// Merges the components of a mixture, from K clusters down to one, each time the two whose merger lowers the entropy of the
/// memberships most (Baudry, Raftery, Celeux, Lo & Gottardo 2010): BIC may need two components for one cluster that is no normal.
/// `x` is in memory. Throws std::invalid_argument on observations that the model cannot take. Time: n K³ logarithms at most.
template <class E>
MergedClusters merge_by_entropy(const Mixture<E>& model, const Observations<typename E::Scalar>& x) {
    Eigen::VectorXd weights(x.cols());
    for (Index i = 0; i < x.cols(); ++i) weights(i) = x.weight(i);
    return {model.predict_proba(x), std::move(weights)};
}

}  // namespace latent
