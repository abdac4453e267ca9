// The scan over the chains of some bundles: from what leads through each to where each begins and ends.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

#include "latent/chain/chain_bundle.hpp"

namespace latent::detail {

/// The distribution in which each chain begins, after the first pass; returns log p(x), or nothing where scaled numbers do
/// not carry it.
template <int K>
std::optional<double> enter_chains(std::vector<ChainBundle<K>>& bundles) {
    double now[K] = {1}, total = 0;
    for (ChainBundle<K>& bundle : bundles) {
        total += bundle.shifts;
        for (Index l = 0; l < chains; ++l) {
            double next[K] = {}, mass = 0;
            std::copy_n(now, K, bundle.entering[l]);
            if (bundle.empty(l)) continue;
            for (int k = 0; k < K; ++k) {
                if (bundle.whole) {
                    next[k] = bundle.states.back().value(l, 0, k);
                } else {
                    for (int i = 0; i < K; ++i) next[k] += now[i] * bundle.operators.back().value(l, i, k);
                }
                mass += next[k];
            }
            const std::int64_t exponent =
                bundle.whole ? bundle.states.back().exponent(l) : bundle.operators.back().exponent(l);
            if (!(mass >= least_sum)) return {};
            total += std::log(mass) + std::numbers::ln2 * static_cast<double>(exponent);
            for (int k = 0; k < K; ++k) now[k] = next[k] / mass;
        }
        std::copy_n(now, K, bundle.entering[chains]);
    }
    return total;
}

/// What returns to each chain's end. False where scaled numbers do not carry it.
template <int K>
bool return_to_chains(std::vector<ChainBundle<K>>& bundles) {
    double back[K];
    std::fill_n(back, K, 1.0);
    for (auto bundle = bundles.rbegin(); bundle != bundles.rend(); ++bundle)
        for (Index l = chains - 1; l >= 0; --l) {
            std::copy_n(back, K, bundle->returning[l]);
            if (bundle->empty(l)) continue;
            double before[K] = {}, most = 0;
            for (int i = 0; i < K; ++i) {
                for (int k = 0; k < K; ++k)
                    before[i] += bundle->whole ? 1 : bundle->operators.back().value(l, i, k) * back[k];
                most = std::max(most, before[i]);
            }
            if (!(most > 0)) return false;
            for (int i = 0; i < K; ++i) back[i] = before[i] / most;
        }
    return true;
}

/// After the second pass: the moves from one chain's last step to the next one's first, within a sequence, are added.
template <int K>
void add_crossings(const std::vector<ChainBundle<K>>& bundles, const std::vector<unsigned char>& starts,
                   const ChainParameters<K>& parameters, MarkovChainStatistics& counts) {
    const double* before = nullptr;  // forward variables at the step before
    for (const ChainBundle<K>& bundle : bundles)
        for (Index l = 0; l < chains; ++l) {
            if (bundle.empty(l)) continue;
            if (!starts[static_cast<std::size_t>(bundle.cut[l])]) {
                double moves[K][K], total = 0;
                for (int i = 0; i < K; ++i)
                    for (int j = 0; j < K; ++j)
                        total += moves[i][j] = before[i] * parameters.transition[i][j] * bundle.first_w[l][j];
                for (int i = 0; i < K; ++i)
                    for (int j = 0; j < K; ++j) counts.transition(i, j) += moves[i][j] / total;
            }
            before = bundle.last_alpha[l];
        }
}

}  // namespace latent::detail
