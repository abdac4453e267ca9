// Rays cut into units, each of which has views from everywhere.
#pragma once

#include <algorithm>
#include <vector>

#include "latent/core/types.hpp"

namespace latent::detail {

/// Views of `view` rays each, the last perhaps of fewer; unit u of U has the views u, u + U, u + 2U, … The rays of a unit are
/// numbered anew, in this order, and those of all units one after the other.
class RayViews {
  public:
    /// At most so many units; view and most > 0.
    RayViews(Index rays, Index view, Index most) : rays_(rays), view_(view) {
        first_.assign(static_cast<std::size_t>(std::min(most, (rays + view - 1) / view)) + 1, 0);
        for (Index u = 0; u < size(); ++u) {
            Index n = 0;
            for_each(u, [&](Index, Index, Index count) { n += count; });
            first_[static_cast<std::size_t>(u) + 1] = first(u) + n;
        }
    }

    /// Number of units.
    Index size() const { return std::ssize(first_) - 1; }
    /// How many rays the units before this one have.
    Index first(Index unit) const { return first_[static_cast<std::size_t>(unit)]; }
    Index rays(Index unit) const { return first(unit + 1) - first(unit); }

    /// visit(ray, place, n) for each view of the unit: n rays from number `ray` on, of which the first is number `place` of the unit.
    template <class Visit>
    void for_each(Index unit, const Visit& visit) const {
        Index place = 0;
        for (Index ray = unit * view_; ray < rays_; ray += size() * view_) {
            const Index n = std::min(view_, rays_ - ray);
            visit(ray, place, n);
            place += n;
        }
    }
    /// The number of the unit's ray `place`.
    Index ray(Index unit, Index place) const {
        return (unit + place / view_ * size()) * view_ + place % view_;
    }
    /// What belongs to the rays, in the order of the units.
    Eigen::VectorXd sorted(const Eigen::VectorXd& by_ray) const {
        Eigen::VectorXd by_unit(by_ray.size());
        for (Index u = 0; u < size(); ++u)
            for_each(u, [&](Index ray, Index place, Index n) {
                by_unit.segment(first(u) + place, n) = by_ray.segment(ray, n);
            });
        return by_unit;
    }

  private:
    Index rays_, view_;
    std::vector<Index> first_;
};

}  // namespace latent::detail
