// expect: latent: Annealed needs M::infer\(x, q, beta\)
#include "latent/estep/annealed.hpp"
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

int main() { latent::ExpectationMaximization<latent::Batch<latent::Annealed>>{}.fit(Model{}, numbers); }
