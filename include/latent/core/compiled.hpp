// Templates that a program need not compile itself, because it is linked with latent::compiled.
#pragma once

#include <Eigen/Core>

// LATENT_INSTANTIATE(room, declaration): an instantiation that the usual models use. It stands behind the template, and means
// something only to programs that are linked with the CMake target latent::compiled, which defines LATENT_COMPILED, and to the
// sources of that library (cmake/compiled), each of which holds what one room of latent has: kernel, chain or emission.
// To all others the library is nothing but headers.
#if !defined(LATENT_COMPILED)
#define LATENT_INSTANTIATE(room, ...)
#else
#define LATENT_INSTANTIATE(room, ...) LATENT_INSTANTIATE_##room(__VA_ARGS__)

#if defined(LATENT_COMPILING_KERNEL)
#define LATENT_INSTANTIATE_kernel(...) template __VA_ARGS__
#else
#define LATENT_INSTANTIATE_kernel(...) extern template __VA_ARGS__
#endif
#if defined(LATENT_COMPILING_CHAIN)
#define LATENT_INSTANTIATE_chain(...) template __VA_ARGS__
#else
#define LATENT_INSTANTIATE_chain(...) extern template __VA_ARGS__
#endif
#if defined(LATENT_COMPILING_EMISSION)
#define LATENT_INSTANTIATE_emission(...) template __VA_ARGS__
#else
#define LATENT_INSTANTIATE_emission(...) extern template __VA_ARGS__
#endif

namespace latent::detail {

/// Eigen's memory for vectors and matrices is of another kind with other flags: the linker finds this function only where the
/// library was compiled with those of the program.
template <int Alignment>
void compiled_with_alignment();
[[gnu::used]] inline void require_same_alignment() { compiled_with_alignment<EIGEN_MAX_ALIGN_BYTES>(); }

}  // namespace latent::detail

#endif

// The same for float and double: of a macro with the scalar as its argument.
#define LATENT_FOR_SCALARS(declarations) \
    declarations(float);                 \
    declarations(double)
