// Starts from K centres among the observations, with or without Lloyd's iterations.
#pragma once

#include <vector>

#include "latent/data/sample.hpp"
#include "latent/data/scale.hpp"
#include "latent/estep/hard.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/responsibilities.hpp"

namespace latent {

namespace detail {

/// The M-step of k-means: the means move, weights and variances stay.
struct MoveMeans {
    static constexpr bool monotone = true;

    template <class M>
    void operator()(M& model, const typename M::Statistics& s, Journal&) const {
        model.emission().maximize_means(s.emission);
    }
    template <class M>
    double penalty(const M&) const {
        return 0;
    }
};

/// K observations as centres (d × K). k-means++ (Arthur & Vassilvitskii 2007) draws each with a probability
/// proportional to its squared distance from the nearest centre so far, in units of the dimensions' scales; otherwise all
/// are drawn alike, none twice. Time n·K·d.
template <class Scalar>
Eigen::MatrixXd draw_centres(const Observations<Scalar>& x, Index K, const Eigen::VectorXd& variances,
                             bool plus_plus, Random& random) {
    Eigen::MatrixXd centres(x.rows(), K);
    Eigen::VectorXd chance(x.cols());
    for (Index i = 0; i < x.cols(); ++i) chance(i) = x.weight(i);
    Eigen::VectorXd nearest = Eigen::VectorXd::Constant(x.cols(), std::numeric_limits<double>::infinity());
    const Eigen::VectorXd scale = variances.cwiseInverse();
    for (Index k = 0; k < K; ++k) {
        const Index chosen = random.categorical(chance, x.cols());
        for (Index j = 0; j < x.rows(); ++j) centres(j, k) = static_cast<double>(x(j, chosen));
        if (!plus_plus) {
            chance(chosen) = 0;
            continue;
        }
        for (Index i = 0; i < x.cols(); ++i) {
            double distance = 0;
            for (Index j = 0; j < x.rows(); ++j) {
                const double difference = static_cast<double>(x(j, i)) - centres(j, k);
                distance += difference * difference * scale(j);
            }
            nearest(i) = std::min(nearest(i), distance);
            chance(i) = x.weight(i) * nearest(i);
        }
    }
    return centres;
}

/// K clusters about drawn centres, as a mixture with equal weights and equal, fixed variances: its most
/// probable component is the nearest centre, and classification EM on it is k-means.
template <class Scalar>
GaussianMixture<Diagonal, Scalar> draw_clusters(const Observations<Scalar>& x, Index K,
                                                const Eigen::VectorXd& scale, std::uint64_t seed,
                                                bool plus_plus) {
    const Eigen::VectorXd variances = (scale.array() > 0).select(scale.array().square(), 1.0);
    Random random(seed);
    return GaussianMixture<Diagonal, Scalar>(
        Gaussian<Diagonal, Scalar>::alike(draw_centres(x, K, variances, plus_plus, random), variances));
}

/// Each observation is wholly in its nearest cluster.
template <class Scalar>
struct NearestCluster {
    using Room = std::vector<Index>;
    const GaussianMixture<Diagonal, Scalar>& clusters;

    auto operator()(Index, const Observations<Scalar>& x, Room& labels) const {
        labels = clusters.predict(x);
        return [&labels](Index i, Index k) { return labels[static_cast<std::size_t>(i)] == k ? 1 : 0; };
    }
};

/// What the starts from clusters share: K of them are found in a sample of the data, by at most `iterations` of
/// Lloyd's, and every observation goes to the nearest.
template <class M, class Data, class X>
M from_clusters(const char* start, const M& shape, const Data& data, std::uint64_t seed, Index most,
                bool plus_plus, int iterations, const X& execution) {
    using Scalar = typename M::Scalar;
    const auto& units = checked_units(start, shape, data, execution);
    const Index d = shape.dimension();
    const auto sample = draw_sample<Scalar>(units, most, seed, execution);
    const Observations<Scalar> x = sample.observations(d);
    const auto& own_execution = own(execution);
    const Eigen::VectorXd scale = robust_scale<Scalar>(units, execution);
    auto clusters = draw_clusters(x, shape.size(), scale, seed, plus_plus);
    if (iterations > 0 && !clusters.emission().same()) {
        const ExpectationMaximization<Batch<Hard>, MoveMeans, std::remove_cvref_t<decltype(own_execution)>>
            lloyd{{}, {}, own_execution, {}, {}, {.iterations = iterations}, {}};
        clusters = lloyd.fit(clusters, x).model;
    }
    return from_responsibilities(start, shape, units, NearestCluster<Scalar>{clusters}, seed, execution);
}

}  // namespace detail

/// Begins with the clusters of k-means: k-means++ centres, then Lloyd's iterations until nothing moves.
/// Distances are in units of the dimensions' scales, so the data's units do not matter: the deviations, or less where a few
/// values lie far out, or groups of them lie far apart. Of large data a random sample is clustered; then every observation
/// goes to its nearest cluster. The result depends on the seed alone, not on the execution. Throws std::invalid_argument where there are fewer observations than components, or a column is
/// constant and the emission has variances.
struct KMeans {
    std::uint64_t seed = 0;
    int iterations = 100;    ///< Lloyd's, at most
    Index sample = 1 << 16;  ///< about so many observations are clustered; 0: all

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        return detail::from_clusters("KMeans", shape, data, seed, sample, true, iterations, execution);
    }
};

/// Begins with the cells of k-means++ centres, without Lloyd's iterations: cheap, and more varied over seeds.
struct KMeansPlusPlus {
    std::uint64_t seed = 0;
    Index sample = 1 << 16;  ///< about so many observations are drawn from; 0: all

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        return detail::from_clusters("KMeansPlusPlus", shape, data, seed, sample, true, 0, execution);
    }
};

/// Begins with the cells of K different observations drawn uniformly (by weight, where there are weights).
struct RandomObservations {
    std::uint64_t seed = 0;
    Index sample = 1 << 16;  ///< about so many observations are drawn from; 0: all

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        return detail::from_clusters("RandomObservations", shape, data, seed, sample, false, 0, execution);
    }
};

}  // namespace latent
