// Starts from K centres among the observations, with or without Lloyd's iterations.
#pragma once

#include <vector>

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

/// Variances of the dimensions over all data; 1 where a dimension is constant.
template <class Scalar>
Eigen::VectorXd overall_variances(const Observations<Scalar>& x) {
    GaussianMixture<Diagonal, Scalar> all(1, x.rows());
    all.emission().check(x);
    const auto everything = [](Index, Index) { return 1; };
    for (int pass = 0; pass < 2; ++pass)  // the second about the mean that the first found
        all.maximize(statistics_under(all, x, everything));
    Eigen::VectorXd variances = all.covariance(0).diagonal();
    for (double& v : variances)
        if (!(v > 0)) v = 1;
    return variances;
}

/// K observations as centres (d × K). k-means++ (Arthur & Vassilvitskii 2007) draws each with a probability
/// proportional to its squared distance from the nearest centre so far, in units of the dimensions'
/// deviations; otherwise all are drawn alike, none twice. Time n·K·d.
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
GaussianMixture<Diagonal, Scalar> draw_clusters(const char* start, const Observations<Scalar>& x, Index K,
                                                std::uint64_t seed, bool plus_plus) {
    require(x.cols() >= K, "latent::", start, ": K = ", K, " components, but only ", x.cols(),
            " observations");
    const Eigen::VectorXd variances = overall_variances(x);
    Random random(seed);
    const std::vector<Eigen::MatrixXd> equal(static_cast<std::size_t>(K),
                                             Eigen::MatrixXd(variances.asDiagonal()));
    return GaussianMixture<Diagonal, Scalar>(
        Gaussian<Diagonal, Scalar>(draw_centres(x, K, variances, plus_plus, random), equal));
}

/// The model that follows from every observation going to its nearest cluster.
template <class M, class Units>
M from_clusters(const char* start, const M& shape, const Units& units,
                const GaussianMixture<Diagonal, typename M::Scalar>& clusters, std::uint64_t seed) {
    return from_labels(start, shape, units, clusters.predict(units.all()), seed);
}

}  // namespace detail

/// Begins with the clusters of k-means: k-means++ centres, then Lloyd's iterations until nothing moves.
/// Distances are in units of the dimensions' overall deviations, so the data's units do not matter. The
/// result depends on the seed alone, not on the execution (`BasicKMeans<Threads>{…}`). Throws
/// std::invalid_argument where there are fewer observations than components, or a column is constant.
template <class X = Sequential>
struct BasicKMeans {
    std::uint64_t seed = 0;
    int iterations = 100;  ///< Lloyd's, at most
    X execution{};

    template <class M, class Data>
    M operator()(const M& shape, const Data& data) const {
        const auto& units = detail::units_of(shape, data);
        const auto& x = units.all();
        const ExpectationMaximization<Batch<Hard>, detail::MoveMeans, X> lloyd{
            {}, {}, execution, {}, {}, {.iterations = iterations}, {}};
        auto clusters = detail::draw_clusters("KMeans", x, shape.size(), seed, true);
        if (!clusters.emission().same()) clusters = lloyd.fit(clusters, x).model;
        return detail::from_clusters("KMeans", shape, units, clusters, seed);
    }
};
using KMeans = BasicKMeans<>;

/// Begins with the cells of k-means++ centres, without Lloyd's iterations: cheap, and more varied over seeds.
struct KMeansPlusPlus {
    std::uint64_t seed = 0;

    template <class M, class Data>
    M operator()(const M& shape, const Data& data) const {
        const auto& units = detail::units_of(shape, data);
        const auto clusters = detail::draw_clusters("KMeansPlusPlus", units.all(), shape.size(), seed, true);
        return detail::from_clusters("KMeansPlusPlus", shape, units, clusters, seed);
    }
};

/// Begins with the cells of K different observations drawn uniformly (by weight, where there are weights).
struct RandomObservations {
    std::uint64_t seed = 0;

    template <class M, class Data>
    M operator()(const M& shape, const Data& data) const {
        const auto& units = detail::units_of(shape, data);
        const auto clusters =
            detail::draw_clusters("RandomObservations", units.all(), shape.size(), seed, false);
        return detail::from_clusters("RandomObservations", shape, units, clusters, seed);
    }
};

}  // namespace latent
