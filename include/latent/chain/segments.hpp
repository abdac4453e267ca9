// A block of sequences cut into segments.
#pragma once

#include <algorithm>
#include <vector>

#include "latent/chain/scheme.hpp"

namespace latent::detail {

/// A block cut into segments of segment_steps(K), the last one shorter; a long block into two halves of segments, from
/// whose ends passes meet in the middle.
class Segments {
  public:
    /// Instead of a segment, where a pass is at its end.
    static constexpr Index none = -1;

    void cut(const SequenceBounds& x, Index states) {
        x_ = &x;
        longest_ = segment_steps(states);
        x.mark_starts(starts_);
    }
    const SequenceBounds& x() const { return *x_; }
    Index size() const { return (x_->steps() + longest_ - 1) / longest_; }
    /// Segments before this one are the first half; short blocks have only that.
    Index middle() const { return size() < 8 ? size() : size() / 2; }
    Index half(Index c) const { return c < middle() ? 0 : 1; }
    Index halves() const { return middle() < size() ? 2 : 1; }
    /// Steps of the longest segment.
    Index longest() const { return longest_; }
    Index first(Index c) const { return c * longest_; }
    Index steps(Index c) const { return c == none ? 0 : std::min(longest_, x_->steps() - first(c)); }
    /// Whether a sequence starts at each of segment c's steps, and at the one behind; true behind the block's last.
    const unsigned char* starts(Index c) const { return starts_.data() + first(c); }

  private:
    const SequenceBounds* x_ = nullptr;
    Index longest_ = 0;
    std::vector<unsigned char> starts_;
};

}  // namespace latent::detail
