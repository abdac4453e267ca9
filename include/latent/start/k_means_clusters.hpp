// k-means for its own sake: clusters of data, and not where a model begins.
#pragma once

#include <vector>

#include "latent/start/k_means.hpp"

namespace latent {

namespace detail {

/// labels[i] := the nearest cluster of observation i; returns Σ_i w_i · its squared distance in units of `scale`, missing cells
/// left out. Squares are compared in units of `compared_in` · scale², which are to be about those of the data: squares far below 1 would
/// be lost beside the constants of a log-density. One pass over the data.
template <class Scalar, class Units, class X>
double nearest_clusters(const Units& units, const Eigen::MatrixXd& centres, const Eigen::VectorXd& scale,
                        double compared_in, std::vector<Index>& labels, const X& execution) {
    const Clusters<Scalar> clusters(centres, compared_in * scale.cwiseAbs2());
    const NearestCluster<Scalar> nearest{clusters, 0};
    labels.resize(static_cast<std::size_t>(units.cols()));
    double inertia = 0;
    execution.template reduction<double, ClassRoom<Scalar>>()(
        slices_of(units, units.size()), [](double& sum) { sum = 0; },
        [&](double& sum, auto& room, Index u) {
            const auto& unit = units[u];
            const Index first = units.first(u);
            nearest(first, unit, room);
            for (Index i = 0; i < unit.cols(); ++i) {
                const Index k = room.component[static_cast<std::size_t>(i)];
                labels[static_cast<std::size_t>(unit.place(first, i))] = k;
                for (Index j = 0; j < unit.rows() && unit.weight(i) > 0; ++j) {
                    const double z = (static_cast<double>(unit(j, i)) - centres(j, k)) / scale(j);
                    if (!std::isnan(z)) sum += unit.weight(i) * z * z;
                }
            }
        },
        inertia);
    return inertia;
}

}  // namespace detail

/// Clusters that k_means found.
struct KMeansResult {
    Eigen::MatrixXd centres;    ///< d × K: the means of the clusters
    std::vector<Index> labels;  ///< of each observation, the cluster 0 … K − 1 whose centre is the nearest
    double inertia = 0;         ///< Σ_i weight_i · squared distance from that centre, in units of `scale`
    int iterations = 0;         ///< Lloyd's, of the best run
    bool converged = false;     ///< whether nothing moved any more
    Eigen::VectorXd scale;      ///< d: what distances are in units of; ones unless KMeansRuns::scaled
    double unit = 1;  ///< about the squared extent of the data in them: what squares are compared in

    /// The cluster of each of these observations, in memory or of a data source: n values. Throws std::invalid_argument on
    /// observations of another dimension or with a NaN, or where there are no clusters. Time n·K·d.
    template <class Data, Execution X = Sequential>
    std::vector<Index> predict(
        const Data& x, const X& execution = {}) const requires detail::SeenAsObservations<const Data&> {
        using Scalar = typename decltype(detail::as_observations(x))::Scalar;
        detail::require(centres.cols() > 0,
                        "latent::KMeansResult: predict: this result is empty: no clusters");
        const GaussianMixture<Diagonal, Scalar> shape(centres.cols(), centres.rows());
        const auto& units = detail::units_of(execution, shape, x);
        detail::check_data(execution, units.cols(),
                           [&] { detail::check_observations("KMeansResult", shape, units); });
        std::vector<Index> nearest;
        detail::nearest_clusters<Scalar>(units, centres, scale, unit, nearest, execution);
        return nearest;
    }
};

/// How k_means looks for clusters.
struct KMeansRuns {
    std::uint64_t seed = 0;  ///< of the first run; the next ones have the next seeds
    int number = 10;         ///< runs, the best of which is kept
    int iterations = 300;    ///< Lloyd's, of each, at most
    Index sample = 0;        ///< about so many observations are clustered, then all go to the nearest; 0: all
    bool scaled = false;     ///< true: distances are in units of each dimension's scale, as those of KMeans
};

/// k-means (Lloyd 1982): K centres that Σ_i w_i min_k |x_i − c_k|², the inertia, has a local minimum at. The best of several runs from
/// greedy k-means++ centres (Arthur & Vassilvitskii 2007). The observations are in memory or a data source, weighted where they
/// have weights; a missing cell adds nothing. The same bits on any number of workers. Throws std::invalid_argument where
/// number < 1, iterations < 0, the sample is smaller than K, or there are fewer than K observations of positive weight.
/// Time: runs · iterations · n·K·d; memory: the observations, once more.
/// `const auto clusters = k_means(x, 3, KMeansRuns{.seed = 1}, Threads{}); clusters.labels`
template <class Data, Execution X = Sequential>
KMeansResult k_means(const Data& x, Index K, const KMeansRuns& runs = {},
                     const X& execution = {}) requires detail::SeenAsObservations<const Data&> {
    using Scalar = typename decltype(detail::as_observations(x))::Scalar;
    detail::require(K > 0, "latent::k_means: K is ", K, ", expected at least 1");
    detail::require(runs.number > 0, "latent::k_means: number is ", runs.number, ", expected at least 1");
    detail::require(runs.iterations >= 0, "latent::k_means: iterations is ", runs.iterations,
                    ", expected 0 or more");
    detail::require_sample("k_means", runs.sample, K);
    const GaussianMixture<Diagonal, Scalar> shape(K, detail::as_observations(x).rows());
    const auto& units = detail::checked_units("k_means", shape, x, execution);
    const auto sample = detail::draw_sample<Scalar>(units, runs.sample, K, runs.seed, execution);
    const Index counted = sample.counted(shape.dimension());
    detail::require(counted >= K, "latent::k_means: K = ", K, " clusters, but only ", counted,
                    " observations of positive weight");
    const auto variances = detail::cluster_variances<Scalar>(units, runs.scaled, execution);
    KMeansResult best, other;
    best.scale = variances.cwiseSqrt();
    if (!runs.scaled) {
        best.scale.setOnes();
        best.unit = variances(0);  // they are all the same
    }
    for (int run = 0; run < runs.number; ++run) {
        const detail::ClusterSearch how{.start = "k_means",
                                        .seed = runs.seed + static_cast<std::uint64_t>(run),
                                        .sample = runs.sample,
                                        .plus_plus = true,
                                        .apart = false,
                                        .scaled = runs.scaled,
                                        .iterations = runs.iterations};
        const auto clusters = detail::find_clusters(sample.observations(shape.dimension()), K, variances, how,
                                                    false, detail::own(execution));
        const Eigen::MatrixXd centres = clusters.centres.means();
        other.inertia =
            detail::nearest_clusters<Scalar>(units, centres, best.scale, best.unit, other.labels, execution);
        if (run > 0 && !(other.inertia < best.inertia)) continue;
        best.inertia = other.inertia;
        best.labels.swap(other.labels);
        best.centres = centres;
        best.iterations = clusters.iterations;
        best.converged = clusters.converged;
    }
    return best;
}

}  // namespace latent
