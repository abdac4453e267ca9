// expect: latent: Constrained numbers the components, so none may be dropped
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"
#include "latent/mstep/constrained.hpp"

#ifdef LATENT_COMPILE_FAIL_CONTROL
using Remedy = latent::Reseed;
#else
using Remedy = latent::Drop;
#endif

int main() {
    const Eigen::RowVector3d x(1, 2, 4);
    latent::fit(latent::GaussianMixture<>(2, 1), x,
                latent::Constrained{std::tuple{latent::EqualWeights{}}, latent::MaximumLikelihood<Remedy>{}});
}
