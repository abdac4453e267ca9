// Observations in blocks of one length: what a mixture infers at a time.
#pragma once

#include <algorithm>

#include "latent/core/checks.hpp"
#include "latent/core/slices.hpp"
#include "latent/data/source.hpp"

namespace latent {

/// Blocks of `length` consecutive observations, the last one shorter, that fit in the cache: of memory (Of is float or
/// double), or of a data source of the type Of, from which a block is read when it is asked for. A view of what it is
/// cut from, which must outlive it.
template <class Of>
class Blocks {
  public:
    using View = ViewOf<Of>;
    using Scalar = typename View::Scalar;

    /// To be summed in at most `slices` slices. Throws std::invalid_argument unless length ≥ 1.
    Blocks(View all, Index length, Index slices = 32)
        : all_(std::move(all)), length_(checked(length)), slices_((cols() + length - 1) / length, slices) {}

    /// Of all observations: the dimension d and their number n.
    Index rows() const { return all_.rows(); }
    Index cols() const { return all_.cols(); }
    /// Number of blocks.
    Index size() const { return slices_.units(); }
    /// Index of block b's first observation.
    Index first(Index b) const { return std::min(b * length_, cols()); }
    /// Number of block b's observations.
    Index length(Index b) const { return first(b + 1) - first(b); }
    /// Block b, d × length(b).
    Observations<Scalar> operator[](Index b) const { return all_.view(first(b), length(b)); }
    /// All observations, of whatever block.
    const View& all() const { return all_; }
    /// The slices in which the blocks are to be summed, see Slices.
    Slices slices() const { return slices_; }
    /// Blocks first … first + slices.units() − 1, to be summed in these slices.
    Blocks middle(Index first, const Slices& slices) const {
        const Index begin = this->first(first), end = this->first(first + slices.units());
        Blocks some = *this;
        some.all_ = all_.middle(begin, end - begin);
        some.slices_ = slices;
        return some;
    }

  private:
    static Index checked(Index length) {
        detail::require(length > 0, "latent::Blocks: length is ", length, ", expected at least 1");
        return length;
    }

    View all_;
    Index length_;
    Slices slices_;
};

}  // namespace latent
