// expect: latent: the execution does not fit the contract Execution
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

#ifdef LATENT_COMPILE_FAIL_CONTROL
using Workers = latent::Sequential;
#else
using Workers = int;  // a number of threads is no execution
#endif

int main() {
    using namespace latent;
    ExpectationMaximization<Batch<>, MaximumLikelihood<>, Workers>{}.fit(Model{}, numbers);
}
