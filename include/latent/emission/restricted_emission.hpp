// Emissions some of whose parameters are fixed, bounded or tied.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "latent/core/concepts.hpp"

namespace latent::detail {

/// Whether two numbers differ by more than rounding.
inline bool differ(double a, double b) { return !(std::abs(a - b) <= 1e-12 * (std::abs(a) + std::abs(b))); }

/// Throws std::invalid_argument where restrictions are about what an emission cannot restrict.
inline void require_unrestricted(bool unrestricted, const char* what) {
    require(unrestricted, "latent::Constrained: a constraint is about ", what,
            " of an emission that has none, or cannot restrict them");
}

/// The emission's obey(r, s), see RestrictableEmission; without it nothing may be said of an emission.
template <class E>
bool obey(const E& emission, const Restrictions& r, typename E::Statistics& s) {
    if (!r.any_of_emission()) return false;
    if constexpr (RestrictableEmission<E>) {
        return emission.obey(r, s);
    } else {
        require_unrestricted(false, "means or covariances");
        return false;
    }
}

/// The emission becomes the one, among those that obey, that best explains what it leads one to expect itself of observations,
/// count(k) of component k; returns whether it did not obey before.
template <class E>
bool make_obey(E& emission, const Restrictions& r, const Eigen::VectorXd& count) {
    auto s = emission.zero_statistics();
    if constexpr (RestrictableEmission<E>)
        if (r.any_of_emission())
            emission.expect(count.cwiseMax(1e-100), s);  // a component without weight has to obey, too
    if (!obey(std::as_const(emission), r, s)) return false;
    emission.maximize(s);
    return true;
}

/// By how many the emission's free parameters are fewer.
template <class E>
Index fixed_parameters_of(const E& emission, const Restrictions& r) {
    if constexpr (RestrictableEmission<E>) {
        return r.any_of_emission() ? emission.fixed_parameters(r) : 0;
    } else {
        return 0;
    }
}

/// Makes the means sum / count of families whose d × K means are their parameters obey, see RestrictableEmission: the likelihood of
/// each has one peak, so that the maximum between bounds is the mean or the nearer bound; one mean of several components is that
/// of their sums. Throws std::invalid_argument, in the family's name, where no mean between `least` and `most` obeys.
template <class Sums>
bool obey_by_means(const char* family, double least, double most, const Restrictions& r, Sums& s) {
    require_unrestricted(!r.any_covariance(), "covariances");
    for (Index k = 0; k < s.count.size(); ++k)
        for (Index j = 0; j < s.sum.rows(); ++j)
            require(r.means.upper(j, k) >= least && r.means.lower(j, k) <= most,
                    "latent::Constrained: means(", j, ", ", k, ") is to lie between ", r.means.lower(j, k),
                    " and ", r.means.upper(j, k), ", where latent::", family, " has none");
    bool moved = false;
    const auto move = [&](Index j, Index k, double mean) {
        moved = moved || differ(s.sum(j, k), mean * s.count(k));
        s.sum(j, k) = mean * s.count(k);
    };
    for (const auto& group : r.tied_means.groups()) {
        double count = 0;
        Eigen::VectorXd sum = Eigen::VectorXd::Zero(s.sum.rows());
        for (const Index k : group) count += s.count(k), sum += s.sum.col(k);
        for (const Index k : group)
            for (Index j = 0; j < sum.size() && count > 0; ++j) move(j, k, sum(j) / count);
    }
    for (Index k = 0; k < s.count.size(); ++k)
        for (Index j = 0; j < s.sum.rows() && s.count(k) > 0; ++j)
            if (r.means.restricted(j, k))
                move(j, k, std::clamp(s.sum(j, k) / s.count(k), r.means.lower(j, k), r.means.upper(j, k)));
    return moved;
}

/// What the means have fewer of free parameters.
inline Index fixed_means(const Restrictions& r, Index d) {
    return r.means.fixed() + r.tied_means.followers() * d;
}

}  // namespace latent::detail
