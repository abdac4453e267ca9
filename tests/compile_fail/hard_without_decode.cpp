// expect: latent: Hard needs M::decode\(x, q\)
#include "latent/estep/hard.hpp"
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

int main() { latent::ExpectationMaximization<latent::Batch<latent::Hard>>{}.fit(Model{}, numbers); }
