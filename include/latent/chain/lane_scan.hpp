// Inference on blocks of sequences for K states, K ≤ 4: eight runs of steps in the lanes.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>
#include <vector>

#include "latent/chain/bundle_scan.hpp"
#include "latent/chain/scheme.hpp"

namespace latent::detail {

/// Inference by bundles of chains. The first pass makes each chain's distribution at its end or, for chains that begin
/// inside a sequence, the operator that leads from its beginning to its end; a scan over the chains then knows where
/// each begins and what returns to its end; the second pass goes over each segment forward and backward. Bundles are
/// independent but for the scan, so workers share them out; their results are added in order: the same bits for any
/// number of workers.
template <int K>
class LaneScan {
  public:
    /// Numbers (steps × states) up to which densities are kept between the passes.
    static constexpr Index resident_numbers = Index{1} << 20;

    /// As ChainScheme has it, under p(z, x)^beta.
    std::optional<double> log_likelihood(const MarkovChain& chain, double beta, const ChainBlock& block) {
        prepare(chain, beta, block, false);
        return first_pass();
    }

    /// visit(t, step) for each of the block's steps, see OrderedChainScheme; but in any order, by any worker.
    template <class Visit>
    std::optional<double> for_each_step(const MarkovChain& chain, double beta, const ChainBlock& block,
                                        const Visit& visit) {
        prepare(chain, beta, block, block.x.steps() * (K + 1) <= resident_numbers);
        keep_shifts_ = true;
        const std::optional<double> log_p = first_pass();
        const auto pass = [&](Index b, Index worker) { return visit_steps(bundle(b), worker, visit); };
        return log_p && for_each_bundle(pass) ? log_p : std::nullopt;
    }

    /// The same; the emission collects the posteriors of each bundle as a part.
    std::optional<double> expectation(const MarkovChain& chain, double beta, const ChainBlock& block,
                                      MarkovChainStatistics& counts) {
        prepare(chain, beta, block, block.x.steps() * K <= resident_numbers);
        const std::optional<double> log_p = first_pass();
        if (!log_p) return {};
        if (!for_each_bundle([&](Index b, Index worker) { return second_pass(b, worker); })) return {};
        chain.reset(counts);
        for (const Bundle& bundle : bundles_) add(counts, bundle.counts);
        add_crossings(bundles_, starts_, parameters_, counts);
        return log_p;
    }

  private:
    using Bundle = ChainBundle<K>;
    struct Scratch {
        Panel<double> b, alpha, gamma;
        std::vector<double> shift;
        std::vector<Index> steps;
    };

    void prepare(const MarkovChain& chain, double beta, const ChainBlock& block, bool keep);
    void pack(const Bundle& bundle, Index c, Index worker);
    double load(const Bundle& bundle, Index c, Index worker, Panel<double>& b);
    std::optional<double> first_pass();
    template <class States>
    bool lead_through(Bundle& bundle, Index worker, States& states);
    template <class Visit>
    bool visit_steps(Bundle& bundle, Index worker, const Visit& visit);
    bool second_pass(Index index, Index worker);
    bool return_over(Bundle& bundle, Index index, Index c, Index worker, ChainReturn<K>& back,
                     double (&pairs)[K][K]);

    /// visit(bundle, worker) for all bundles, by all workers there are; whether every visit returned true.
    template <class Visit>
    bool for_each_bundle(const Visit& visit) {
        std::atomic<Index> next = 0;
        std::atomic<bool> sound = true;
        const auto work = [&](Index worker) {
            for (Index b = next++; b < std::ssize(bundles_); b = next++)
                if (!visit(b, worker)) sound = false;
        };
        if (workers() > 1) {
            helpers_->run(work);
        } else {
            work(0);
        }
        return sound;
    }

    Index workers() const { return helpers_ && bundles_.size() > 1 ? helpers_->count() : 1; }
    Scratch& scratch(Index worker) { return scratch_[static_cast<std::size_t>(worker)]; }
    Bundle& bundle(Index b) { return bundles_[static_cast<std::size_t>(b)]; }
    /// The densities of segment c: its own, where they are kept.
    Panel<double>& densities(Bundle& bundle, Index c, Index worker) {
        return keep_ ? bundle.densities[static_cast<std::size_t>(c)] : scratch(worker).b;
    }

    BlockEmission* emission_ = nullptr;
    double beta_ = 1;
    Workers* helpers_ = nullptr;
    bool keep_ = false, keep_shifts_ = false;  // shifts: in a column behind the densities
    ChainParameters<K> parameters_;
    std::vector<unsigned char> starts_;
    std::vector<Bundle> bundles_;
    std::vector<Scratch> scratch_;
};

}  // namespace latent::detail

#include "latent/chain/lane_scan_definitions.hpp"
