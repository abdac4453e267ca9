// The part of latent::compiled that holds the kernels of kernel/.
#define LATENT_COMPILING_KERNEL
#include "latent/kernel/pack.hpp"
#include "latent/kernel/products.hpp"
#include "latent/kernel/quadratic.hpp"
#include "latent/kernel/scatter.hpp"
#include "latent/kernel/shared_matrix.hpp"
#include "latent/kernel/softmax.hpp"
#include "latent/kernel/symbols.hpp"
