// What is asked of a block's hidden states, and the contract of the schemes that answer.
#pragma once

#include <algorithm>
#include <concepts>
#include <optional>
#include <vector>

#include "latent/chain/block_emission.hpp"
#include "latent/chain/markov_chain.hpp"
#include "latent/core/workers.hpp"

namespace latent::detail {

/// A block of sequences of which something is asked.
struct ChainBlock {
    BlockEmission& emission;
    const SequenceBounds& x;
    Workers* helpers = nullptr;  ///< idle workers that may help, or null
    /// For what is asked of a sequence as a whole: the emission packs and collects runs of consecutive steps alone, in the
    /// same way for each answer, so that these agree with each other to the last bit.
    bool in_order = false;
};

/// A way to infer the states of a block of sequences, under p(z, x)^beta. An object lives across many blocks and keeps its
/// memory. S supplies prepare(chain, beta), the model of what follows (the chain outlives it), and answers, all of which
/// return Σ log p(x) over the block's sequences, each times its weight, −inf where one is impossible:
///   log_likelihood(block)       that alone;
///   expectation(block, counts)  the emission collects the posterior p(z_t | x) times the sequence's weight, and `counts`
///                               become the chain's expected counts.
/// Where the scheme cannot carry the block – it is not of its kind, or scaled numbers would underflow – it returns nothing,
/// and the next one does all of it once more: what it has left in counts, paths, and with the emission and visitors, is
/// then written anew. See ChainInference for the order in which they are asked; the last one always answers.
template <class S, class Chain>
concept ChainScheme = requires(S s, const Chain& chain, const ChainBlock& block,
                               MarkovChainStatistics& counts) {
    s.prepare(chain, double{});
    { s.log_likelihood(block) } -> std::same_as<std::optional<double>>;
    { s.expectation(block, counts) } -> std::same_as<std::optional<double>>;
};

/// For the concept's sake.
struct VisitsNothing {
    void operator()(Index, const auto&) const {}
};

/// A scheme that goes over a sequence's steps one after the other. It adds the answers
///   sample_paths(block, random, path)  paths of the sequences are drawn from p(z | x);
///   for_each_step(block, visit)        visit(t, step) for each of the block's steps in order, once it is filtered:
///     step.relative(), step.shift()      log p(x_t | x_1 … x_{t−1}) = log(relative) + shift, −inf where x_t is impossible,
///     step.impossible()                  which this tells at less cost,
///     step.probabilities(to)             to := p(z_t | x_1 … x_t), K values.
template <class S, class Chain>
concept OrderedChainScheme = ChainScheme<S, Chain> &&
    requires(S s, const ChainBlock& block, Random& random, std::vector<Index>& path,
             const VisitsNothing& visit) {
    { s.sample_paths(block, random, path) } -> std::same_as<std::optional<double>>;
    { s.for_each_step(block, visit) } -> std::same_as<std::optional<double>>;
};

/// Steps that are worked on at a time: their numbers stay in the second cache.
inline Index segment_steps(Index states) { return std::clamp<Index>(4096 / states / 64 * 64, 64, 256); }

/// The emission collects the posterior value(t, k) of steps first … first + n − 1; `room` keeps its memory.
template <class Value>
void collect_values(BlockEmission& emission, Index states, Index first, Index n, Panel<double>& room,
                    const Value& value) {
    const Index most = segment_steps(states);
    for (Index begin = first; begin < first + n; begin += most) {
        const Index count = std::min(most, first + n - begin);
        emission.pack(0, begin, count);
        room.resize(count, states);
        for (Index k = 0; k < states; ++k)
            for (Index t = 0; t < room.padded(); ++t)
                room(t, k) = t < count ? static_cast<double>(value(begin + t, k)) : 0.0;
        emission.collect(0, 0, begin, room);
    }
}

}  // namespace latent::detail
