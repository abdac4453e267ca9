// Scaled passes, forward and backward, over the segments of a block of sequences.
#pragma once

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

#include "latent/chain/segments.hpp"
#include "latent/kernel/forward_backward.hpp"

namespace latent::detail {

/// A segment's densities relative to the largest of their step, and what the first pass over it found.
struct Segment {
    StateRows b, alpha;         // see KeepAlpha: one row more for what comes before, two for what is behind
    std::vector<double> due;    // see KeepBeta
    std::vector<double> sums;   // see KeepAlpha
    std::vector<double> shift;  // the logarithm that a step's densities are relative to
};

/// Passes over one or two segments at a time, in the order that TwoSweeps takes them. Inwards over a segment for the first
/// time, outwards for the second, which makes its posteriors. What passes find at segments' ends is kept; what they find
/// inside is kept too where that takes little memory, else made anew.
template <class Chain>
class SegmentPasses {
  public:
    void prepare(const Chain& chain, double beta);
    /// The block that is worked on. What is found inside segments is kept where that is no more than so many numbers.
    void begin(const ChainBlock& block, Index resident_numbers);

    /// Whether a pass finds something for the first time, or again what is known at the segment's ends.
    enum class Finds { anew, again };
    /// The first passes: forward over segment c, backward over segment d, either of which may be Segments::none. They leave
    /// what KeepAlpha and KeepBeta say. False where scaled numbers do not carry them.
    bool inwards(Index c, Index d, Finds finds = Finds::anew);
    /// The second passes, over what the first have left; then the emission collects the posteriors of both segments.
    bool outwards(Index c, Index d);
    /// Forward variables of segment c's steps, once more if they were not kept.
    const Segment& forward_again(Index c) {
        if (!resident_) inwards(c, Segments::none, Finds::again);
        return segment(c);
    }

    const Segments& segments() const { return segments_; }
    /// What was found inside segment c, which a pass went over last or which is kept.
    const Segment& found(Index c) const { return rooms_[place(c)]; }
    Index states() const { return chain_->size(); }
    /// A(·, state), padded.
    const double* moves_to(Index state) const { return transition_.column(state); }

    // After a forward pass over all segments:
    bool suspicious() const { return likelihoods_.back().suspicious(); }
    double log_likelihood() const;

    void begin_counts();
    /// After all passes outwards.
    void count(MarkovChainStatistics& counts) const;

  private:
    /// What a worker needs to go over the segments of a half.
    struct Half {
        StateRows gamma, pairs, two;  // two: rows for what moves from a step to the next
        Panel<double> posterior;
        Eigen::VectorXd initial;  // the posterior where sequences begin
    };
    struct Weight {
        SequenceBounds x;
        Index first;
        double operator()(Index t) const { return x.weight_at(first + t); }
    };

    double power(double p) const { return p > 0 ? std::pow(p, beta_) : 0.0; }
    void pack_chain();
    void load(Index c);
    template <class ForwardRows, class BackwardRows>
    bool pass(Index c, const ForwardRows& forward_rows, Index d, const BackwardRows& backward_rows,
              Finds finds);
    PosteriorRows<Weight> posteriors(Index c);
    void collect(Index c);

    std::size_t place(Index c) const { return static_cast<std::size_t>(resident_ ? c : segments_.half(c)); }
    Segment& segment(Index c) { return rooms_[place(c)]; }
    Half& half(Index c) { return halves_[segments_.half(c)]; }
    /// Whose rows a pass gets: its own, or, where it has no step to go, those of the other pass of the same worker.
    static Index either(Index own, Index other) { return own == Segments::none ? other : own; }

    const Chain* chain_ = nullptr;
    double beta_ = 1;
    bool packed_ = false;  // whether these two are the chain's
    StateRows initial_;
    PackedTransition<SumProduct> transition_;

    BlockEmission* emission_ = nullptr;
    Segments segments_;
    bool resident_ = true;
    std::vector<Segment> rooms_;           // of all segments, or one a half
    StateRows alphas_;                     // forward variables before each segment, and behind the last …
    std::vector<Likelihood> likelihoods_;  // … and the likelihood so far
    StateRows ws_;                         // w of the step behind, likewise …
    std::vector<double> w_sums_;           // … and its sum
    std::vector<double> shifts_;           // of each segment: Σ shift, …
    std::vector<double> ended_;            // … and the rest of what the sequences that ended there had
    Half halves_[2];
};

}  // namespace latent::detail

#include "latent/chain/segment_passes_definitions.hpp"
