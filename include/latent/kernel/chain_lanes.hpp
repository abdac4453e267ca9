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

#include "latent/kernel/lanes.hpp"
#include "latent/kernel/power_of_two.hpp"

namespace latent::detail {

inline constexpr Index chains = 8;
inline constexpr int chain_registers = static_cast<int>(chains / lanes<double>);

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
    static constexpr int N = chain_registers;
    Lane<double> x[Rows][K][N] = {}, scale[N] = {};
    Register<double>::Bits exponents[N] = {};
    Lane<double> least[N] = {};

    /// Each row begins in a state of its own.
    void begin() {
        for (int n = 0; n < N; ++n) {
            for (int r = 0; r < Rows; ++r)
                for (int k = 0; k < K; ++k) x[r][k][n] = broadcast(r == k ? 1.0 : 0.0);
            scale[n] = least[n] = broadcast(1.0);
            exponents[n] = Register<double>::Bits{};
        }
    }
    double value(Index chain, int row, int k) const {
        return x[row][k][chain / lanes<double>][chain % lanes<double>];
    }
    void set(Index chain, int row, int k, double to) {
        x[row][k][chain / lanes<double>][chain % lanes<double>] = to;
    }
    /// The number is value · 2^exponent.
    std::int64_t exponent(Index chain) const {
        return exponents[chain / lanes<double>][chain % lanes<double>];
    }
    /// Whether no sum was nearly zero, or no number, on the way.
    bool sound() const {
        for (Index chain = 0; chain < chains; ++chain) {
            double sum = 0;
            for (int r = 0; r < Rows; ++r)
                for (int k = 0; k < K; ++k) sum += value(chain, r, k);
            const double lowest = least[chain / lanes<double>][chain % lanes<double>];
            if (!(lowest >= least_sum) || !(sum < 0x1p900)) return false;
        }
        return true;
    }
};

/// What a row that is not inside a sequence is reached from: everywhere alike, or its own chain as it stands. By
/// value, so that the caller's numbers may stay in registers.
template <int K, int Rows, int Count>
struct Reached {
    Lane<double> x[Rows][K][Count], reached[Rows][K][Count];

    [[gnu::noinline]] void mend(const ChainParameters<K>& p, const ChainRows& rows, Index s, Index first) {
        for (int n = 0; n < Count; ++n)
            for (Index l = 0; l < lanes<double>; ++l) {
                const ChainStep kind = rows(s, first + n * lanes<double> + l);
                if (kind == ChainStep::inside) continue;
                for (int r = 0; r < Rows; ++r) {
                    double mass = 0;
                    for (int k = 0; k < K; ++k) mass += x[r][k][n][l];
                    for (int k = 0; k < K; ++k)
                        reached[r][k][n][l] = kind == ChainStep::start ? p.initial[k] * mass : x[r][k][n][l];
                }
            }
    }
};

/// Count registers of chains, from register First on, over all steps: x := (x A) ∘ b. Where `keep` is given, each
/// step's x is stored there (Rows = 1). b(row, k) of filler must be one.
template <int K, int Rows, int First, int Count>
void advance_registers(const ChainParameters<K>& p, const ChainRows& rows, const double* b, Index stride,
                       ChainState<K, Rows>& state, double* keep) {
    Lane<double> x[Rows][K][Count], scale[Count], least[Count];
    Register<double>::Bits exponents[Count];
    for (int n = 0; n < Count; ++n) {
        for (int r = 0; r < Rows; ++r)
            for (int k = 0; k < K; ++k) x[r][k][n] = state.x[r][k][First + n];
        scale[n] = state.scale[First + n];
        least[n] = state.least[First + n];
        exponents[n] = state.exponents[First + n];
    }
    for (Index s = 0; s < rows.steps; ++s) {
        Lane<double> reached[Rows][K][Count];
#pragma GCC unroll 4
        for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
            for (int k = 0; k < K; ++k)
#pragma GCC unroll 4
                for (int n = 0; n < Count; ++n) {
                    Lane<double> sum = x[r][0][n] * p.transition[0][k];
#pragma GCC unroll 4
                    for (int i = 1; i < K; ++i) sum += x[r][i][n] * p.transition[i][k];
                    reached[r][k][n] = sum;
                }
        if (rows.special[s]) [[unlikely]] {
            Reached<K, Rows, Count> mended;
            std::memcpy(mended.x, x, sizeof x);
            std::memcpy(mended.reached, reached, sizeof reached);
            mended.mend(p, rows, s, First * lanes<double>);
            std::memcpy(reached, mended.reached, sizeof reached);
        }
#pragma GCC unroll 4
        for (int n = 0; n < Count; ++n) {
            const Index row = chains * s + (First + n) * lanes<double>;
            Lane<double> total = {};
#pragma GCC unroll 4
            for (int k = 0; k < K; ++k) {
                const Lane<double> density = load(b + k * stride + row) * scale[n];
#pragma GCC unroll 4
                for (int r = 0; r < Rows; ++r) {
                    x[r][k][n] = flushed(reached[r][k][n] * density);
                    total += x[r][k][n];
                }
                if (keep) store(keep + k * stride + row, x[0][k][n]);
            }
            exponents[n] -= (reinterpret_cast<Register<double>::Bits>(scale[n]) >> 52) - 1023;
            least[n] = total >= least[n] ? least[n] : total;
            scale[n] = unit_scale(total);
        }
    }
    for (int n = 0; n < Count; ++n) {
        for (int r = 0; r < Rows; ++r)
            for (int k = 0; k < K; ++k) state.x[r][k][First + n] = x[r][k][n];
        state.scale[First + n] = scale[n];
        state.least[First + n] = least[n];
        state.exponents[First + n] = exponents[n];
    }
}

/// All eight chains over all steps. Few numbers a chain: all registers side by side; many: one after the other.
template <int K, int Rows>
[[gnu::noinline]] void advance_chains(const ChainParameters<K>& p, const ChainRows& rows, const double* b,
                                      Index stride, ChainState<K, Rows>& state, double* keep) {
    constexpr int together = K * Rows > 4 ? 1 : chain_registers > 2 ? 2 : chain_registers;
    const auto pass = [&]<int... I>(std::integer_sequence<int, I...>) {
        (advance_registers<K, Rows, I * together, together>(p, rows, b, stride, state, keep), ...);
    };
    pass(std::make_integer_sequence<int, chain_registers / together>());
}

/// Where a backward pass stands: w = b ∘ β of the step behind, and the scale that is due; or, at the chains' ends, β.
template <int K>
struct ChainReturn {
    static constexpr int N = chain_registers;
    Lane<double> w[K][N] = {}, scale[N] = {};
    double ends[K][chains] = {};
    bool at_end = true, sound = true;
};

/// β of a step, and the weights of its posterior and of the moves from it.
template <int K>
struct Returned {
    static constexpr int N = chain_registers;
    Lane<double> beta[K][N], posterior[N], leaving[N];

    /// Where the step behind is not inside a sequence, β is one, or the given end, and no move is counted.
    [[gnu::noinline]] void mend(const ChainRows& rows, Index s, const ChainReturn<K>& state) {
        const bool ends = state.at_end && s + 1 == rows.steps;
        for (Index chain = 0; chain < chains; ++chain) {
            const Index n = chain / lanes<double>, l = chain % lanes<double>;
            if (rows(s, chain) == ChainStep::filler) posterior[n][l] = 0;
            if (!ends && rows(s + 1, chain) == ChainStep::inside) continue;
            leaving[n][l] = 0;
            for (int k = 0; k < K; ++k) beta[k][n][l] = ends ? state.ends[k][chain] : 1;
        }
    }
};

/// The last step first. b(row, k) becomes w, alpha(row, k) what add_pairs_of_chains multiplies with the next step's
/// w, and gamma(row, k) the posterior: zero for filler. Eight rows of b behind the last must have room.
template <int K>
[[gnu::noinline]] void return_chains(const ChainParameters<K>& p, const ChainRows& rows, double* b,
                                     double* alpha, double* gamma, Index gamma_stride, Index stride,
                                     ChainReturn<K>& state) {
    constexpr int N = chain_registers;
    Lane<double> w[K][N], scale[N], least[N];
    for (int n = 0; n < N; ++n) {
        scale[n] = state.at_end ? broadcast(1.0) : state.scale[n];
        least[n] = broadcast(1.0);
        for (int k = 0; k < K; ++k) {
            w[k][n] = state.at_end ? Lane<double>{} : state.w[k][n];
            store(b + k * stride + chains * rows.steps + n * lanes<double>, w[k][n]);
        }
    }
    for (Index s = rows.steps - 1; s >= 0; --s) {
        Lane<double> beta[K][N], posterior[N], leaving[N];
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) {
            posterior[n] = broadcast(1.0);
            leaving[n] = scale[n];
#pragma GCC unroll 4
            for (int i = 0; i < K; ++i) {
                Lane<double> sum = w[0][n] * p.transition[i][0];
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
            const Index row = chains * s + n * lanes<double>;
            Lane<double> joint[K], total = {}, next = {};
#pragma GCC unroll 4
            for (int k = 0; k < K; ++k) {
                joint[k] = load(alpha + k * stride + row) * beta[k][n];
                total += joint[k];
            }
            const Lane<double> share = posterior[n] / total, moves = share * leaving[n];
#pragma GCC unroll 4
            for (int k = 0; k < K; ++k) {
                w[k][n] = flushed(load(b + k * stride + row) * beta[k][n]);
                next += w[k][n];
                store(gamma + k * gamma_stride + row, flushed(joint[k] * share));
                store(alpha + k * stride + row, flushed(load(alpha + k * stride + row) * moves));
                store(b + k * stride + row, w[k][n]);
            }
            const Lane<double> lower = total * 0x1p500;  // a product of two sums
            least[n] = next >= least[n] ? least[n] : next;
            least[n] = lower >= least[n] ? least[n] : lower;
            scale[n] = unit_scale(next);
        }
    }
    state.at_end = false;
    for (int n = 0; n < N; ++n) {
        state.scale[n] = scale[n];
        for (int k = 0; k < K; ++k) state.w[k][n] = w[k][n];
        for (Index l = 0; l < lanes<double>; ++l) state.sound = state.sound && least[n][l] >= least_sum;
    }
}

/// sum[i][j] += Σ leaving(row, i) · entering(row + 8, j) over all rows.
template <int K>
[[gnu::noinline]] void add_pairs_of_chains(const double* leaving, const double* entering, Index stride,
                                           Index n, double (&sum)[K][K]) {
    constexpr int rows = std::min(K, 2);
    for (int first = 0; first < K; first += rows) {
        Lane<double> total[rows][K] = {};
        for (Index row = 0; row < n; row += lanes<double>) {
            Lane<double> w[K];
#pragma GCC unroll 4
            for (int j = 0; j < K; ++j) w[j] = load(entering + j * stride + row + chains);
#pragma GCC unroll 4
            for (int r = 0; r < rows; ++r) {
                if (first + r >= K) break;
                const Lane<double> u = load(leaving + (first + r) * stride + row);
#pragma GCC unroll 4
                for (int j = 0; j < K; ++j) total[r][j] += u * w[j];
            }
        }
        for (int r = 0; r < rows && first + r < K; ++r)
            for (int j = 0; j < K; ++j)
                for (Index l = 0; l < lanes<double>; ++l) sum[first + r][j] += total[r][j][l];
    }
}

}  // namespace latent::detail
