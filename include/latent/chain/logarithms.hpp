// The scheme that always answers: each sequence in the log domain.
#pragma once

#include <cmath>
#include <optional>
#include <vector>

#include "latent/chain/filtered_steps.hpp"
#include "latent/chain/scheme.hpp"

namespace latent::detail {

/// A scheme of logarithms, see OrderedChainScheme and LogChain. An observation that is impossible after those before it
/// says nothing about the states. Time T·K² multiply-adds and T·K exponentials, expectation T·K²; memory 3·T·K of the longest
/// sequence.
template <class Chain>
class Logarithms {
  public:
    void prepare(const Chain& chain, double beta) {
        chain_ = &chain;
        beta_ = beta;
    }

    std::optional<double> log_likelihood(const ChainBlock& block);
    std::optional<double> expectation(const ChainBlock& block, MarkovChainStatistics& counts);
    std::optional<double> sample_paths(const ChainBlock& block, Random& random, std::vector<Index>& path);
    template <class Visit>
    std::optional<double> for_each_step(const ChainBlock& block, const Visit& visit);

  private:
    /// Sequence i, no pass made yet.
    LogChain load(const ChainBlock& block, Index i) const;

    const Chain* chain_ = nullptr;
    double beta_ = 1;
    Panel<double> posterior_;
};

template <class Chain>
LogChain Logarithms<Chain>::load(const ChainBlock& block, Index i) const {
    const Index first = block.x.first(i), n = block.x.length(i), most = segment_steps(chain_->size());
    LogChain logs{.initial = beta_ * chain_->initial().array().log(),
                  .transition = beta_ * chain_->transition().array().log(),
                  .density = Eigen::MatrixXd(chain_->size(), n)};
    for (Index begin = 0; begin < n; begin += most) {
        block.emission.pack(0, first + begin, std::min(most, n - begin));
        const Panel<double>& p = block.emission.logs(0, beta_);
        for (Index t = 0; t < p.size(); ++t)
            for (Index k = 0; k < p.columns(); ++k) logs.density(k, begin + t) = p(t, k);
    }
    return logs;
}

template <class Chain>
std::optional<double> Logarithms<Chain>::log_likelihood(const ChainBlock& block) {
    double total = 0;
    for (Index i = 0; i < block.x.size(); ++i)
        if (block.x.weight(i) > 0) total += block.x.weight(i) * load(block, i).forward();
    return total;
}

template <class Chain>
std::optional<double> Logarithms<Chain>::expectation(const ChainBlock& block, MarkovChainStatistics& counts) {
    const Index K = chain_->size();
    double total = 0;
    block.emission.prepare(1, 1);
    chain_->reset(counts);
    for (Index i = 0; i < block.x.size(); ++i) {
        const double w = block.x.weight(i);
        if (!(w > 0)) continue;
        LogChain logs = load(block, i);
        const double log_p = logs.forward();
        total += w * log_p;
        if (std::isnan(log_p)) continue;  // nothing can be expected of it
        logs.backward();
        for (Index k = 0; k < K; ++k) counts.initial(k) += w * logs.posterior(0, k);
        for (Index t = 0; t + 1 < logs.steps(); ++t)
            logs.moves(t, [&](Index a, Index b, double p) { counts.transition(a, b) += w * p; });
        collect_values(block.emission, K, block.x.first(i), block.x.length(i), posterior_,
                       [&](Index t, Index k) { return w * logs.posterior(t - block.x.first(i), k); });
    }
    return total;
}

template <class Chain>
std::optional<double> Logarithms<Chain>::sample_paths(const ChainBlock& block, Random& random,
                                                      std::vector<Index>& path) {
    const Index K = chain_->size();
    double total = 0;
    Eigen::VectorXd log_weight(K);
    path.resize(static_cast<std::size_t>(block.x.steps()));
    for (Index i = 0; i < block.x.size(); ++i) {
        LogChain logs = load(block, i);
        const double log_p = logs.forward();
        if (block.x.weight(i) > 0) total += block.x.weight(i) * log_p;
        for (Index t = block.x.length(i) - 1; t >= 0; --t) {
            const auto now = static_cast<std::size_t>(block.x.first(i) + t);
            log_weight = logs.alpha.col(t);
            if (t + 1 < block.x.length(i)) log_weight += logs.transition.col(path[now + 1]);
            const double top = log_weight.maxCoeff();
            path[now] = random.categorical([&](Index k) { return probability(log_weight(k) - top); }, K);
        }
    }
    return total;
}

template <class Chain>
template <class Visit>
std::optional<double> Logarithms<Chain>::for_each_step(const ChainBlock& block, const Visit& visit) {
    double total = 0;
    for (Index i = 0; i < block.x.size(); ++i) {
        LogChain logs = load(block, i);
        const double log_p = logs.forward();
        if (block.x.weight(i) > 0) total += block.x.weight(i) * log_p;
        for (Index t = 0; t < logs.steps(); ++t)
            visit(block.x.first(i) + t, LogStep{logs.alpha.col(t), logs.conditional(t)});
    }
    return total;
}

}  // namespace latent::detail
