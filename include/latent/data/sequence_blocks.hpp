// Sequences in blocks of several: what a hidden Markov model infers at a time.
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "latent/data/sequences.hpp"

namespace latent {

/// Where some consecutive sequences begin and end, and what each of them counts for.
class SequenceBounds {
  public:
    /// `ends` are the first observations of the sequences and the end of the last one, in any numbering; `weights` one
    /// weight an observation, or null.
    SequenceBounds(std::span<const Index> ends, const double* weights) : ends_(ends), weights_(weights) {}

    /// Number of sequences.
    Index size() const { return static_cast<Index>(ends_.size()) - 1; }
    /// Number of observations in all of them.
    Index steps() const { return ends_.back() - ends_.front(); }
    /// Where sequence i begins, counted from the first one's beginning.
    Index first(Index i) const { return ends_[static_cast<std::size_t>(i)] - ends_.front(); }
    /// Number of sequence i's observations.
    Index length(Index i) const { return first(i + 1) - first(i); }
    /// starts[t]: whether a sequence starts at step t; true behind the last one.
    void mark_starts(std::vector<unsigned char>& starts) const {
        starts.assign(static_cast<std::size_t>(steps()) + 1, 0);
        for (Index i = 0; i <= size(); ++i) starts[static_cast<std::size_t>(first(i))] = 1;
    }
    /// Whether sequences have weights.
    bool weighted() const { return weights_ != nullptr; }
    /// How many copies sequence i, or the sequence of step t, counts for.
    double weight(Index i) const { return weight_at(first(i)); }
    /// The weight of the sequence that step t belongs to, 1 where there are none.
    double weight_at(Index t) const { return weights_ ? weights_[t] : 1.0; }

  private:
    std::span<const Index> ends_;
    const double* weights_;
};

/// Some consecutive sequences. A view: see Observations.
template <class Scalar>
class SequenceBlock : public SequenceBounds {
  public:
    SequenceBlock(Observations<Scalar> all, std::span<const Index> ends)
        : SequenceBounds(ends, all.weights()), all_(all), ends_(ends) {}

    Observations<Scalar> operator[](Index i) const { return all_.middle(first(i), length(i)); }
    const Observations<Scalar>& all() const { return all_; }
    /// Sequence i as a block of its own.
    SequenceBlock sequence(Index i) const {
        return {(*this)[i], ends_.subspan(static_cast<std::size_t>(i), 2)};
    }
    /// The same sequences of other values.
    SequenceBlock of(const Observations<Scalar>& all) const { return {all, ends_}; }
    /// The same sequences, each counting once.
    SequenceBlock unweighted() const { return {all_.with_weights(nullptr), ends_}; }

  private:
    Observations<Scalar> all_;
    std::span<const Index> ends_;
};

namespace detail {

/// The sum of the weights of the block's sequences, the first of which is number `first` of all. Throws std::invalid_argument,
/// in the name of `owner`, on one that is no weight, or not the same for all of a sequence.
template <class Scalar>
double require_sequence_weights(const char* owner, const SequenceBlock<Scalar>& block, Index first) {
    double total = 0;
    for (Index i = 0; i < block.size(); ++i) {
        for (Index t = block.first(i); block.weighted() && t < block.first(i + 1); ++t) {
            const double weight = block.weight_at(t);
            require(weight >= 0 && std::isfinite(weight) && weight == block.weight(i), "latent::", owner,
                    ": the weight of observation ", block.all().number(t), " is ", weight,
                    ", expected a finite number ≥ 0, the same for all of sequence ", first + i);
        }
        total += block.weight(i);
    }
    return total;
}

/// The first sequence of each block, and the number of all, where a block takes whole sequences, in order, until it has
/// `steps` observations or more.
inline std::vector<Index> block_sequences(std::span<const Index> ends, Index steps) {
    std::vector<Index> blocks{0};
    for (std::size_t i = 1; i < ends.size(); ++i) {
        const bool full = ends[i] - ends[static_cast<std::size_t>(blocks.back())] >= steps;
        if (full || i + 1 == ends.size()) blocks.push_back(static_cast<Index>(i));
    }
    return blocks;
}

}  // namespace detail

/// Sequences cut into blocks: each takes whole sequences, in order, until it has `steps` observations or more.
/// Short ones together are worth a kernel's while; a longer one is a block of its own, and read as a whole.
template <class Of>
class SequenceBlocks {
  public:
    using View = ViewOf<Of>;
    using Scalar = typename View::Scalar;

    SequenceBlocks(Sequences<Of> sequences, Index steps)
        : sequences_(std::move(sequences)),
          blocks_(detail::block_sequences(sequences_.ends(), steps)),
          slices_(size()) {}

    /// Dimension and number of all observations.
    Index rows() const { return all().rows(); }
    Index cols() const { return all().cols(); }
    /// Number of blocks.
    Index size() const { return static_cast<Index>(blocks_.size()) - 1; }
    /// Index of block b's first observation, and of its first sequence.
    Index first(Index b) const { return sequences_.first(first_sequence(b)); }
    Index first_sequence(Index b) const { return blocks_[static_cast<std::size_t>(b)]; }
    /// Block b, which must not outlive this.
    SequenceBlock<Scalar> operator[](Index b) const {
        const Index begin = first_sequence(b), count = first_sequence(b + 1) - begin;
        return {
            all().view(first(b), first(b + 1) - first(b)),
            sequences_.ends().subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count + 1))};
    }
    const View& all() const { return sequences_.all(); }
    const Sequences<Of>& sequences() const { return sequences_; }
    /// The slices in which the blocks are to be summed, see Slices.
    Slices slices() const { return slices_; }
    /// Blocks first … first + slices.units() − 1, to be summed in these slices.
    SequenceBlocks middle(Index first, const Slices& slices) const {
        const Index begin = first_sequence(first), end = first_sequence(first + slices.units());
        SequenceBlocks some = *this;
        some.sequences_ = sequences_.middle(begin, Slices(end - begin));
        some.blocks_.assign(blocks_.begin() + first, blocks_.begin() + first + slices.units() + 1);
        for (Index& b : some.blocks_) b -= begin;
        some.slices_ = slices;
        return some;
    }

  private:
    Sequences<Of> sequences_;
    std::vector<Index> blocks_;
    Slices slices_;
};

}  // namespace latent
