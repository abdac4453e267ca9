// expect: latent: the convergence criterion does not fit the contract Convergence
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

#ifdef LATENT_COMPILE_FAIL_CONTROL
using Criterion = latent::Aitken;
#else
using Criterion = double;  // a tolerance alone does not say of what
#endif

int main() {
    using namespace latent;
    ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Plain, Criterion>{}.fit(Model{},
                                                                                              numbers);
}
