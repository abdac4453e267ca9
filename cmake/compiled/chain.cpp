// The part of latent::compiled that holds the hidden chains of chain/.
#define LATENT_COMPILING_CHAIN
#include "latent/chain/inference.hpp"

namespace latent::detail {

template <int Alignment>
void compiled_with_alignment() {}
template void compiled_with_alignment<EIGEN_MAX_ALIGN_BYTES>();

}  // namespace latent::detail
