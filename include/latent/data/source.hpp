// Observations that are read when they are needed: data larger than memory.
#pragma once

#include <algorithm>
#include <concepts>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/slices.hpp"
#include "latent/core/types.hpp"
#include "latent/data/pool.hpp"
#include "latent/data/sequences.hpp"

namespace latent {

/// Where d × n observations can be read from, a few at a time, by several threads at once. S supplies
///   Scalar                  float or double;
///   rows(), cols()          d and n;
///   read(first, count, to)  fills the d·count numbers at `to` with observations first … first + count − 1, one after
///                           the other; throws where it cannot.
/// It gets: whatever takes observations block by block, as a fit of a Mixture does, with the bits it has in memory.
template <class S>
concept DataSource = std::floating_point<typename S::Scalar> &&
    requires(const S s, Index i, typename S::Scalar* to) {
    { s.rows() } -> std::convertible_to<Index>;
    { s.cols() } -> std::convertible_to<Index>;
    s.read(i, i, to);
};

/// Some consecutive observations in memory of their own, which goes back to where they came from (SourceBlocks).
template <class Scalar>
class OwnedObservations : public Observations<Scalar> {
  public:
    using Memory = typename detail::Pool<std::vector<Scalar>>::Loan;

    /// d × n from the front of `memory`; they are number `first` and following of a larger whole.
    OwnedObservations(Memory memory, Index d, Index n, Index first)
        : Observations<Scalar>(memory->data(), d, n, 1, d, nullptr, first), memory_(std::move(memory)) {}

  private:
    Memory memory_;
};

namespace detail {

/// Reads observations of a source into memory that is used again.
template <DataSource Source>
class SourceReader {
  public:
    using Scalar = typename Source::Scalar;

    explicit SourceReader(const Source& source) : source_(&source) {}
    const Source& source() const { return *source_; }
    OwnedObservations<Scalar> operator()(Index first, Index count) const {
        auto memory = memory_.take([] { return std::make_unique<std::vector<Scalar>>(); });
        memory->resize(static_cast<std::size_t>(source_->rows() * count));
        source_->read(first, count, memory->data());
        return {std::move(memory), source_->rows(), count, first};
    }

  private:
    const Source* source_;
    Pool<std::vector<Scalar>> memory_;
};

}  // namespace detail

/// The observations of a source, cut as Sequences::blocks cuts those in memory: a range of units, each read when it is
/// asked for, any number of them at once. A view: the source must outlive it. Memory: as many blocks as are in use at
/// once (one a worker), kept for the next ones.
template <DataSource Source>
class SourceBlocks {
  public:
    using Scalar = typename Source::Scalar;

    /// Blocks of `length` observations, the last one shorter; worth at most `slices` slices. Throws
    /// std::invalid_argument unless length ≥ 1.
    SourceBlocks(const Source& source, Index length, Index slices = 32)
        : read_(source),
          length_(checked(length)),
          end_(source.cols()),
          slices_((end_ + length - 1) / length, slices) {}
    SourceBlocks(const Source&& source, Index length, Index slices = 32) = delete;  // would dangle

    /// Of all observations: the dimension d and their number n.
    Index rows() const { return source().rows(); }
    Index cols() const { return end_ - begin_; }
    /// Number of blocks.
    Index size() const { return slices_.units(); }
    /// Index of block b's first observation.
    Index first(Index b) const { return std::min(b * length_, cols()); }
    Index length(Index b) const { return first(b + 1) - first(b); }
    /// Reads block b.
    OwnedObservations<Scalar> operator[](Index b) const { return read_(begin_ + first(b), length(b)); }
    /// Blocks first … first + slices.units() − 1, to be summed in these slices.
    SourceBlocks middle(Index first, const Slices& slices) const {
        SourceBlocks some = *this;
        some.begin_ = begin_ + this->first(first);
        some.end_ = begin_ + this->first(first + slices.units());
        some.slices_ = slices;
        return some;
    }
    /// The slices in which the blocks are to be summed, see Slices.
    Slices slices() const { return slices_; }
    const Source& source() const { return read_.source(); }

  private:
    static Index checked(Index length) {
        detail::require(length > 0, "latent::SourceBlocks: length is ", length, ", expected at least 1");
        return length;
    }

    detail::SourceReader<Source> read_;
    Index length_, begin_ = 0, end_;  // observations begin_ … end_ − 1 of the source
    Slices slices_;
};

}  // namespace latent
