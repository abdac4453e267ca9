// expect: latent: the source's scalar differs from the model's \(float or double\)
#include "latent/data/raw_file.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"

#ifdef LATENT_COMPILE_FAIL_CONTROL
using Scalar = double;
#else
using Scalar = float;
#endif

int main() {
    const latent::RawFile<Scalar> x("numbers", 2);
    latent::fit(latent::GaussianMixture<>(1, 2), x);
}
