// The vector register: the unit in which every hot loop works.
#pragma once

#include <cstdint>
#include <cstring>

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
    typedef std::int64_t Bits __attribute__((vector_size(register_bytes)));
};
template <>
struct Register<float> {
    typedef float Lane __attribute__((vector_size(register_bytes)));
    typedef std::int32_t Bits __attribute__((vector_size(register_bytes)));
};

/// One register full of observations; arithmetic and comparisons are elementwise, also with a scalar.
template <class Scalar>
using Lane = typename Register<Scalar>::Lane;

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

/// The sum over the lanes, by halving.
template <class Scalar>
inline Scalar sum(const Lane<Scalar>& lane) {
    Scalar parts[lanes<Scalar>];
    store(parts, lane);
    for (Index half = lanes<Scalar> / 2; half > 0; half /= 2)
        for (Index l = 0; l < half; ++l) parts[l] += parts[l + half];
    return parts[0];
}

}  // namespace latent::detail
