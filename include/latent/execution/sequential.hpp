// One thread, and the order in which every execution sums.
#pragma once

#include <algorithm>

#include "latent/core/additive.hpp"

namespace latent {

namespace detail {

/// The partition of n units into at most 32 consecutive slices. It follows the data, never the workers: sums
/// taken within slices and then over slices in order are the same bits for any number of workers.
struct Slices {
    Index units;
    Index count() const { return std::min<Index>(32, units); }
    Index begin(Index slice) const { return units * slice / count(); }
    Index end(Index slice) const { return begin(slice + 1); }
};

}  // namespace detail

/// Everything on the calling thread. Memory: two sums and one scratch.
struct Sequential {
    template <class Sum, class Scratch>
    class Reduction {
      public:
        template <class Reset, class Body>
        void operator()(Index units, const Reset& reset, const Body& body, Sum& total) {
            reset(total);
            const detail::Slices slices{units};
            for (Index slice = 0; slice < slices.count(); ++slice) {
                Sum& sum = slice == 0 ? total : part_;
                if (slice > 0) reset(part_);
                for (Index i = slices.begin(slice); i < slices.end(slice); ++i) body(sum, scratch_, i);
                if (slice > 0) add(total, part_);
            }
        }

      private:
        Sum part_{};
        Scratch scratch_{};
    };

    template <class Sum, class Scratch>
    auto reduction() const {
        return Reduction<Sum, Scratch>{};
    }
};

}  // namespace latent
