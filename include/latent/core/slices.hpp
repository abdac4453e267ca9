// Slices: the order in which every execution sums.
#pragma once

#include <algorithm>

#include "latent/core/types.hpp"

namespace latent {

/// The partition of units 0 … n − 1 into at most `most` consecutive slices. It follows the data, never the workers:
/// sums taken within slices and then over slices in order are the same bits for any number of workers. 32 slices
/// keep many workers busy; where the units are small, fewer keep the adding up of slices cheap.
class Slices {
  public:
    /// The partition of so many units.
    Slices(Index units, Index most = 32)  // NOLINT(google-explicit-constructor): a number of units
        : whole_(units), parts_(std::min(most, units)), count_(parts_) {}

    /// Number of units.
    Index units() const { return count_ > 0 ? begin(count_) : 0; }
    /// Number of slices.
    Index count() const { return count_; }
    /// The first unit of a slice.
    Index begin(Index slice) const { return bound(first_ + slice) - bound(first_); }
    /// The unit behind the last one of a slice.
    Index end(Index slice) const { return begin(slice + 1); }

    /// Slices first … last − 1 alone, their units counted from 0.
    Slices middle(Index first, Index last) const {
        Slices some = *this;
        some.first_ = first_ + first;
        some.count_ = last - first;
        return some;
    }

  private:
    Index bound(Index part) const { return whole_ * part / parts_; }

    Index whole_, parts_;  // of the partition …
    Index first_ = 0;      // … and which part of it this is
    Index count_;
};

namespace detail {

/// The slices of `count` of the units: the units' own, where these are all of them; else as many at most.
template <class Units>
Slices slices_of(const Units& units, Index count) {
    if constexpr (requires { units.slices(); }) {
        const Slices slices = units.slices();
        return slices.units() == count ? slices : Slices(count, slices.count());
    } else {
        return {count};
    }
}

}  // namespace detail

}  // namespace latent
