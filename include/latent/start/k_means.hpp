// Starts from K centres among the observations, with or without Lloyd's iterations.
#pragma once

#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "latent/data/sample.hpp"
#include "latent/data/scale.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture.hpp"
#include "latent/start/classes.hpp"

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

/// The variances of clusters: the squared scales of the dimensions, 1 where one is constant; or, not scaled, the mean of those that
/// are not constant.
template <class Scalar, class Units, class X>
Eigen::VectorXd cluster_variances(const Units& units, bool scaled, const X& execution) {
    const Eigen::ArrayXd scale = robust_scale<Scalar>(units, execution);
    const Eigen::ArrayXd squares = scale.square();
    if (scaled || !(squares > 0).any()) return (squares > 0).select(squares, 1.0);
    const double varying = static_cast<double>((squares > 0).count());
    return Eigen::VectorXd::Constant(scale.size(), squares.sum() / varying);
}

/// Coordinate j of observation i; where it is missing, that of another one that has weight, drawn, or the first that has any.
template <class Scalar>
double coordinate(const Observations<Scalar>& x, Index j, Index i, Random& random) {
    auto value = static_cast<double>(x(j, i));
    const auto take = [&](Index other) {
        if (x.weight(other) > 0) value = static_cast<double>(x(j, other));
    };
    for (int tries = 0; x.missing() && std::isnan(value) && tries < 1000; ++tries)
        take(random.below(x.cols()));
    for (Index other = 0; std::isnan(value) && other < x.cols(); ++other) take(other);
    return std::isnan(value) ? 0 : value;
}

/// Observation i as a centre.
template <class Scalar>
Eigen::VectorXd centre_at(const Observations<Scalar>& x, Index i, Random& random) {
    Eigen::VectorXd centre(x.rows());
    for (Index j = 0; j < x.rows(); ++j) centre(j) = coordinate(x, j, i, random);
    return centre;
}

/// Squared distances of observations from their nearest centres, and the sum of these by weight.
struct Nearness {
    Eigen::VectorXd distance;
    double total = 0;

    /// With one more centre, in units of the variances 1 / scale.
    template <class Scalar>
    Nearness with(const Observations<Scalar>& x, const Eigen::VectorXd& centre,
                  const Eigen::VectorXd& scale) const {
        Nearness next{distance};
        for (Index i = 0; i < x.cols(); ++i) {
            double squares = 0;
            for (Index j = 0; j < x.rows(); ++j) {
                const double difference = static_cast<double>(x(j, i)) - centre(j);
                if (x.missing() && std::isnan(difference)) continue;
                squares += difference * difference * scale(j);
            }
            next.distance(i) = std::min(distance(i), squares);
            next.total += x.weight(i) * next.distance(i);
        }
        return next;
    }
};

/// K observations as centres (d × K), drawn alike, none twice.
template <class Scalar>
Eigen::MatrixXd draw_observations(const Observations<Scalar>& x, Index K, Random& random) {
    Eigen::MatrixXd centres(x.rows(), K);
    Eigen::VectorXd chance(x.cols());
    for (Index i = 0; i < x.cols(); ++i) chance(i) = x.weight(i);
    for (Index k = 0; k < K; ++k) {
        const Index chosen = random.categorical(chance, x.cols());
        centres.col(k) = centre_at(x, chosen, random);
        chance(chosen) = 0;
    }
    return centres;
}

/// K observations as centres (d × K) by k-means++ (Arthur & Vassilvitskii 2007): each is drawn with a probability
/// proportional to its squared distance from the nearest centre so far, or to `farthest` where that is less, in units of the
/// variances; of 2 + log K candidates the one that leaves the least sum of these. Time n·K·d·(2 + log K).
template <class Scalar>
Eigen::MatrixXd draw_centres(const Observations<Scalar>& x, Index K, const Eigen::VectorXd& variances,
                             double farthest, Random& random) {
    const int candidates = 2 + static_cast<int>(std::log(static_cast<double>(K)));
    const Eigen::VectorXd scale = variances.cwiseInverse();
    Eigen::MatrixXd centres(x.rows(), K);
    Eigen::VectorXd chance(x.cols());
    Nearness near{Eigen::VectorXd::Constant(x.cols(), farthest)};
    for (Index k = 0; k < K; ++k) {
        for (Index i = 0; i < x.cols(); ++i) chance(i) = x.weight(i) * (k == 0 ? 1 : near.distance(i));
        Nearness best;
        for (int candidate = 0; candidate < (k == 0 ? 1 : candidates); ++candidate) {
            const Eigen::VectorXd centre = centre_at(x, random.categorical(chance, x.cols()), random);
            Nearness with = near.with(x, centre, scale);
            if (candidate > 0 && !(with.total < best.total)) continue;
            best = std::move(with);
            centres.col(k) = centre;
        }
        near = std::move(best);
    }
    return centres;
}

/// The rule of k-means for a mixture with equal weights and equal, fixed variances: each observation goes wholly to its
/// nearest cluster, and to none where its squared distance is `farthest` or more. Classification EM by it is Lloyd's
/// algorithm, and Σ min(distance², farthest) never rises.
struct Nearest {
    double edge;  ///< the log-density there
    static constexpr bool monotone = true;
    static constexpr bool exact = false;
    static constexpr bool settled(int) { return true; }

    Nearest(const Eigen::VectorXd& variances, double farthest)
        : edge(-0.5 * (static_cast<double>(variances.size()) * std::log(2 * std::numbers::pi) + farthest +
                       variances.array().log().sum())) {}

    template <class M>
    double operator()(const M& clusters, const typename M::Unit& x, typename M::Posterior& q, Key) const {
        const double total = label(clusters, x, q);
        clusters.set_posterior(
            x, [&](Index i, Index k) { return q.component[static_cast<std::size_t>(i)] == k ? 1 : 0; }, q);
        return total;
    }

    /// q.component := the nearest cluster of each observation, −1 for none; returns the sum of their log-densities.
    template <class M>
    double label(const M& clusters, const typename M::Unit& x, typename M::Posterior& q) const {
        pack(x, q.x);
        detail::log_density(clusters.emission(), q.x, q.responsibilities, q.room);
        q.component.assign(static_cast<std::size_t>(x.cols()), -1);
        double total = 0;
        for (Index i = 0; i < x.cols(); ++i) {
            double best = edge;
            for (Index k = 0; k < clusters.size(); ++k) {
                const auto density = static_cast<double>(q.responsibilities(i, k));
                if (density <= best) continue;
                best = density;
                q.component[static_cast<std::size_t>(i)] = k;
            }
            if (x.weight(i) > 0) total += x.weight(i) * best;
        }
        return total;
    }
};

/// How a start looks for clusters.
struct ClusterSearch {
    const char* start;  ///< its name, for messages
    std::uint64_t seed;
    Index sample;    ///< of about so many observations; 0: all
    bool plus_plus;  ///< centres by k-means++, else any observations
    bool apart;      ///< what lies far from all centres is a cluster of its own
    bool scaled;     ///< in units of each dimension's scale
    int iterations;  ///< of Lloyd's, at most
};

/// Clusters, and what belongs to them.
template <class Scalar>
struct Clusters {
    GaussianMixture<Diagonal, Scalar> centres;
    Nearest rule;
    int iterations = 0;      ///< that were made
    bool converged = false;  ///< whether nothing moves any more

    /// About drawn centres.
    Clusters(const Observations<Scalar>& x, Index K, const Eigen::VectorXd& variances,
             const ClusterSearch& how, double farthest)
        : Clusters(drawn(x, K, variances, how, farthest), variances, farthest) {}

    /// About given centres, d × K.
    Clusters(const Eigen::MatrixXd& at, const Eigen::VectorXd& variances,
             double farthest = std::numeric_limits<double>::infinity())
        : centres(Gaussian<Diagonal, Scalar>::alike(at, variances)), rule(variances, farthest) {}

    /// At most so many of Lloyd's iterations.
    template <class X>
    void iterate(const Observations<Scalar>& x, int most, const X& execution) {
        converged = centres.size() > 1 && centres.emission().all_equal();
        if (most == 0 || converged) return;
        const ExpectationMaximization<Batch<Nearest>, MoveMeans, X> lloyd{
            {rule}, {}, execution, {}, {}, {.iterations = most}, {}};
        auto fit = lloyd.fit(centres, x);
        centres = std::move(fit.model);
        iterations = fit.iterations;
        converged = fit.converged();
    }

    /// Whether an observation belongs to none.
    bool leave_out(const Observations<Scalar>& x) const {
        typename GaussianMixture<Diagonal, Scalar>::Posterior q;
        rule.label(centres, x, q);
        for (Index i = 0; i < x.cols(); ++i)
            if (x.weight(i) > 0 && q.component[static_cast<std::size_t>(i)] < 0) return true;
        return false;
    }

  private:
    static Eigen::MatrixXd drawn(const Observations<Scalar>& x, Index K, const Eigen::VectorXd& variances,
                                 const ClusterSearch& how, double farthest) {
        Random random(how.seed);
        return how.plus_plus ? draw_centres(x, K, variances, farthest, random)
                             : draw_observations(x, K, random);
    }
};

/// The class of each observation is its nearest cluster, or the last component where it belongs to none.
template <class Scalar>
struct NearestCluster {
    const Clusters<Scalar>& clusters;
    Index last;

    void operator()(Index, const Observations<Scalar>& x, ClassRoom<Scalar>& room) const {
        clusters.rule.label(clusters.centres, x, room);
        for (Index& component : room.component)
            if (component < 0) component = last;
    }
};

/// K clusters; or, where some observations are farther than five scales (in the root mean square over the dimensions)
/// from the centres of all clusters but one that are found without them, those clusters, the last being what is left out.
/// Where the last is noise, it is nothing else.
template <class Scalar, class X>
Clusters<Scalar> find_clusters(const Observations<Scalar>& x, Index K, const Eigen::VectorXd& variances,
                               const ClusterSearch& how, bool noise, const X& execution) {
    if ((how.apart || noise) && K > 1) {
        const double farthest = 25 * static_cast<double>(x.rows());
        Clusters<Scalar> core(x, K - 1, variances, how, farthest);
        if (core.leave_out(x)) {
            core.iterate(x, how.iterations, execution);
            if (core.leave_out(x)) return core;
        }
    }
    Clusters<Scalar> all(x, noise ? K - 1 : K, variances, how, std::numeric_limits<double>::infinity());
    all.iterate(x, how.iterations, execution);
    return all;
}

/// What the starts from clusters share: K of them are found in a sample of the data, and every observation goes to the nearest.
template <class M, class Data, class X>
M from_clusters(const ClusterSearch& how, const M& shape, const Data& data, const X& execution) {
    using Scalar = typename M::Scalar;
    require_sample(how.start, how.sample, shape.size());
    require(how.iterations >= 0, "latent::", how.start, ": iterations is ", how.iterations,
            ", expected 0 or more");
    const auto& units = checked_units(how.start, shape, data, execution);
    const auto sample = draw_sample<Scalar>(units, how.sample, shape.size(), how.seed, execution);
    const Eigen::VectorXd variances = cluster_variances<Scalar>(units, how.scaled, execution);
    const auto clusters = find_clusters(sample.observations(shape.dimension()), shape.size(), variances, how,
                                        components_of(shape) < shape.size(), own(execution));
    return from_classes(how.start, shape, units, NearestCluster<Scalar>{clusters, shape.size() - 1}, how.seed,
                        execution);
}

}  // namespace detail

/// Begins with the clusters of k-means: k-means++ centres, the best of a few candidates each, then Lloyd's iterations until nothing
/// moves.
/// Distances are in units of the dimensions' scales, so the data's units do not matter: the deviations, or less where a
/// few values lie far out, or groups of them lie far apart. Of large data a random sample is clustered; then every
/// observation goes to its nearest cluster. An odd seed sets apart what lies farther than five scales from all other
/// centres, in the root mean square over the dimensions, as one cluster: k-means itself would spend a cluster on each of
/// a few outliers. The result depends on the seed alone, not on the execution. Throws std::invalid_argument where there
/// are fewer observations than components, or a column is constant and the emission has variances.
struct KMeans {
    std::uint64_t seed = 0;
    int iterations = 100;    ///< Lloyd's, at most
    Index sample = 1 << 16;  ///< about so many observations are clustered; 0: all
    bool scaled = true;      ///< false: all dimensions are of one scale, so that wide ones decide

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        if constexpr (detail::can_start<M>()) {
            return detail::from_clusters({.start = "KMeans",
                                          .seed = seed,
                                          .sample = sample,
                                          .plus_plus = true,
                                          .apart = seed % 2 == 1,
                                          .scaled = scaled,
                                          .iterations = iterations},
                                         shape, data, execution);
        }
    }
};

/// Begins with the cells of k-means++ centres, without Lloyd's iterations: cheap, and more varied over seeds.
struct KMeansPlusPlus {
    std::uint64_t seed = 0;
    Index sample = 1 << 16;  ///< about so many observations are drawn from; 0: all

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        if constexpr (detail::can_start<M>()) {
            return detail::from_clusters({.start = "KMeansPlusPlus",
                                          .seed = seed,
                                          .sample = sample,
                                          .plus_plus = true,
                                          .apart = seed % 2 == 1,
                                          .scaled = true,
                                          .iterations = 0},
                                         shape, data, execution);
        }
    }
};

/// Begins with the cells of K different observations drawn uniformly (by weight, where there are weights).
struct RandomObservations {
    std::uint64_t seed = 0;
    Index sample = 1 << 16;  ///< about so many observations are drawn from; 0: all

    template <class M, class Data, class X = Sequential>
    M operator()(const M& shape, const Data& data, const X& execution = {}) const {
        if constexpr (detail::can_start<M>()) {
            return detail::from_clusters({.start = "RandomObservations",
                                          .seed = seed,
                                          .sample = sample,
                                          .plus_plus = false,
                                          .apart = false,
                                          .scaled = true,
                                          .iterations = 0},
                                         shape, data, execution);
        }
    }
};

}  // namespace latent
