// Expected numbers of moves: the products of what leaves a state and what enters one, summed over steps.
#pragma once

#include <algorithm>

#include "latent/kernel/dispatch.hpp"
#include "latent/kernel/state_rows.hpp"

namespace latent::detail {

/// So many states left × N registers of states entered, in registers over all steps.
template <int States, int N, Index Bytes>
struct PairTile {
    [[gnu::always_inline]] static void run(const double* leaving, const double* entering, Index stride,
                                           Index n, double* sum) {
        using L = Lane<double, Bytes>;
        constexpr Index width = lanes<double, Bytes>;
        L total[States][N] = {};
        for (Index t = 0; t < n; ++t, leaving += stride, entering += stride) {
            L w[N];
#pragma GCC unroll 4
            for (int c = 0; c < N; ++c) load(entering + c * width, w[c]);
#pragma GCC unroll 8
            for (int r = 0; r < States; ++r)
#pragma GCC unroll 4
                for (int c = 0; c < N; ++c) total[r][c] += leaving[r] * w[c];
        }
#pragma GCC unroll 8
        for (int r = 0; r < States; ++r)
#pragma GCC unroll 4
            for (int c = 0; c < N; ++c) {
                L so_far;
                load(sum + r * stride + c * width, so_far);
                store(sum + r * stride + c * width, L(so_far + total[r][c]));
            }
    }
};

/// sum(i, j) += Σ_t leaving[t + 1][i] · entering[t + 1][j] over n steps of K states. Costs n·K² multiply-adds.
template <Index Bytes>
void add_pair_products(const StateRows& leaving, const StateRows& entering, Index n, StateRows& sum) {
    // As many steps at a time as leave what is entered in the first cache, while each group of states is left. A tile has
    // more sums than the latency of a multiply-add asks for, and leaves registers for what is added.
    const Index stride = sum.stride(), stretch = std::clamp<Index>(2048 / stride, 16, 64);
    for (Index begin = 0; begin < n; begin += stretch)
        in_pieces<6>(sum.states(), [&](auto States, Index i) {
            in_pieces<2>(sum.padded() / lanes<double, Bytes>, [&](auto N, Index piece) {
                const Index j = piece * lanes<double, Bytes>;
                in_registers<PairTile<States(), N(), Bytes>, Bytes>(leaving[begin + 1] + i,
                                                                    entering[begin + 1] + j, stride,
                                                                    std::min(stretch, n - begin), sum[i] + j);
            });
        });
}

}  // namespace latent::detail
