// Sequential execution: one thread.
#pragma once

#include "latent/core/additive.hpp"
#include "latent/core/slices.hpp"

namespace latent {

/// Everything on the calling thread. Memory: two sums and one scratch.
struct Sequential {
    template <class Sum, class Scratch>
    class Reduction {
      public:
        template <class Reset, class Body>
        void operator()(Slices slices, const Reset& reset, const Body& body, Sum& total) {
            reset(total);
            for (Index slice = 0; slice < slices.count(); ++slice) {
                Sum& sum = slice == 0 ? total : part_;
                if (slice > 0) reset(part_);
                for (Index i = slices.begin(slice); i < slices.end(slice); ++i) body(sum, scratch_, i);
                if (slice > 0) add(total, part_);
            }
        }

        Scratch& scratch() { return scratch_; }

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
