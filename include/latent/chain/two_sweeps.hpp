// The scheme for any number of states: scaled numbers, a forward and a backward sweep.
#pragma once

#include <atomic>
#include <optional>
#include <vector>

#include "latent/chain/filtered_steps.hpp"
#include "latent/chain/segment_passes.hpp"

namespace latent::detail {

/// A scheme of scaled numbers, see OrderedChainScheme. A block is cut into segments of some steps, and a long one into two
/// halves. First one pass goes forward over the first half and another backward over the second, inwards until they meet;
/// then both go on, outwards, over what the other has left, and make the posteriors. The two are independent: one worker
/// takes their steps side by side, or two workers one pass each, with the same bits. What the first passes find is kept
/// for all segments where that takes little memory, else only at the segments' ends (checkpoints), and the second passes
/// make a segment's anew. Either way the bits are the same.
///
/// (A template, so that a program compiles only what it calls.)
template <class Chain>
class TwoSweeps {
  public:
    /// Numbers (steps × states) up to which everything is kept between the sweeps.
    Index resident_numbers = Index{1} << 21;

    void prepare(const Chain& chain, double beta) { passes_.prepare(chain, beta); }

    std::optional<double> log_likelihood(const ChainBlock& block) {
        passes_.begin(block, 0);
        return forward([](Index) {});
    }
    std::optional<double> expectation(const ChainBlock& block, MarkovChainStatistics& counts);
    std::optional<double> sample_paths(const ChainBlock& block, Random& random, std::vector<Index>& path);
    template <class Visit>
    std::optional<double> for_each_step(const ChainBlock& block, const Visit& visit);

  private:
    /// The forward sweep alone; each_segment(c) when segment c is done.
    template <class EachSegment>
    std::optional<double> forward(const EachSegment& each_segment);
    template <class Visit>
    static bool both_ways(Workers* helpers, Index forward, Index forward_end, Index backward,
                          Index backward_end, const Visit& visit);

    SegmentPasses<Chain> passes_;
};

template <class Chain>
template <class EachSegment>
std::optional<double> TwoSweeps<Chain>::forward(const EachSegment& each_segment) {
    for (Index c = 0; c < passes_.segments().size(); ++c) {
        if (!passes_.inwards(c, Segments::none)) return {};
        each_segment(c);
    }
    if (passes_.suspicious()) return {};
    return passes_.log_likelihood();
}

/// visit(c, d) with c going up to forward_end and d down to backward_end, by one worker or by two.
template <class Chain>
template <class Visit>
bool TwoSweeps<Chain>::both_ways(Workers* helpers, Index forward, Index forward_end, Index backward,
                                 Index backward_end, const Visit& visit) {
    const auto go = [&](Index c, Index d) {
        while (c < forward_end || d >= backward_end) {
            if (!visit(c < forward_end ? c : Segments::none, d >= backward_end ? d : Segments::none))
                return false;
            ++c, --d;
        }
        return true;
    };
    if (!helpers || forward == forward_end || backward < backward_end) return go(forward, backward);
    std::atomic<int> next = 0;
    std::atomic<bool> sound = true;
    helpers->run([&](Index) {
        for (int sweep = next++; sweep < 2; sweep = next++)
            if (!(sweep == 0 ? go(forward, backward_end - 1) : go(forward_end, backward))) sound = false;
    });
    return sound;
}

template <class Chain>
std::optional<double> TwoSweeps<Chain>::expectation(const ChainBlock& block, MarkovChainStatistics& counts) {
    passes_.begin(block, resident_numbers);
    passes_.begin_counts();
    const Index all = passes_.segments().size(), middle = passes_.segments().middle();
    const bool sound = both_ways(block.helpers, 0, middle, all - 1, middle,
                                 [&](Index c, Index d) { return passes_.inwards(c, d); }) &&
                       both_ways(block.helpers, middle, all, middle - 1, 0,
                                 [&](Index c, Index d) { return passes_.outwards(c, d); });
    if (!sound || passes_.suspicious()) return {};
    passes_.count(counts);
    return passes_.log_likelihood();
}

/// Forward filtering, backward sampling.
template <class Chain>
std::optional<double> TwoSweeps<Chain>::sample_paths(const ChainBlock& block, Random& random,
                                                     std::vector<Index>& path) {
    passes_.begin(block, resident_numbers);
    const std::optional<double> log_p = forward([](Index) {});
    if (!log_p) return {};
    path.resize(static_cast<std::size_t>(block.x.steps()));
    const Segments& segments = passes_.segments();
    for (Index c = segments.size() - 1; c >= 0; --c) {
        const Segment& s = passes_.forward_again(c);
        for (Index t = segments.steps(c) - 1; t >= 0; --t) {
            const auto now = static_cast<std::size_t>(segments.first(c) + t);
            const double* const alpha = s.alpha[t + 1];
            const double* const to = segments.starts(c)[t + 1] ? nullptr : passes_.moves_to(path[now + 1]);
            path[now] = random.categorical([&](Index i) { return to ? alpha[i] * to[i] : alpha[i]; },
                                           passes_.states());
        }
    }
    return log_p;
}

template <class Chain>
template <class Visit>
std::optional<double> TwoSweeps<Chain>::for_each_step(const ChainBlock& block, const Visit& visit) {
    passes_.begin(block, 0);
    const Segments& segments = passes_.segments();
    return forward([&](Index c) {
        const Segment& s = passes_.found(c);
        for (Index t = 0; t < segments.steps(c); ++t) {
            const double* const sum = &s.sums[static_cast<std::size_t>(t)];
            visit(segments.first(c) + t,
                  ScaledStep{s.alpha[t + 1], passes_.states(), segments.starts(c)[t] ? 1 : sum[0], sum[1],
                             s.shift[static_cast<std::size_t>(t)]});
        }
    });
}

}  // namespace latent::detail
