// expect: latent: the observations' scalar differs from the model's \(float or double\)
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"

#ifdef LATENT_COMPILE_FAIL_CONTROL
using Scalar = double;
#else
using Scalar = float;
#endif

int main() {
    const latent::MatrixX<Scalar> x = latent::MatrixX<Scalar>::Zero(2, 9);
    latent::fit(latent::GaussianMixture<>(1, 2), x);
}
