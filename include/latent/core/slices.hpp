// The order in which every execution sums.
#pragma once

#include <algorithm>

#include "latent/core/types.hpp"

namespace latent {

/// The partition of units 0 … n − 1 into at most `most` consecutive slices. It follows the data, never the workers:
/// sums taken within slices and then over slices in order are the same bits for any number of workers. 32 slices
/// keep many workers busy; where the units are small, fewer keep the adding up of slices cheap.
class Slices {
  public:
    Slices(Index units, Index most = 32)  // NOLINT(google-explicit-constructor): a number of units
        : units_(units), count_(std::min(most, units)) {}

    Index units() const { return units_; }
    Index count() const { return count_; }
    Index begin(Index slice) const { return units_ * slice / count_; }
    Index end(Index slice) const { return begin(slice + 1); }

  private:
    Index units_, count_;
};

}  // namespace latent
