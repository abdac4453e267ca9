// expect: latent: Stochastic needs M::sample\(x, random, q\)
#include "latent/estep/stochastic.hpp"
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

int main() { latent::ExpectationMaximization<latent::Batch<latent::Stochastic>>{}.fit(Model{}, numbers); }
