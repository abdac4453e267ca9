// The scheme for up to four states: runs of steps in the lanes, joined by a scan.
#pragma once

#include <optional>

#include "latent/chain/lane_scan.hpp"

namespace latent::detail {

/// A scheme for blocks whose sequences all count once, of some hundred steps, with few states, each reached from every
/// other. See ChainScheme, and LaneScan, of the number of states that a chain has.
///
/// (A template, so that a program compiles only what it calls.)
template <class Chain>
class Scan {
  public:
    void prepare(const Chain& chain, double beta) {
        chain_ = &chain;
        beta_ = beta;
    }

    std::optional<double> log_likelihood(const ChainBlock& block) {
        return ask(block, [&](auto& lanes) { return lanes.log_likelihood(*chain_, beta_, block); });
    }
    std::optional<double> expectation(const ChainBlock& block, MarkovChainStatistics& counts) {
        return ask(block, [&](auto& lanes) { return lanes.expectation(*chain_, beta_, block, counts); });
    }
    /// visit(t, step) for each of the block's steps, see OrderedChainScheme; but in any order, by any worker.
    template <class Visit>
    std::optional<double> for_each_step(const ChainBlock& block, const Visit& visit) {
        return ask(block, [&](auto& lanes) { return lanes.for_each_step(*chain_, beta_, block, visit); });
    }

  private:
    bool suits(const ChainBlock& block) const {
        return !block.in_order && chain_->size() > 1 && chain_->size() <= 4 && block.x.steps() >= 256 &&
               !block.x.weighted() && chain_->transition().minCoeff() >= 0x1p-100;
    }
    /// question(the scan of K states).
    template <class Question>
    std::optional<double> ask(const ChainBlock& block, const Question& question) {
        if (!suits(block)) return {};
        const Index K = chain_->size();
        return K == 2 ? question(two_) : K == 3 ? question(three_) : question(four_);
    }

    const Chain* chain_ = nullptr;
    double beta_ = 1;
    LaneScan<2> two_;
    LaneScan<3> three_;
    LaneScan<4> four_;
};

}  // namespace latent::detail
