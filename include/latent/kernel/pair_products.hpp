// Expected numbers of moves: the products of what leaves a state and what enters one, summed over steps.
#pragma once

#include <algorithm>

#include "latent/kernel/dispatch.hpp"
#include "latent/kernel/lanes.hpp"

namespace latent::detail {

/// Four states left × N registers of states entered, in registers over all steps.
template <int N>
[[gnu::noinline]] void pair_tile(const double* leaving, const double* entering, Index stride, Index n,
                                 double* sum) {
    constexpr int rows = 4;
    Lane<double> total[rows][N] = {};
    for (Index t = 0; t < n; ++t, leaving += stride, entering += stride) {
        Lane<double> w[N];
#pragma GCC unroll 4
        for (int c = 0; c < N; ++c) w[c] = load(entering + c * lanes<double>);
#pragma GCC unroll 4
        for (int r = 0; r < rows; ++r)
#pragma GCC unroll 4
            for (int c = 0; c < N; ++c) total[r][c] += leaving[r] * w[c];
    }
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < N; ++c) {
            double* to = sum + r * stride + c * lanes<double>;
            store(to, load(to) + total[r][c]);
        }
}

/// sum(i, j) += Σ_t leaving[t, i] · entering[t, j] over n steps of K states; all rows are `stride` apart, and sum
/// has a multiple of four of them. Costs n·K² multiply-adds.
inline void add_pair_products(const double* leaving, const double* entering, Index n, Index K, Index stride,
                              double* sum) {
    constexpr Index stretch = 64;  // steps whose rows stay in the first cache
    for (Index begin = 0; begin < n; begin += stretch)
        for (Index i = 0; i < K; i += 4)
            in_pieces<2>(stride / lanes<double>, [&](auto N, Index piece) {
                const Index j = piece * lanes<double>;
                pair_tile<N()>(leaving + begin * stride + i, entering + begin * stride + j, stride,
                               std::min(stretch, n - begin), sum + i * stride + j);
            });
}

}  // namespace latent::detail
