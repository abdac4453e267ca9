// The vector register, as a fixed-size Eigen array: the unit in which every hot loop works.
#pragma once

#include "latent/core/types.hpp"

namespace latent::detail {

/// Bytes of the widest register Eigen vectorises for in this build (64 AVX-512, 32 AVX, 16 SSE2 and NEON).
inline constexpr Index register_bytes = EIGEN_MAX_STATIC_ALIGN_BYTES >= 64   ? 64
                                        : EIGEN_MAX_STATIC_ALIGN_BYTES >= 32 ? 32
                                                                             : 16;

/// Scalars in one register.
template <class Scalar>
inline constexpr Index lanes = register_bytes / static_cast<Index>(sizeof(Scalar));

/// One register full of observations.
template <class Scalar>
using Lane = Eigen::Array<Scalar, lanes<Scalar>, 1>;

}  // namespace latent::detail
