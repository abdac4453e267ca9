// expect: latent: only a monotone E-step can be accelerated, not a random, annealed or stepwise one
#include "latent/acceleration/squarem.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

#ifdef LATENT_COMPILE_FAIL_CONTROL
using Rule = latent::Soft;
#else
using Rule = latent::Stochastic;
#endif

int main() {
    using namespace latent;
    ExpectationMaximization<Batch<Rule>, MaximumLikelihood<>, Sequential, Squarem>{}.fit(RefinedModel{},
                                                                                         numbers);
}
