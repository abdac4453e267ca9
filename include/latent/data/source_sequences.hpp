// Sequences that are read when they are needed.
#pragma once

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
    Index cols() const { return sequences_.cols(); }
    /// Index of block b's first observation, and of its first sequence.
    Index first(Index b) const { return sequences_.first(first_sequence(b)); }
    Index first_sequence(Index b) const { return blocks_[static_cast<std::size_t>(b)]; }
    /// Reads block b; it must not outlive this.
    OwnedSequenceBlock<Scalar> operator[](Index b) const {
        const Index begin = first_sequence(b), count = first_sequence(b + 1) - begin;
        return {
            read_(first(b), first(b + 1) - first(b)),
            sequences_.ends().subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count + 1))};
    }

  private:
    SourceSequences<Source> sequences_;
    std::vector<Index> blocks_;
    detail::SourceReader<Source> read_;
};

}  // namespace latent
