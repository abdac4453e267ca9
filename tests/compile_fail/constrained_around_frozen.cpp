// expect: latent: Constrained needs an inner M-step with all_seen\(model, s\) and mend\(model, journal\)
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"
#include "latent/mstep/constrained.hpp"
#include "latent/mstep/frozen.hpp"

int main() {
    const Eigen::RowVector3d x(1, 2, 4);
    const std::tuple equal{latent::EqualWeights{}};
    const auto nothing = [](auto&, const auto&) {};
#ifdef LATENT_COMPILE_FAIL_CONTROL
    const latent::Frozen mstep{nothing, latent::Constrained{equal}};
#else
    const latent::Constrained mstep{equal, latent::Frozen{nothing}};
#endif
    latent::fit(latent::GaussianMixture<>(2, 1), x, mstep);
}
