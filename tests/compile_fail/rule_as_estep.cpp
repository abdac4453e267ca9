// expect: latent: the E-step does not fit the contract EStep for this model and data
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

#ifdef LATENT_COMPILE_FAIL_CONTROL
using EStep = latent::Batch<latent::Soft>;
#else
using EStep = latent::Soft;  // a rule, which a sweep such as Batch must apply
#endif

int main() { latent::ExpectationMaximization<EStep>{}.fit(Model{}, numbers); }
