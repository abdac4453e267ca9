// Sequences in blocks of several: what a hidden Markov model infers at a time.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "latent/data/sequences.hpp"

namespace latent {

/// Some consecutive sequences. A view: see Observations.
template <class Scalar>
class SequenceBlock {
  public:
    /// `ends` are the first observations of the sequences and the end of the last one, in any numbering.
    SequenceBlock(Observations<Scalar> all, std::span<const Index> ends) : all_(all), ends_(ends) {}

    /// Number of sequences.
    Index size() const { return static_cast<Index>(ends_.size()) - 1; }
    /// Number of observations in all of them.
    Index steps() const { return all_.cols(); }
    /// Where sequence i begins, counted from the block's first observation.
    Index first(Index i) const { return ends_[static_cast<std::size_t>(i)] - ends_.front(); }
    Index length(Index i) const { return first(i + 1) - first(i); }
    Observations<Scalar> operator[](Index i) const { return all_.middle(first(i), length(i)); }
    const Observations<Scalar>& all() const { return all_; }
    /// How many copies sequence i counts for: the weight of its observations.
    double weight(Index i) const { return all_.weight(first(i)); }
    /// The same sequences, each counting once.
    SequenceBlock unweighted() const {
        return {{all_.data(), all_.rows(), all_.cols(), all_.row_stride(), all_.column_stride()}, ends_};
    }

  private:
    Observations<Scalar> all_;
    std::span<const Index> ends_;
};

/// Sequences cut into blocks: each takes whole sequences, in order, until it has `steps` observations or more.
/// Short ones together are worth a kernel's while; a longer one is a block of its own.
template <class Scalar>
class SequenceBlocks {
  public:
    SequenceBlocks(Sequences<Scalar> sequences, Index steps) : sequences_(std::move(sequences)), blocks_{0} {
        for (Index i = 0; i < sequences_.size(); ++i) {
            const Index begin = sequences_.first(blocks_.back());
            const bool full = sequences_.first(i + 1) - begin >= steps;
            if (full || i + 1 == sequences_.size()) blocks_.push_back(i + 1);
        }
    }

    /// Number of blocks.
    Index size() const { return static_cast<Index>(blocks_.size()) - 1; }
    /// Index of block b's first observation, and of its first sequence.
    Index first(Index b) const { return sequences_.first(first_sequence(b)); }
    Index first_sequence(Index b) const { return blocks_[static_cast<std::size_t>(b)]; }
    SequenceBlock<Scalar> operator[](Index b) const {
        const Index begin = first_sequence(b), count = first_sequence(b + 1) - begin;
        return {
            sequences_.all().middle(first(b), first(b + 1) - first(b)),
            sequences_.ends().subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count + 1))};
    }
    const Observations<Scalar>& all() const { return sequences_.all(); }
    const Sequences<Scalar>& sequences() const { return sequences_; }

  private:
    Sequences<Scalar> sequences_;
    std::vector<Index> blocks_;
};

}  // namespace latent
