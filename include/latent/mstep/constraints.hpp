// Constraints: single parameters that are fixed, bounded or equal.
#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "latent/core/restrictions.hpp"
#include "latent/core/saved.hpp"

namespace latent {

// Policies for Constrained (mstep/constrained.hpp), see Constraint: each says its part of the Restrictions. Components, states and
// dimensions count from 0. What they count for in parameters() is said with each; a bound counts for nothing. (r is a Restrictions; what
// takes auto is compiled only where it is called.)

namespace detail {

inline void require_probability(const char* constraint, const char* member, double p) {
    require(p >= 0 && p <= 1, "latent::", constraint, ": ", member, " is ", p,
            ", expected a number in [0, 1]");
}

}  // namespace detail

/// A component's mean stays at this point; a coordinate that is NaN is free. Of Poisson the mean is the rate, of Bernoulli the
/// probability, of StudentT the location. A parameter less for each coordinate.
struct FixedMean {
    Index component = 0;
    Eigen::VectorXd mean{};  ///< d
    static std::string type_name() { return "FixedMean"; }
    static constexpr auto saved() {
        return std::tuple{named("component", &FixedMean::component), named("mean", &FixedMean::mean)};
    }
    void check() const {
        for (const double m : mean)
            detail::require(!std::isinf(m), "latent::FixedMean: mean has an infinite coordinate");
    }
    void operator()(auto& r) const {
        r.require_dimension("FixedMean", "mean", mean);
        for (Index j = 0; j < mean.size(); ++j)
            if (!std::isnan(mean(j))) r.means.confine(j, component, mean(j), mean(j));
    }
};

/// A component's mean lies in a box, lower ≤ μ ≤ upper; −∞ and ∞ are no bounds.
struct BoundedMean {
    Index component = 0;
    Eigen::VectorXd lower{}, upper{};  ///< d each; empty: no bounds on this side
    static std::string type_name() { return "BoundedMean"; }
    static constexpr auto saved() {
        return std::tuple{named("component", &BoundedMean::component), named("lower", &BoundedMean::lower),
                          named("upper", &BoundedMean::upper)};
    }
    void operator()(auto& r) const {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        if (lower.size() > 0) r.require_dimension("BoundedMean", "lower", lower);
        if (upper.size() > 0) r.require_dimension("BoundedMean", "upper", upper);
        for (Index j = 0; j < std::max(lower.size(), upper.size()); ++j)
            r.means.confine(j, component, lower.size() > 0 ? lower(j) : -infinity,
                            upper.size() > 0 ? upper(j) : infinity);
    }
};

/// These components have one mean. d parameters less for each but one.
struct TiedMeans {
    std::vector<Index> components{};  ///< empty: all
    static std::string type_name() { return "TiedMeans"; }
    static constexpr auto saved() { return std::tuple{named("components", &TiedMeans::components)}; }
    void operator()(auto& r) const { r.tied_means.tie(components); }
};

/// A component's covariance stays this one; of StudentT, its scale matrix. As many parameters less as the structure's covariance has.
struct FixedCovariance {
    Index component = 0;
    Eigen::MatrixXd covariance{};  ///< d × d, symmetric, positive definite, of the emission's structure
    static std::string type_name() { return "FixedCovariance"; }
    static constexpr auto saved() {
        return std::tuple{named("component", &FixedCovariance::component),
                          named("covariance", &FixedCovariance::covariance)};
    }
    void check() const {
        detail::require(covariance.size() > 0,
                        "latent::FixedCovariance: covariance is empty, expected d × d");
    }
    void operator()(auto& r) const { r.fix_covariance(component, covariance); }
};

/// These components have one covariance. As many parameters less for each but one.
struct TiedCovariances {
    std::vector<Index> components{};  ///< empty: all
    static std::string type_name() { return "TiedCovariances"; }
    static constexpr auto saved() { return std::tuple{named("components", &TiedCovariances::components)}; }
    void operator()(auto& r) const { r.tied_covariances.tie(components); }
};

/// A component's weight stays this one. One parameter less (of K weights never more than K − 1).
struct FixedWeight {
    Index component = 0;
    double weight = 0;
    static std::string type_name() { return "FixedWeight"; }
    static constexpr auto saved() {
        return std::tuple{named("component", &FixedWeight::component), named("weight", &FixedWeight::weight)};
    }
    void check() const { detail::require_probability("FixedWeight", "weight", weight); }
    void operator()(auto& r) const { r.weights.confine(component, 0, weight, weight); }
};

/// A component's weight lies between the two.
struct BoundedWeight {
    Index component = 0;
    double lower = 0, upper = 1;
    static std::string type_name() { return "BoundedWeight"; }
    static constexpr auto saved() {
        return std::tuple{named("component", &BoundedWeight::component),
                          named("lower", &BoundedWeight::lower), named("upper", &BoundedWeight::upper)};
    }
    void check() const {
        detail::require_probability("BoundedWeight", "lower", lower);
        detail::require_probability("BoundedWeight", "upper", upper);
    }
    void operator()(auto& r) const { r.weights.confine(component, 0, lower, upper); }
};

/// These components have the same weight. One parameter less for each but one.
struct EqualWeights {
    std::vector<Index> components{};  ///< empty: all, a noise component too
    static std::string type_name() { return "EqualWeights"; }
    static constexpr auto saved() { return std::tuple{named("components", &EqualWeights::components)}; }
    void operator()(auto& r) const { r.tied_weights.tie(components); }
};

/// p(z_{t+1} = to | z_t = from) stays this one. One parameter less (of a row never more than it has).
struct FixedTransition {
    Index from = 0, to = 0;
    double probability = 0;
    static std::string type_name() { return "FixedTransition"; }
    static constexpr auto saved() {
        return std::tuple{named("from", &FixedTransition::from), named("to", &FixedTransition::to),
                          named("probability", &FixedTransition::probability)};
    }
    void check() const { detail::require_probability("FixedTransition", "probability", probability); }
    void operator()(auto& r) const { r.transition.confine(from, to, probability, probability); }
};

/// p(z_{t+1} = to | z_t = from) lies between the two.
struct BoundedTransition {
    Index from = 0, to = 0;
    double lower = 0, upper = 1;
    static std::string type_name() { return "BoundedTransition"; }
    static constexpr auto saved() {
        return std::tuple{named("from", &BoundedTransition::from), named("to", &BoundedTransition::to),
                          named("lower", &BoundedTransition::lower),
                          named("upper", &BoundedTransition::upper)};
    }
    void check() const {
        detail::require_probability("BoundedTransition", "lower", lower);
        detail::require_probability("BoundedTransition", "upper", upper);
    }
    void operator()(auto& r) const { r.transition.confine(from, to, lower, upper); }
};

/// p(z_1 = state) stays this one. One parameter less (never more than the beginning has).
struct FixedInitial {
    Index state = 0;
    double probability = 0;
    static std::string type_name() { return "FixedInitial"; }
    static constexpr auto saved() {
        return std::tuple{named("state", &FixedInitial::state),
                          named("probability", &FixedInitial::probability)};
    }
    void check() const { detail::require_probability("FixedInitial", "probability", probability); }
    void operator()(auto& r) const { r.initial.confine(state, 0, probability, probability); }
};

}  // namespace latent
