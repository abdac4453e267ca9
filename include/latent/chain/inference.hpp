// What is inferred about the hidden states of blocks of sequences.
#pragma once

#include <optional>
#include <vector>

#include "latent/chain/logarithms.hpp"
#include "latent/chain/most_probable_paths.hpp"
#include "latent/chain/scan.hpp"
#include "latent/chain/two_sweeps.hpp"
#include "latent/core/compiled.hpp"

namespace latent::detail {

/// Inference on blocks of sequences; an object lives across many and keeps its memory. Schemes are asked one after the
/// other, until one answers: Scan, the fastest, for chains of up to four states and none but its own kind of blocks;
/// TwoSweeps, as long as scaled numbers do not underflow; Logarithms, always. See ChainScheme.
///
/// (A template, so that a program compiles only what it calls.)
template <class Chain>
class BasicChainInference {
  public:
    /// The model of what follows: p(z, x)^beta. The chain outlives it.
    void prepare(const Chain& chain, double beta = 1) {
        chain_ = &chain;
        scan_.prepare(chain, beta);
        sweeps_.prepare(chain, beta);
        logarithms_.prepare(chain, beta);
        most_probable_.prepare(chain);
    }
    /// Numbers (steps × states) of a block up to which TwoSweeps keeps everything. No bit depends on it.
    void set_resident_numbers(Index numbers) { sweeps_.resident_numbers = numbers; }

    /// Σ log p(x) over the sequences, each times its weight; −inf where one is impossible.
    double log_likelihood(const ChainBlock& block) {
        return first_answer([&](auto& scheme) { return scheme.log_likelihood(block); }, scan_, sweeps_,
                            logarithms_);
    }

    /// The same; the emission collects the posterior p(z_t | x) times the sequence's weight, and `counts` become the chain's
    /// expected counts.
    double expectation(const ChainBlock& block, MarkovChainStatistics& counts) {
        return first_answer([&](auto& scheme) { return scheme.expectation(block, counts); }, scan_, sweeps_,
                            logarithms_);
    }

    /// visit(t, step) for each step that is filtered, see OrderedChainScheme: in order where some are impossible, else in any
    /// order by any worker; all of them again, where a scheme has given up.
    template <class Visit>
    void for_each_step(const ChainBlock& block, const Visit& visit) {
        first_answer([&](auto& scheme) { return scheme.for_each_step(block, visit); }, scan_, sweeps_,
                     logarithms_);
    }

    /// Paths of the block's sequences drawn from p(z | x). Returns as log_likelihood, with its bits.
    double sample_paths(const ChainBlock& block, Random& random, std::vector<Index>& path) {
        const double log_p = first_answer(
            [&](auto& scheme) { return scheme.sample_paths(block, random, path); }, sweeps_, logarithms_);
        return scan_.log_likelihood(block).value_or(log_p);
    }

    /// The most probable path: a state a step of the block; log p(x, z) of each sequence, −inf where it is impossible.
    /// Memory: T·K, and T bytes for two to four states.
    const Eigen::VectorXd& most_probable_paths(const ChainBlock& block, Index* path) {
        return most_probable_.find(block, path);
    }

    /// The emission collects the posterior value(t, k) of step t of the block.
    template <class Value>
    void set_posterior(const ChainBlock& block, const Value& value) {
        collect_values(block.emission, chain_->size(), 0, block.x.steps(), posterior_, value);
    }

    /// The emission collects the posterior that is one at the paths, and `counts` become the paths'.
    void assign_paths(const ChainBlock& block, const std::vector<Index>& path, MarkovChainStatistics& counts);

  private:
    static_assert(ChainScheme<Scan<Chain>, Chain> && OrderedChainScheme<TwoSweeps<Chain>, Chain> &&
                  OrderedChainScheme<Logarithms<Chain>, Chain>);

    /// ask(scheme) for each, until one answers.
    template <class Ask, class... Schemes>
    static double first_answer(const Ask& ask, Schemes&... schemes) {
        std::optional<double> answer;
        static_cast<void>(((answer = ask(schemes)) || ...));
        return *answer;
    }

    const Chain* chain_ = nullptr;
    Scan<Chain> scan_;
    TwoSweeps<Chain> sweeps_;
    Logarithms<Chain> logarithms_;
    MostProbablePaths<Chain> most_probable_;
    Panel<double> posterior_;
};
using ChainInference = BasicChainInference<MarkovChain>;

template <class Chain>
void BasicChainInference<Chain>::assign_paths(const ChainBlock& block, const std::vector<Index>& path,
                                              MarkovChainStatistics& counts) {
    const SequenceBounds& x = block.x;
    const auto state = [&](Index t) { return path[static_cast<std::size_t>(t)]; };
    block.emission.prepare(1, 1);
    chain_->reset(counts);
    for (Index i = 0; i < x.size(); ++i) {
        counts.initial(state(x.first(i))) += x.weight(i);
        for (Index t = x.first(i) + 1; t < x.first(i + 1); ++t)
            counts.transition(state(t - 1), state(t)) += x.weight(i);
    }
    set_posterior(block, [&](Index t, Index k) { return state(t) == k ? x.weight_at(t) : 0.0; });
}

LATENT_INSTANTIATE(chain, class BasicChainInference<MarkovChain>);
LATENT_INSTANTIATE(chain, class Logarithms<MarkovChain>);
LATENT_INSTANTIATE(chain, class MostProbablePaths<MarkovChain>);
LATENT_INSTANTIATE(chain, class Scan<MarkovChain>);
LATENT_INSTANTIATE(chain, class SegmentPasses<MarkovChain>);
LATENT_INSTANTIATE(chain, class TwoSweeps<MarkovChain>);
LATENT_INSTANTIATE(chain, class FewStatePaths<2>);
LATENT_INSTANTIATE(chain, class FewStatePaths<3>);
LATENT_INSTANTIATE(chain, class FewStatePaths<4>);
LATENT_INSTANTIATE(chain, class LaneScan<2>);
LATENT_INSTANTIATE(chain, class LaneScan<3>);
LATENT_INSTANTIATE(chain, class LaneScan<4>);

}  // namespace latent::detail
