// The vector register: the unit in which every hot loop works.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "latent/core/types.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored \
    "-Wpsabi"  // how wide registers are returned does not matter where all is inlined

namespace latent::detail {

/// Bytes of the widest register that this build may use (64 AVX-512, 32 AVX, 16 SSE2 and NEON).
inline constexpr Index register_bytes = EIGEN_MAX_STATIC_ALIGN_BYTES >= 64   ? 64
                                        : EIGEN_MAX_STATIC_ALIGN_BYTES >= 32 ? 32
                                                                             : 16;

/// Scalars in one register.
template <class Scalar, Index Bytes = register_bytes>
inline constexpr Index lanes = Bytes / static_cast<Index>(sizeof(Scalar));

// The vectors of GCC and clang rather than Eigen's arrays: a·b + c in one expression becomes a fused
// multiply-add with either compiler (clang does not fuse across Eigen's inlined functions), and bits can be
// reinterpreted. Functions of registers are always inlined: they then have those of the function they are part of, which
// may be wider than the build's (kernel/dispatch.hpp). Such registers go in and out by reference, for compilers warn of
// others, although nothing is called.
template <class Scalar, Index Bytes = register_bytes>
struct Register;
template <Index Bytes>
struct Register<double, Bytes> {
    typedef double Lane __attribute__((vector_size(Bytes)));
    typedef double Doubles __attribute__((vector_size(Bytes)));
    typedef std::int64_t Bits __attribute__((vector_size(Bytes)));
};
template <Index Bytes>
struct Register<float, Bytes> {
    typedef float Lane __attribute__((vector_size(Bytes)));
    typedef double Doubles __attribute__((vector_size(2 * Bytes)));
    typedef std::int32_t Bits __attribute__((vector_size(Bytes)));
};

/// One register full of observations; arithmetic and comparisons are elementwise, also with a scalar.
template <class Scalar, Index Bytes = register_bytes>
using Lane = typename Register<Scalar, Bytes>::Lane;

/// As many doubles as a lane has scalars.
template <class Scalar, Index Bytes = register_bytes>
using Doubles = typename Register<Scalar, Bytes>::Doubles;

/// lane := the numbers that begin at `from`, wherever that is.
template <class Scalar, class L>
[[gnu::always_inline]] inline void load(const Scalar* from, L& lane) {
    std::memcpy(&lane, from, sizeof lane);
}
template <class Scalar>
[[gnu::always_inline]] inline Lane<Scalar> load(const Scalar* from) {
    Lane<Scalar> lane;
    load(from, lane);
    return lane;
}

/// A lane that is used twice stays in its register, where it has one: g++ would rather read it twice.
template <class L>
[[gnu::always_inline]] inline void keep([[maybe_unused]] L& lane) {
#if defined(__x86_64__) && !defined(__clang__)
    asm("" : "+v"(lane));
#endif
}

template <class Scalar, class L>
[[gnu::always_inline]] inline void store(Scalar* to, const L& lane) {
    std::memcpy(to, &lane, sizeof lane);
}

/// The same value in every lane (s − 0 is s exactly, so the subtraction costs nothing).
template <class Scalar>
[[gnu::always_inline]] inline Lane<Scalar> broadcast(Scalar s) {
    return s - Lane<Scalar>{};
}

/// out := sums of neighbours a₀+a₁, a₂+a₃, …, b₀+b₁, b₂+b₃, …
template <class L, int... I>
[[gnu::always_inline]] inline void pair_sums(const L& a, const L& b, L& out,
                                             std::integer_sequence<int, I...>) {
    out = __builtin_shufflevector(a, b, (2 * I)...) + __builtin_shufflevector(a, b, (2 * I + 1)...);
}

/// Swaps the off-diagonal S × S blocks of each 2S × 2S block of the matrix whose rows are registers.
template <int S, class L, int... I>
[[gnu::always_inline]] inline void swap_blocks(L& a, L& b, std::integer_sequence<int, I...>) {
    constexpr int width = sizeof...(I);
    const L upper = __builtin_shufflevector(a, b, (I & S ? width + I - S : I)...);
    b = __builtin_shufflevector(a, b, (I & S ? width + I : I + S)...);
    a = upper;
}

/// Transposes the matrix whose rows are registers, as many as a register has lanes.
template <int S = 1, class L, int N>
[[gnu::always_inline]] inline void transpose(L (&rows)[N]) {
    if constexpr (S < N) {
#pragma GCC unroll 16
        for (int i = 0; i < N; ++i)
            if ((i & S) == 0) swap_blocks<S>(rows[i], rows[i + S], std::make_integer_sequence<int, N>());
        transpose<2 * S>(rows);
    }
}

/// The sum over the lanes of each of N registers, all at once: far fewer shuffles than one after the other.
template <class Scalar, class L, int N>
[[gnu::always_inline]] inline std::array<double, static_cast<std::size_t>(N)> sums(const L (&registers)[N]) {
    constexpr int width = static_cast<int>(sizeof(L) / sizeof(Scalar)),
                  padded = (N + width - 1) / width * width;
    constexpr auto all = std::make_integer_sequence<int, width>();
    L folded[padded] = {};
#pragma GCC unroll 32
    for (int i = 0; i < N; ++i) folded[i] = registers[i];
#pragma GCC unroll 4
    for (int count = padded / 2; count >= padded / width; count /= 2)
#pragma GCC unroll 32
        for (int i = 0; i < count; ++i) pair_sums(folded[2 * i], folded[2 * i + 1], folded[i], all);
    std::array<double, static_cast<std::size_t>(N)> out;
#pragma GCC unroll 32
    for (int i = 0; i < N; ++i)
        out[static_cast<std::size_t>(i)] = static_cast<double>(folded[i / width][i % width]);
    return out;
}

/// The sum of n values, a whole number of registers. A cache line's registers are summed side by side: each addition would
/// wait for the one before.
template <class Scalar>
inline double sum(const Scalar* values, Index n) {
    constexpr int registers = static_cast<int>(64 / register_bytes);
    Lane<Scalar> lane[registers] = {};
    Index i = 0;
    for (; i + lanes<Scalar, 64> <= n; i += lanes<Scalar, 64>)
#pragma GCC unroll 4
        for (int a = 0; a < registers; ++a) lane[a] += load(values + i + a * lanes<Scalar>);
    for (; i < n; i += lanes<Scalar>) lane[0] += load(values + i);
    double total = 0;
    for (const Lane<Scalar>& part : lane)
        for (Index l = 0; l < lanes<Scalar>; ++l) total += static_cast<double>(part[l]);
    return total;
}

}  // namespace latent::detail
