// The passes of a hidden Markov model with few states: many runs of steps at once, one a lane.
//
// Eight chains advance in step. A chain is a run of consecutive steps; row 8·s + l of every panel is step s of chain
// l. So densities and posteriors are panels as the emission makes and takes them, and a pass never waits for the
// last operation of one chain, since there are seven others. A chain need not begin where a sequence does: then its
// beginning follows from the products of the transition matrices and densities of the chains before it, which are
// computed in the same way, a row for each state in which a chain could begin.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include "latent/kernel/dispatch.hpp"
#include "latent/kernel/lanes.hpp"
#include "latent/kernel/power_of_two.hpp"

namespace latent::detail {

inline constexpr Index chains = 8;
template <Index Bytes>
inline constexpr int chain_registers = static_cast<int>(chains / lanes<double, Bytes>);

/// What a row of a chain is: a step within a sequence, a sequence's first, or filler before a chain's first step.
enum class ChainStep : unsigned char { inside, start, filler };

/// The steps of eight chains. `special` tells the steps at which a chain's row is not `inside`.
struct ChainRows {
    const ChainStep* kind;         ///< of each row, and of the eight rows behind the last
    const unsigned char* special;  ///< of each step, and of the one behind the last
    Index steps;
    ChainStep operator()(Index step, Index chain) const { return kind[chains * step + chain]; }
};

/// The parameters, and the numbers of a register of chains that a pass carries: x[row][state].
template <int K>
struct ChainParameters {
    double initial[K], transition[K][K];
};

/// The distributions of eight chains (Rows = 1), or the rows of their operators (Rows = K), between two steps.
template <int K, int Rows>
struct ChainState {
    alignas(64) double x[Rows][K][chains] = {};
    alignas(64) double scale[chains] = {};
    alignas(64) double least[chains] = {};
    alignas(64) std::int64_t exponents[chains] = {};

    /// Each row begins in a state of its own.
    void begin() {
        for (Index chain = 0; chain < chains; ++chain) {
            for (int r = 0; r < Rows; ++r)
                for (int k = 0; k < K; ++k) x[r][k][chain] = r == k ? 1 : 0;
            scale[chain] = least[chain] = 1;
            exponents[chain] = 0;
        }
    }
    double value(Index chain, int row, int k) const { return x[row][k][chain]; }
    double sum(Index chain) const {
        double total = 0;
        for (int k = 0; k < K; ++k) total += x[0][k][chain];
        return total;
    }
    void set(Index chain, int row, int k, double to) { x[row][k][chain] = to; }
    /// The number is value · 2^exponent.
    std::int64_t exponent(Index chain) const { return exponents[chain]; }
    /// Whether no sum was nearly zero, or no number, on the way.
    bool sound() const {
        for (Index chain = 0; chain < chains; ++chain) {
            double sum = 0;
            for (int r = 0; r < Rows; ++r)
                for (int k = 0; k < K; ++k) sum += x[r][k][chain];
            if (!(least[chain] >= least_sum) || !(sum < 0x1p900)) return false;
        }
        return true;
    }
};

/// What a row that is not inside a sequence is reached from: everywhere alike, or its own chain as it stands. By
/// value, so that the caller's numbers may stay in registers.
template <int K, int Rows, int Chains>
struct Reached {
    double x[Rows][K][Chains], reached[Rows][K][Chains];

    [[gnu::noinline]] void mend(const ChainParameters<K>& p, const ChainRows& rows, Index s, Index first) {
        for (Index l = 0; l < Chains; ++l) {
            const ChainStep kind = rows(s, first + l);
            if (kind == ChainStep::inside) continue;
            for (int r = 0; r < Rows; ++r) {
                double mass = 0;
                for (int k = 0; k < K; ++k) mass += x[r][k][l];
                for (int k = 0; k < K; ++k)
                    reached[r][k][l] = kind == ChainStep::start ? p.initial[k] * mass : x[r][k][l];
            }
        }
    }
};

/// Count registers of chains, from register First on, over all steps: x := (x A) ∘ b. Where `keep` is given, each
/// step's x is stored there (Rows = 1). b(row, k) of filler must be one.
template <int K, int Rows, int First, int Count, Index Bytes>
[[gnu::always_inline]] inline void advance_registers(const ChainParameters<K>& p, const ChainRows& rows,
                                                     const double* b, Index stride,
                                                     ChainState<K, Rows>& state, double* keep) {
    using L = Lane<double, Bytes>;
    using Bits = typename Register<double, Bytes>::Bits;
    constexpr Index width = lanes<double, Bytes>;
    L x[Rows][K][Count], scale[Count], least[Count];
    Bits exponents[Count];
#pragma GCC unroll 4
    for (int n = 0; n < Count; ++n) {
        const Index chain = (First + n) * width;
#pragma GCC unroll 4
        for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
            for (int k = 0; k < K; ++k) load(state.x[r][k] + chain, x[r][k][n]);
        load(state.scale + chain, scale[n]);
        load(state.least + chain, least[n]);
        load(state.exponents + chain, exponents[n]);
    }
    for (Index s = 0; s < rows.steps; ++s) {
        L reached[Rows][K][Count];
#pragma GCC unroll 4
        for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
            for (int k = 0; k < K; ++k)
#pragma GCC unroll 4
                for (int n = 0; n < Count; ++n) {
                    L sum = x[r][0][n] * p.transition[0][k];
#pragma GCC unroll 4
                    for (int i = 1; i < K; ++i) sum += x[r][i][n] * p.transition[i][k];
                    reached[r][k][n] = sum;
                }
        if (rows.special[s]) [[unlikely]] {
            Reached<K, Rows, static_cast<int>(Count * width)> mended;
            std::memcpy(mended.x, x, sizeof x);
            std::memcpy(mended.reached, reached, sizeof reached);
            mended.mend(p, rows, s, First * width);
            std::memcpy(reached, mended.reached, sizeof reached);
        }
#pragma GCC unroll 4
        for (int n = 0; n < Count; ++n) {
            const Index row = chains * s + (First + n) * width;
            L total = {};
#pragma GCC unroll 4
            for (int k = 0; k < K; ++k) {
                L density;
                load(b + k * stride + row, density);
                density *= scale[n];
#pragma GCC unroll 4
                for (int r = 0; r < Rows; ++r) {
                    x[r][k][n] = reached[r][k][n] * density;
                    flush(x[r][k][n]);
                    total += x[r][k][n];
                }
                if (keep) store(keep + k * stride + row, x[0][k][n]);
            }
            Bits exponent;
            reinterpret(scale[n], exponent);
            exponents[n] -= (exponent >> 52) - 1023;
            take_smaller(least[n], total);
            unit_scale(total, scale[n]);
        }
    }
#pragma GCC unroll 4
    for (int n = 0; n < Count; ++n) {
        const Index chain = (First + n) * width;
#pragma GCC unroll 4
        for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
            for (int k = 0; k < K; ++k) store(state.x[r][k] + chain, x[r][k][n]);
        store(state.scale + chain, scale[n]);
        store(state.least + chain, least[n]);
        store(state.exponents + chain, exponents[n]);
    }
}

/// All eight chains over all steps. Few numbers a chain: all registers side by side; many: one after the other.
template <int K, int Rows, Index Bytes>
struct AdvanceChains {
    [[gnu::always_inline]] static void run(const ChainParameters<K>* p, ChainRows rows, const double* b,
                                           Index stride, ChainState<K, Rows>* state, double* keep) {
        constexpr int registers = chain_registers<Bytes>,
                      together = K * Rows > 4 ? 1 : std::min(registers, 2);
        const auto pass = [&]<int... I>(std::integer_sequence<int, I...>) LATENT_ALWAYS_INLINE {
            (advance_registers<K, Rows, I * together, together, Bytes>(*p, rows, b, stride, *state, keep),
             ...);
        };
        pass(std::make_integer_sequence<int, registers / together>());
    }
};
template <int K, int Rows>
void advance_chains(const ChainParameters<K>& p, const ChainRows& rows, const double* b, Index stride,
                    ChainState<K, Rows>& state, double* keep) {
    with_registers([&](auto bytes) {
        in_registers<AdvanceChains<K, Rows, bytes()>, bytes()>(&p, rows, b, stride, &state, keep);
    });
}

/// Where a backward pass stands: w = b ∘ β of the step behind, and the scale that is due; or, at the chains' ends, β.
template <int K>
struct ChainReturn {
    alignas(64) double w[K][chains] = {};
    alignas(64) double scale[chains] = {};
    double ends[K][chains] = {};
    bool at_end = true, sound = true;
};

/// β of a step, and the weights of its posterior and of the moves from it.
template <int K>
struct Returned {
    double beta[K][chains], posterior[chains], leaving[chains];

    /// Where the step behind is not inside a sequence, β is one, or the given end, and no move is counted.
    [[gnu::noinline]] void mend(const ChainRows& rows, Index s, const ChainReturn<K>& state) {
        const bool ends = state.at_end && s + 1 == rows.steps;
        for (Index chain = 0; chain < chains; ++chain) {
            if (rows(s, chain) == ChainStep::filler) posterior[chain] = 0;
            if (!ends && rows(s + 1, chain) == ChainStep::inside) continue;
            leaving[chain] = 0;
            for (int k = 0; k < K; ++k) beta[k][chain] = ends ? state.ends[k][chain] : 1;
        }
    }
};

/// The last step first. b(row, k) becomes w, alpha(row, k) what add_pairs_of_chains multiplies with the next step's
/// w, and gamma(row, k) the posterior: zero for filler. Eight rows of b behind the last must have room.
template <int K, Index Bytes>
[[gnu::always_inline]] inline void return_registers(const ChainParameters<K>& p, const ChainRows& rows,
                                                    double* b, double* alpha, double* gamma,
                                                    Index gamma_stride, Index stride, ChainReturn<K>& state) {
    using L = Lane<double, Bytes>;
    constexpr int N = chain_registers<Bytes>;
    constexpr Index width = lanes<double, Bytes>;
    L w[K][N], scale[N], least[N];
#pragma GCC unroll 4
    for (int n = 0; n < N; ++n) {
        scale[n] = least[n] = 1.0 - L{};
        if (!state.at_end) load(state.scale + n * width, scale[n]);
#pragma GCC unroll 4
        for (int k = 0; k < K; ++k) {
            w[k][n] = L{};
            if (!state.at_end) load(state.w[k] + n * width, w[k][n]);
            store(b + k * stride + chains * rows.steps + n * width, w[k][n]);
        }
    }
    for (Index s = rows.steps - 1; s >= 0; --s) {
        L beta[K][N], posterior[N], leaving[N];
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) {
            posterior[n] = 1.0 - L{};
            leaving[n] = scale[n];
#pragma GCC unroll 4
            for (int i = 0; i < K; ++i) {
                L sum = w[0][n] * p.transition[i][0];
#pragma GCC unroll 4
                for (int j = 1; j < K; ++j) sum += w[j][n] * p.transition[i][j];
                beta[i][n] = sum * scale[n];
            }
        }
        if (rows.special[s + 1] || rows.special[s] || (state.at_end && s + 1 == rows.steps)) [[unlikely]] {
            Returned<K> mended;
            std::memcpy(mended.beta, beta, sizeof beta);
            std::memcpy(mended.posterior, posterior, sizeof posterior);
            std::memcpy(mended.leaving, leaving, sizeof leaving);
            mended.mend(rows, s, state);
            std::memcpy(beta, mended.beta, sizeof beta);
            std::memcpy(posterior, mended.posterior, sizeof posterior);
            std::memcpy(leaving, mended.leaving, sizeof leaving);
        }
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) {
            const Index row = chains * s + n * width;
            L reached[K], joint[K], total = {}, next = {};
#pragma GCC unroll 4
            for (int k = 0; k < K; ++k) {
                load(alpha + k * stride + row, reached[k]);
                joint[k] = reached[k] * beta[k][n];
                total += joint[k];
            }
            const L share = posterior[n] / total, moves = share * leaving[n];
#pragma GCC unroll 4
            for (int k = 0; k < K; ++k) {
                load(b + k * stride + row, w[k][n]);
                w[k][n] *= beta[k][n];
                joint[k] *= share;
                reached[k] *= moves;
                flush(w[k][n]);
                flush(joint[k]);
                flush(reached[k]);
                next += w[k][n];
                store(gamma + k * gamma_stride + row, joint[k]);
                store(alpha + k * stride + row, reached[k]);
                store(b + k * stride + row, w[k][n]);
            }
            const L lower = total * 0x1p500;  // a product of two sums
            take_smaller(least[n], next);
            take_smaller(least[n], lower);
            unit_scale(next, scale[n]);
        }
    }
    state.at_end = false;
#pragma GCC unroll 4
    for (int n = 0; n < N; ++n) {
        store(state.scale + n * width, scale[n]);
#pragma GCC unroll 4
        for (int k = 0; k < K; ++k) store(state.w[k] + n * width, w[k][n]);
        for (Index l = 0; l < width; ++l) state.sound = state.sound && least[n][l] >= least_sum;
    }
}
template <int K>
void return_chains(const ChainParameters<K>& p, const ChainRows& rows, double* b, double* alpha,
                   double* gamma, Index gamma_stride, Index stride, ChainReturn<K>& state) {
    with_registers([&](auto bytes) {
        call_in_registers<bytes()>([&]() LATENT_ALWAYS_INLINE {
            return_registers<K, bytes()>(p, rows, b, alpha, gamma, gamma_stride, stride, state);
        });
    });
}

/// sum[i][j] += Σ leaving(row, i) · entering(row + 8, j) over all rows.
template <int K, Index Bytes>
struct AddPairs {
    [[gnu::always_inline]] static void run(const double* leaving, const double* entering, Index stride,
                                           Index n, double (*sum)[K]) {
        using L = Lane<double, Bytes>;
        constexpr Index width = lanes<double, Bytes>;
        constexpr int rows = std::min(K, 2);
        for (int first = 0; first < K; first += rows) {
            L total[rows][K] = {};
            for (Index row = 0; row < n; row += width) {
                L w[K];
#pragma GCC unroll 4
                for (int j = 0; j < K; ++j) load(entering + j * stride + row + chains, w[j]);
#pragma GCC unroll 4
                for (int r = 0; r < rows; ++r) {
                    if (first + r >= K) break;
                    L u;
                    load(leaving + (first + r) * stride + row, u);
#pragma GCC unroll 4
                    for (int j = 0; j < K; ++j) total[r][j] += u * w[j];
                }
            }
            for (int r = 0; r < rows && first + r < K; ++r)
                for (int j = 0; j < K; ++j)
                    for (Index l = 0; l < width; ++l) sum[first + r][j] += total[r][j][l];
        }
    }
};
template <int K>
void add_pairs_of_chains(const double* leaving, const double* entering, Index stride, Index n,
                         double (&sum)[K][K]) {
    with_registers([&](auto bytes) {
        in_registers<AddPairs<K, bytes()>, bytes()>(leaving, entering, stride, n,
                                                    static_cast<double(*)[K]>(sum));
    });
}

}  // namespace latent::detail
