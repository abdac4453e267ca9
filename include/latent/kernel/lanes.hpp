// The vector register: the unit in which every hot loop works.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <type_traits>
#include <utility>

#include "latent/core/types.hpp"

// Compilers without vector extensions, or a test of what those compile.
#if !defined(__GNUC__) && !defined(LATENT_STANDARD_LANES)
#define LATENT_STANDARD_LANES
#endif
#ifdef LATENT_STANDARD_LANES
#include "latent/kernel/standard_lanes.hpp"
#define LATENT_ALWAYS_INLINE
#else
/// Of a lambda, which takes no attribute of the standard there.
#define LATENT_ALWAYS_INLINE __attribute__((always_inline))
#endif

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
#ifdef LATENT_STANDARD_LANES
template <class T, Index Bytes>
using Vector = StandardLanes<T, Bytes / static_cast<Index>(sizeof(T))>;
#else
template <class T, Index Bytes>
struct VectorOf {
    typedef T type __attribute__((vector_size(Bytes)));
};
template <class T, Index Bytes>
using Vector = typename VectorOf<T, Bytes>::type;
#endif
template <class Scalar, Index Bytes = register_bytes>
struct Register;
template <Index Bytes>
struct Register<double, Bytes> {
    using Lane = Vector<double, Bytes>;
    using Doubles = Lane;
    using Bits = Vector<std::int64_t, Bytes>;
};
template <Index Bytes>
struct Register<float, Bytes> {
    using Lane = Vector<float, Bytes>;
    using Doubles = Vector<double, 2 * Bytes>;
    using Bits = Vector<std::int32_t, Bytes>;
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
#if defined(__x86_64__) && !defined(__clang__) && !defined(LATENT_STANDARD_LANES)
    asm("" : "+v"(lane));
#endif
}

/// lane := the register in memory, read once: g++ would read it again in each multiply-add.
template <class L>
[[gnu::always_inline]] inline void load_once(const L& from, L& lane) {
#ifdef LATENT_STANDARD_LANES
    lane = from;
#else
    const volatile L& kept = from;
    lane = kept;
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

#ifdef LATENT_STANDARD_LANES
/// out := where the condition holds a, elsewhere b.
template <class Condition, class L>
void select(const Condition& condition, const L& a, const L& b, L& out) {
    for (Index i = 0; i < static_cast<Index>(std::size(out.value)); ++i)
        out[i] = condition[i] != 0 ? a[i] : b[i];
}
inline void select(bool condition, const double& a, const double& b, double& out) { out = condition ? a : b; }
/// to := the same numbers of another type.
template <class From, class To>
void convert(const From& from, To& to) {
    using T = std::remove_reference_t<decltype(to[0])>;
    for (Index i = 0; i < static_cast<Index>(std::size(to.value)); ++i) to[i] = static_cast<T>(from[i]);
}
/// to := the same bits as of another type.
template <class From, class To>
void reinterpret(const From& from, To& to) {
    std::memcpy(&to, &from, sizeof to);
}
/// out := the lanes I of a and, from the width on, b.
template <class L, class... I>
void shuffle(const L& a, const L& b, L& out, I... from) {
    constexpr int width = sizeof...(I);
    const L first = a, second = b;  // `out` may be one of them
    Index i = 0;
    ((out[i++] = from < width ? first[from] : second[from - width]), ...);
}
#define LATENT_SHUFFLE(a, b, out, ...) shuffle(a, b, out, __VA_ARGS__)
#else
template <class Condition, class L>
[[gnu::always_inline]] inline void select(const Condition& condition, const L& a, const L& b, L& out) {
    out = condition ? a : b;
}
template <class From, class To>
[[gnu::always_inline]] inline void convert(const From& from, To& to) {
    to = __builtin_convertvector(from, To);
}
template <class From, class To>
[[gnu::always_inline]] inline void reinterpret(const From& from, To& to) {
    to = reinterpret_cast<To>(from);
}
#define LATENT_SHUFFLE(a, b, out, ...) out = __builtin_shufflevector(a, b, __VA_ARGS__)
#endif

/// most := the larger of both, in each lane; least := the smaller. A NaN of `most` stays, and one of `other` becomes `least`.
template <class L>
[[gnu::always_inline]] inline void take_larger(L& most, const L& other) {
    select(other > most, other, most, most);
}
template <class L>
[[gnu::always_inline]] inline void take_smaller(L& least, const L& other) {
    select(other >= least, least, other, least);
}

/// out := lane I of `from` in every lane.
template <int I, class L, int... J>
[[gnu::always_inline]] inline void spread(const L& from, L& out, std::integer_sequence<int, J...>) {
    LATENT_SHUFFLE(from, from, out, (I + 0 * J)...);
}
template <int I, class Scalar, class L>
[[gnu::always_inline]] inline void spread(const L& from, L& out) {
    spread<I>(from, out, std::make_integer_sequence<int, static_cast<int>(sizeof(L) / sizeof(Scalar))>());
}

/// out := sums of neighbours a₀+a₁, a₂+a₃, …, b₀+b₁, b₂+b₃, …
template <class L, int... I>
[[gnu::always_inline]] inline void pair_sums(const L& a, const L& b, L& out,
                                             std::integer_sequence<int, I...>) {
    L even, odd;
    LATENT_SHUFFLE(a, b, even, (2 * I)...);
    LATENT_SHUFFLE(a, b, odd, (2 * I + 1)...);
    out = even + odd;
}

/// Swaps the off-diagonal S × S blocks of each 2S × 2S block of the matrix whose rows are registers.
template <int S, class L, int... I>
[[gnu::always_inline]] inline void swap_blocks(L& a, L& b, std::integer_sequence<int, I...>) {
    constexpr int width = sizeof...(I);
    L upper;
    LATENT_SHUFFLE(a, b, upper, (I & S ? width + I - S : I)...);
    LATENT_SHUFFLE(a, b, b, (I & S ? width + I : I + S)...);
    a = upper;
}

/// Every lane := what join(a, b), which sets a, makes of all of them: in as many steps as a register can be halved.
template <int S, class L, class Join, int... I>
[[gnu::always_inline]] inline void fold_halves(L& lane, const Join& join,
                                               std::integer_sequence<int, I...> all) {
    if constexpr (S > 0) {
        L other;
        LATENT_SHUFFLE(lane, lane, other, (I ^ S)...);
        join(lane, other);
        fold_halves<S / 2>(lane, join, all);
    }
}
template <class L, class Join>
[[gnu::always_inline]] inline void fold_lanes(L& lane, const Join& join) {
    constexpr int width = static_cast<int>(sizeof(L) / sizeof(lane[0]));
    fold_halves<width / 2>(lane, join, std::make_integer_sequence<int, width>());
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

#undef LATENT_SHUFFLE
