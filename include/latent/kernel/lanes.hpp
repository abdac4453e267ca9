// The vector register: the unit in which every hot loop works.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "latent/core/types.hpp"

namespace latent::detail {

/// Bytes of the widest register in this build (64 AVX-512, 32 AVX, 16 SSE2 and NEON).
inline constexpr Index register_bytes = EIGEN_MAX_STATIC_ALIGN_BYTES >= 64   ? 64
                                        : EIGEN_MAX_STATIC_ALIGN_BYTES >= 32 ? 32
                                                                             : 16;

/// Scalars in one register.
template <class Scalar>
inline constexpr Index lanes = register_bytes / static_cast<Index>(sizeof(Scalar));

// The vectors of GCC and clang rather than Eigen's arrays: a·b + c in one expression becomes a fused
// multiply-add with either compiler (clang does not fuse across Eigen's inlined functions), and bits can be
// reinterpreted.
template <class Scalar>
struct Register;
template <>
struct Register<double> {
    typedef double Lane __attribute__((vector_size(register_bytes)));
    typedef double Doubles __attribute__((vector_size(register_bytes)));
    typedef std::int64_t Bits __attribute__((vector_size(register_bytes)));
};
template <>
struct Register<float> {
    typedef float Lane __attribute__((vector_size(register_bytes)));
    typedef double Doubles __attribute__((vector_size(2 * register_bytes)));
    typedef std::int32_t Bits __attribute__((vector_size(register_bytes)));
};

/// One register full of observations; arithmetic and comparisons are elementwise, also with a scalar.
template <class Scalar>
using Lane = typename Register<Scalar>::Lane;

/// As many doubles as a lane has scalars.
template <class Scalar>
using Doubles = typename Register<Scalar>::Doubles;

template <class Scalar>
inline Lane<Scalar> load(const Scalar* from) {
    Lane<Scalar> lane;
    std::memcpy(&lane, from, sizeof lane);
    return lane;
}

template <class Scalar>
inline void store(Scalar* to, const Lane<Scalar>& lane) {
    std::memcpy(to, &lane, sizeof lane);
}

/// The same value in every lane (s − 0 is s exactly, so the subtraction costs nothing).
template <class Scalar>
inline Lane<Scalar> broadcast(Scalar s) {
    return s - Lane<Scalar>{};
}

/// Sums of neighbours: a₀+a₁, a₂+a₃, …, b₀+b₁, b₂+b₃, …
template <class Scalar, int... I>
inline Lane<Scalar> pair_sums(const Lane<Scalar>& a, const Lane<Scalar>& b,
                              std::integer_sequence<int, I...>) {
    return __builtin_shufflevector(a, b, (2 * I)...) + __builtin_shufflevector(a, b, (2 * I + 1)...);
}

/// The sum over the lanes of each of N registers, all at once: far fewer shuffles than one after the other.
template <class Scalar, int N>
inline std::array<double, static_cast<std::size_t>(N)> sums(const Lane<Scalar> (&registers)[N]) {
    constexpr int width = static_cast<int>(lanes<Scalar>), padded = (N + width - 1) / width * width;
    constexpr auto all = std::make_integer_sequence<int, width>();
    Lane<Scalar> folded[padded] = {};
#pragma GCC unroll 32
    for (int i = 0; i < N; ++i) folded[i] = registers[i];
#pragma GCC unroll 4
    for (int count = padded / 2; count >= padded / width; count /= 2)
#pragma GCC unroll 32
        for (int i = 0; i < count; ++i) folded[i] = pair_sums<Scalar>(folded[2 * i], folded[2 * i + 1], all);
    std::array<double, static_cast<std::size_t>(N)> out;
#pragma GCC unroll 32
    for (int i = 0; i < N; ++i)
        out[static_cast<std::size_t>(i)] = static_cast<double>(folded[i / width][i % width]);
    return out;
}

/// The sum of n values, a whole number of registers.
template <class Scalar>
inline double sum(const Scalar* values, Index n) {
    Lane<Scalar> lane = {};
    for (Index i = 0; i < n; i += lanes<Scalar>) lane += load(values + i);
    double total = 0;
    for (Index l = 0; l < lanes<Scalar>; ++l) total += static_cast<double>(lane[l]);
    return total;
}

}  // namespace latent::detail
