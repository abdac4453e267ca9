// expect: latent: the M-step does not fit the contract MStep for this model
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

int main() {
    using namespace latent;
#ifdef LATENT_COMPILE_FAIL_CONTROL
    using EM = ExpectationMaximization<Batch<>, MaximumLikelihood<>, Threads>;
#else
    using EM = ExpectationMaximization<Batch<>, Threads>;
#endif
    EM{}.fit(Model{}, numbers);
}
