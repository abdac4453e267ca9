// A start without chance: hierarchical clusters, merged by Ward's criterion.
#pragma once

#include <algorithm>
#include <vector>

#include "latent/start/agglomeration.hpp"
#include "latent/start/k_means.hpp"

namespace latent {

namespace detail {

/// A sample of the observations that is parted into at most K classes by Ward's criterion, in units of the variances. A missing
/// cell is that of another observation, drawn; what has no weight is left out.
struct ClassedSample {
    std::vector<Index> numbers;  ///< of its observations in the whole, increasing
    std::vector<Index> classes;  ///< of each
    Eigen::MatrixXd centroids;   ///< of the classes

    template <class Scalar>
    ClassedSample(const Observations<Scalar>& x, const Sampled& sampled, Index K,
                  const Eigen::VectorXd& variances, std::uint64_t seed) {
        Random random(seed);
        Eigen::MatrixXd points(x.rows(), x.cols());
        Eigen::VectorXd weights(x.cols());
        for (Index i = 0, number = 0; i < x.cols(); ++i, ++number) {
            while (!sampled(number)) ++number;
            if (!(x.weight(i) > 0)) continue;
            points.col(std::ssize(numbers)) = centre_at(x, i, random);
            weights(std::ssize(numbers)) = x.weight(i);
            numbers.push_back(number);
        }
        require(!numbers.empty(), "latent::Ward: all weights are 0");
        points.conservativeResize(x.rows(), std::ssize(numbers));
        weights.conservativeResize(std::ssize(numbers));
        classes = ward_classes(variances.cwiseSqrt().cwiseInverse().asDiagonal() * points, weights, K);
        find_centroids(points, weights);
    }

  private:
    void find_centroids(const Eigen::MatrixXd& points, const Eigen::VectorXd& weights) {
        const Index K = *std::max_element(classes.begin(), classes.end()) + 1;
        Eigen::VectorXd count = Eigen::VectorXd::Zero(K);
        centroids.setZero(points.rows(), K);
        for (Index i = 0; i < points.cols(); ++i) {
            const Index k = classes[static_cast<std::size_t>(i)];
            count(k) += weights(i);
            centroids.col(k) += weights(i) / count(k) * (points.col(i) - centroids.col(k));
        }
    }
};

/// The class of each observation of the sample, and of any other one that whose centroid is the nearest.
template <class Scalar>
struct ClassOrNearest {
    NearestCluster<Scalar> nearest;
    const ClassedSample& sample;
    Index before;  ///< observations of other processes

    void operator()(Index first, const Observations<Scalar>& x, ClassRoom<Scalar>& room) const {
        nearest(first, x, room);
        const Index begin = before + first;
        auto at = std::lower_bound(sample.numbers.begin(), sample.numbers.end(), begin);
        for (; at != sample.numbers.end() && *at < begin + x.cols(); ++at)
            room.component[static_cast<std::size_t>(*at - begin)] =
                sample.classes[static_cast<std::size_t>(at - sample.numbers.begin())];
    }
};

}  // namespace detail

/// Begins with K hierarchical clusters: of all pairs, the one is merged whose merger makes the sum of squared distances from the
/// centroids grow least (Ward 1963), until K are left. A start without chance, akin to the model-based agglomeration that mclust
/// begins with, of which this is the criterion for equal spherical covariances. An observation of weight w counts as w copies that
/// begin together. Distances are in units of the dimensions' scales, as those of KMeans. Of more than `sample` observations about
/// so many are drawn by the seed, and all others go to the nearest centroid; of fewer the seed does not matter. Missing cells of
/// the sample are taken from other observations, drawn. Time sample²·d and some passes over the data: checks,
/// the sample, the scale, the statistics. Throws
/// std::invalid_argument as KMeans does.
struct Ward {
    std::uint64_t seed = 0;  ///< of the sample
    Index sample = 2000;     ///< about so many observations are clustered; 0: all
    bool scaled = true;      ///< false: all dimensions are of one scale, so that wide ones decide

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        if constexpr (detail::can_start<M>()) {
            using Scalar = typename M::Scalar;
            detail::require_sample("Ward", sample, shape.size());
            const auto& units = detail::checked_units("Ward", shape, data, execution);
            detail::Sampled sampled(detail::total(execution, units.cols()), sample, seed);
            const auto drawn = detail::draw_sample<Scalar>(units, sampled, shape.size(), execution);
            const auto variances = detail::cluster_variances<Scalar>(units, scaled, execution);
            const detail::ClassedSample classed(drawn.observations(shape.dimension()), sampled,
                                                detail::components_of(shape), variances, seed);
            const detail::Clusters<Scalar> clusters(classed.centroids, variances);
            const detail::ClassOrNearest<Scalar> classes{
                {clusters, 0}, classed, detail::before(execution, units.cols())};
            return detail::from_classes("Ward", shape, units, classes, seed, execution);
        }
    }
};

}  // namespace latent
