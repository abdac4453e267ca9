// The most probable path of a chain with two to four states: maxima step by step, and then where they came from.
//
// A step waits for the one before, and for little else. So its states are in pairs, whose numbers reach each other without a
// detour through wide registers, and a second run of steps goes beside it where there is one. Where a maximum came from
// nobody waits for: that is found afterwards, for as many steps at once as a register has lanes.
#pragma once

#include "latent/kernel/dispatch.hpp"
#include "latent/kernel/transition.hpp"

namespace latent::detail {

/// Logarithms of a chain's parameters, padded with −inf.
template <int K>
struct ChainLogarithms {
    double initial[4], transition[K][4];
};

/// Tables of steps × states, a column a state, that many numbers apart.
template <class Number>
struct StateColumns {
    Number* first;
    Index stride;
    [[gnu::always_inline]] Number* operator[](Index k) const { return first + k * stride; }
};

/// Steps that follow on each other.
struct MaximaRun {
    StateColumns<const double> log_density;
    StateColumns<double> best;    ///< row t + 1 is that of step t, row 0 that of the step before
    const unsigned char* starts;  ///< whether a sequence starts at each step
};

/// candidate[0] := the largest of them; the others are lost.
template <int K, class L>
[[gnu::always_inline]] inline void keep_largest(L (&candidate)[K]) {
    take_larger(candidate[0], candidate[1]);
    if constexpr (K == 4) take_larger(candidate[2], candidate[3]);
    if constexpr (K > 2) take_larger(candidate[0], candidate[2]);
}

/// Steps 0 … n − 1 of N runs: best(j, t) = log_density(j, t) + max_i (best(i, t − 1) + log A(i, j)), or, where a sequence
/// starts, + log initial(j).
template <int K, int N>
[[gnu::noinline]] void maxima_steps(const ChainLogarithms<K>& p, const MaximaRun (&runs)[N], Index n) {
    using L = Lane<double, 16>;
    constexpr int pairs = (K + 1) / 2;
    L best[N][pairs], a[K][pairs], initial[pairs];
    for (int j = 0; j < pairs; ++j) {
        load(p.initial + 2 * j, initial[j]);
        for (int i = 0; i < K; ++i) load(p.transition[i] + 2 * j, a[i][j]);
        for (int r = 0; r < N; ++r)
            for (int l = 0; l < 2; ++l)
                best[r][j][l] = 2 * j + l < K ? *runs[r].best[2 * j + l] : MaxSum::none;
    }
    for (Index t = 0; t < n; ++t)
#pragma GCC unroll 2
        for (int r = 0; r < N; ++r) {
            L from[pairs][2], most[pairs];
#pragma GCC unroll 2
            for (int j = 0; j < pairs; ++j) {
                spread<0, double>(best[r][j], from[j][0]);
                spread<1, double>(best[r][j], from[j][1]);
            }
#pragma GCC unroll 2
            for (int j = 0; j < pairs; ++j) {
                L candidate[K];
#pragma GCC unroll 4
                for (int i = 0; i < K; ++i) candidate[i] = from[i / 2][i % 2] + a[i][j];
                keep_largest(candidate);
                most[j] = candidate[0];
            }
            if (runs[r].starts[t]) [[unlikely]]
                for (int j = 0; j < pairs; ++j) most[j] = initial[j];
#pragma GCC unroll 2
            for (int j = 0; j < pairs; ++j) {
                L density;
#pragma GCC unroll 2
                for (int l = 0; l < 2; ++l)
                    density[l] = 2 * j + l < K ? runs[r].log_density[2 * j + l][t] : MaxSum::none;
                best[r][j] = most[j] + density;
            }
#pragma GCC unroll 4
            for (int k = 0; k < K; ++k) runs[r].best[k][t + 1] = best[r][k / 2][k % 2];
        }
}

/// which := the first of the candidates that is the largest.
template <int K, class L, class Bits>
[[gnu::always_inline]] inline void first_largest(const L (&candidate)[K], Bits& which) {
    L most = candidate[0];
    take_larger(most, candidate[1]);
    const Bits second = candidate[1] > candidate[0];
    which = -second;
    if constexpr (K > 2) {
        L rest = candidate[2];
        Bits others = 2 - Bits{};
        if constexpr (K == 4) {
            const Bits last = candidate[3] > candidate[2];
            take_larger(rest, candidate[3]);
            others = 2 - last;
        }
        const Bits later = rest > most;
        select(later, others, which, which);
    }
}

/// Of each step of a run the states that its maxima came from, two bits each: see came_from. Rows of a whole register
/// behind the last must be there, and room for so many sources.
template <int K, Index Bytes>
struct MaximaSources {
    [[gnu::always_inline]] static void run(const ChainLogarithms<K>* p, StateColumns<const double> best,
                                           Index n, unsigned char* sources) {
        using L = Lane<double, Bytes>;
        using Bits = typename Register<double, Bytes>::Bits;
        for (Index t = 0; t < n; t += lanes<double, Bytes>) {
            L before[K];
#pragma GCC unroll 4
            for (int i = 0; i < K; ++i) load(best[i] + t, before[i]);
            Bits code = {};
#pragma GCC unroll 4
            for (int j = K - 1; j >= 0; --j) {
                L candidate[K];
                Bits which;
#pragma GCC unroll 4
                for (int i = 0; i < K; ++i) candidate[i] = before[i] + p->transition[i][j];
                first_largest(candidate, which);
                code = (code << 2) | which;
            }
            Vector<unsigned char, lanes<double, Bytes>> narrow;
            convert(code, narrow);
            store(sources + t, narrow);
        }
    }
};
template <int K>
void maxima_sources(const ChainLogarithms<K>& p, StateColumns<const double> best, Index n,
                    unsigned char* sources) {
    with_registers(
        [&](auto bytes) { in_registers<MaximaSources<K, bytes()>, bytes()>(&p, best, n, sources); });
}

/// The state before `state`.
[[gnu::always_inline]] inline Index came_from(unsigned char sources, Index state) {
    return (sources >> (2 * state)) & 3;
}

}  // namespace latent::detail
