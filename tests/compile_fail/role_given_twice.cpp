// expect: latent::fit: two M-steps are given
#include "latent/fit.hpp"
#include "least_model.hpp"

int main() {
    using namespace latent;
#ifdef LATENT_COMPILE_FAIL_CONTROL
    fit(Model{}, numbers, MaximumLikelihood<NoRemedy>{}, Limits{});
#else
    fit(Model{}, numbers, MaximumLikelihood<NoRemedy>{}, MaximumLikelihood<>{});
#endif
}
