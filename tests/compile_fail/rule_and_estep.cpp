// expect: latent::fit: two E-steps or rules are given
#include "latent/estep/hard.hpp"
#include "latent/fit.hpp"
#include "least_model.hpp"

int main() {
    using namespace latent;
#ifdef LATENT_COMPILE_FAIL_CONTROL
    fit(RefinedModel{}, numbers, Hard{});
#else
    fit(RefinedModel{}, numbers, Hard{}, Batch<>{});
#endif
}
