// Components on a few points that occur again and again: as spurious as those on a few observations.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "latent/core/concepts.hpp"
#include "latent/data/observations.hpp"
#include "latent/driver/result.hpp"

namespace latent::detail {

/// Of each observation the number of its point, equal ones have the same; and how many points there are. Time: d · n log n.
template <class Scalar>
Index number_points(const Observations<Scalar>& x, std::vector<Index>& point) {
    const auto n = static_cast<std::size_t>(x.cols());
    const auto less = [&](Index a, Index b) {
        for (Index j = 0; j < x.rows(); ++j)
            if (x(j, a) != x(j, b)) return x(j, a) < x(j, b);
        return false;
    };
    std::vector<Index> order(n);
    for (std::size_t i = 0; i < n; ++i) order[i] = static_cast<Index>(i);
    std::sort(order.begin(), order.end(), less);
    point.resize(n);
    Index points = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (i > 0 && less(order[i - 1], order[i])) ++points;
        point[static_cast<std::size_t>(order[i])] = points;
    }
    return n > 0 ? points + 1 : 0;
}

/// Whether all but a thousandth of Σ share lies on at most so many points.
inline bool on_few(Eigen::VectorXd share, Index few) {
    const double all = share.sum();
    if (share.size() > few)
        std::nth_element(share.data(), share.data() + few, share.data() + share.size(), std::greater<>());
    return share.head(std::min(few, share.size())).sum() >= 0.999 * all;
}

/// Whether units are cut from observations in memory.
template <class Units>
inline constexpr bool in_memory = false;
template <WithObservations Units>
inline constexpr bool in_memory<Units> = requires(const Units u) {
    []<class Scalar>(const Observations<Scalar>&) {}(u.all());
};

/// Adds a flaw for each component, without one, that rests on fewer than d + 1 different points: where components can collapse,
/// and the data are in memory and whole.
template <class M, class Units>
void note_few_points(Result<M>& fit, const Units& units) {
    if constexpr (CollapsibleModel<const M> && PredictsComponents<M, Units> && in_memory<Units>) {
        const auto& x = units.all();
        if (x.missing() || x.cols() == 0) return;
        const Eigen::MatrixXd share = fit.model.predict_proba(units);
        std::vector<Index> point;
        const Index points = number_points(x, point);
        for (Index k = 0; k < components_of(fit.model); ++k) {
            Eigen::VectorXd of_points = Eigen::VectorXd::Zero(points);
            for (Index i = 0; i < x.cols(); ++i)
                of_points(point[static_cast<std::size_t>(i)]) += x.weight(i) * share(k, i);
            const bool known = std::any_of(fit.flaws.begin(), fit.flaws.end(),
                                           [&](const Flaw& flaw) { return flaw.component == k; });
            if (!known && on_few(std::move(of_points), x.rows()))
                fit.flaws.push_back({k, Cause::few_observations});
        }
    }
}

}  // namespace latent::detail
