// expect: latent: the execution does not fit the contract Execution
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

#ifdef LATENT_COMPILE_FAIL_CONTROL
using Chosen = latent::Sequential;
#else
using Chosen = int;  // a number of threads is no execution
#endif

int main() {
    using namespace latent;
    ExpectationMaximization<Batch<>, MaximumLikelihood<>, Chosen>{}.fit(Model{}, numbers);
}
