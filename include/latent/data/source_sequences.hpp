// Sequences that are read when they are needed.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "latent/data/sequence_blocks.hpp"
#include "latent/data/source.hpp"

namespace latent {

/// The observations of a source as consecutive sequences of the given lengths: what a hidden Markov model fits to, as it
/// does to Sequences in memory. A view: the source must outlive it. Memory: a number a sequence.
template <DataSource Source>
class SourceSequences {
  public:
    /// Throws std::invalid_argument, naming the length, where they do not add up to the number of observations.
    SourceSequences(const Source& source, std::span<const Index> lengths)
        : source_(&source), ends_(detail::ends_of(lengths, source.cols())) {}
    SourceSequences(const Source&& source, std::span<const Index> lengths) = delete;  // would dangle

    const Source& source() const { return *source_; }
    /// Of all observations: the dimension d and their number n.
    Index rows() const { return source_->rows(); }
    Index cols() const { return source_->cols(); }
    /// Number of sequences.
    Index size() const { return static_cast<Index>(ends_.size()) - 1; }
    /// Index of sequence i's first observation.
    Index first(Index i) const { return ends_[static_cast<std::size_t>(i)]; }
    /// first(0) … first(size()): where the sequences begin, and where the last one ends.
    std::span<const Index> ends() const { return ends_; }

  private:
    const Source* source_;
    std::vector<Index> ends_;
};

/// Some consecutive sequences in memory of their own.
template <class Scalar>
class OwnedSequenceBlock : public SequenceBlock<Scalar> {
  public:
    OwnedSequenceBlock(OwnedObservations<Scalar> all, std::span<const Index> ends)
        : SequenceBlock<Scalar>(static_cast<const Observations<Scalar>&>(all), ends),
          owner_(std::move(all)) {}

  private:
    OwnedObservations<Scalar> owner_;
};

/// The same cut into the blocks of SequenceBlocks, each read when it is asked for, whole sequences at a time. Memory: as
/// many blocks as are in use at once, each as long as the longest that it has held: one sequence at least.
template <DataSource Source>
class SourceSequenceBlocks {
  public:
    using Scalar = typename Source::Scalar;

    SourceSequenceBlocks(SourceSequences<Source> sequences, Index steps)
        : sequences_(std::move(sequences)),
          blocks_(detail::block_sequences(sequences_.ends(), steps)),
          read_(sequences_.source()) {}

    /// Number of blocks.
    Index size() const { return static_cast<Index>(blocks_.size()) - 1; }
    /// Of all observations: the dimension d and their number n.
    Index rows() const { return sequences_.rows(); }
    Index cols() const { return first(size()); }
    /// Index of block b's first observation, and of its first sequence.
    Index first(Index b) const { return begin(b) - begin(0); }
    Index first_sequence(Index b) const { return block(b) - block(0); }
    /// Reads block b; it must not outlive this.
    OwnedSequenceBlock<Scalar> operator[](Index b) const {
        const Index count = block(b + 1) - block(b);
        return {read_(begin(b), begin(b + 1) - begin(b)),
                sequences_.ends().subspan(static_cast<std::size_t>(block(b)),
                                          static_cast<std::size_t>(count + 1))};
    }
    /// Blocks first … first + slices.units() − 1, to be summed in these slices.
    SourceSequenceBlocks middle(Index first, const Slices& slices) const {
        SourceSequenceBlocks some = *this;
        some.blocks_.assign(blocks_.begin() + first, blocks_.begin() + first + slices.units() + 1);
        some.slices_ = slices;
        return some;
    }
    /// The slices in which the blocks are to be summed, see Slices.
    Slices slices() const { return slices_.value_or(Slices(size())); }

  private:
    /// The first sequence and the first observation of block b in the source.
    Index block(Index b) const { return blocks_[static_cast<std::size_t>(b)]; }
    Index begin(Index b) const { return sequences_.first(block(b)); }

    SourceSequences<Source> sequences_;
    std::vector<Index> blocks_;
    std::optional<Slices> slices_;
    detail::SourceReader<Source> read_;
};

}  // namespace latent
