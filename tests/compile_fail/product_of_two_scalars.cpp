// expect: latent: the blocks of a Product have different scalars: all double or all float
#include "latent/emission/gamma.hpp"
#include "latent/emission/product.hpp"

#ifdef LATENT_COMPILE_FAIL_CONTROL
using Scalar = double;
#else
using Scalar = float;
#endif

int main() { latent::Product(latent::Gamma<double>(2, 1), latent::Gamma<Scalar>(2, 1)).size(); }
