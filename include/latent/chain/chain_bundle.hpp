// Eight runs of consecutive steps, one a lane.
#pragma once

#include <algorithm>
#include <vector>

#include "latent/chain/markov_chain.hpp"
#include "latent/data/panel.hpp"
#include "latent/kernel/chain_lanes.hpp"

namespace latent::detail {

/// Eight chains of consecutive steps of a block, and what is known of them after the first pass, see LaneScan.
template <int K>
struct ChainBundle {
    /// Steps of eight chains in a segment.
    static constexpr Index segment_steps = 128;

    Index cut[chains + 1] = {};  ///< chain l is steps cut[l] … cut[l + 1] − 1
    Index steps = 0;             ///< of the longest; a shorter one begins with filler
    bool whole = true;           ///< every chain begins where a sequence does
    std::vector<ChainStep> kind;
    std::vector<unsigned char> special;
    std::vector<ChainState<K, K>> operators;  ///< before each segment, and behind the last
    std::vector<ChainState<K, 1>> states;     ///< the same where chains are whole
    std::vector<Panel<double>> densities;     ///< of each segment, where they are kept
    double shifts = 0;                        ///< Σ of the logarithms that densities are relative to
    double entering[chains + 1][K] = {};      ///< distribution before each chain, and behind the last
    double returning[chains][K] = {};         ///< β behind each chain
    double last_alpha[chains][K] = {};        ///< forward variables at each chain's last step …
    double first_w[chains][K] = {};           ///< … and w = b ∘ β at its first, found by the second pass
    MarkovChainStatistics counts;

    bool empty(Index l) const { return cut[l] == cut[l + 1]; }
    Index filler(Index l) const { return steps - (cut[l + 1] - cut[l]); }
    Index segments() const { return (steps + segment_steps - 1) / segment_steps; }
    /// What step s of segment c is in chain l: filler comes before its first.
    Index step(Index l, Index c, Index s) const { return cut[l] - filler(l) + c * segment_steps + s; }
    ChainRows rows(Index c) const {
        const Index first = c * segment_steps;
        return {kind.data() + chains * first, special.data() + first, std::min(segment_steps, steps - first)};
    }

    /// Eight chains of steps begin … end − 1: of whole sequences where those are short enough to share them out evenly,
    /// else of equal lengths.
    void assign(const std::vector<unsigned char>& starts, Index begin, Index end);
    /// The chains' distributions before segment c.
    ChainState<K, 1> before(Index c) const;

  private:
    void mark(const std::vector<unsigned char>& starts);
};

template <int K>
void ChainBundle<K>::assign(const std::vector<unsigned char>& starts, Index begin, Index end) {
    Index longest = 0;
    cut[0] = begin;
    cut[chains] = end;
    for (Index l = 1; l < chains; ++l) {  // where the sequence starts that is nearest behind an even cut
        Index at = std::max(cut[l - 1], begin + (end - begin) * l / chains);
        while (at < end && !starts[static_cast<std::size_t>(at)]) ++at;
        cut[l] = at;
    }
    for (Index l = 0; l < chains; ++l) longest = std::max(longest, cut[l + 1] - cut[l]);
    whole = starts[static_cast<std::size_t>(begin)] && longest * chains * 2 <= (end - begin) * 3;
    if (!whole)
        for (Index l = 1; l < chains; ++l) cut[l] = begin + (end - begin) * l / chains;
    steps = 0;
    for (Index l = 0; l < chains; ++l) steps = std::max(steps, cut[l + 1] - cut[l]);
    mark(starts);
}

template <int K>
void ChainBundle<K>::mark(const std::vector<unsigned char>& starts) {
    kind.assign(static_cast<std::size_t>(chains * (steps + 1)), ChainStep::inside);
    special.assign(static_cast<std::size_t>(steps) + 1, 0);
    for (Index l = 0; l < chains; ++l) {
        const auto set = [&](Index s, ChainStep what) {
            kind[static_cast<std::size_t>(chains * s + l)] = what;
            special[static_cast<std::size_t>(s)] = 1;
        };
        for (Index s = 0; s < filler(l); ++s) set(s, ChainStep::filler);
        for (Index t = cut[l]; t < cut[l + 1]; ++t)
            if (starts[static_cast<std::size_t>(t)]) set(filler(l) + t - cut[l], ChainStep::start);
    }
}

template <int K>
ChainState<K, 1> ChainBundle<K>::before(Index c) const {
    if (whole) return states[static_cast<std::size_t>(c)];
    const ChainState<K, K>& leading = operators[static_cast<std::size_t>(c)];
    ChainState<K, 1> state;
    state.begin();
    for (Index l = 0; l < chains; ++l) {
        double next[K] = {}, mass = 0;
        for (int k = 0; k < K; ++k) {
            for (int i = 0; i < K; ++i) next[k] += entering[l][i] * leading.value(l, i, k);
            mass += next[k];
        }
        for (int k = 0; k < K; ++k) state.set(l, 0, k, next[k] / mass);
    }
    return state;
}

}  // namespace latent::detail
