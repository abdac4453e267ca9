// expect: latent::fit: a policy has no role for this model and these data
#include "latent/fit.hpp"
#include "least_model.hpp"

int main() {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    latent::fit(Model{}, numbers, latent::MaximumLikelihood<latent::NoRemedy>{});
#else
    latent::fit(Model{}, numbers, latent::NoRemedy{});  // what an M-step does, but no M-step
#endif
}
