// expect: latent: Anderson needs M::to_vector\(\) and M::from_vector\(v\)
#include "latent/acceleration/anderson.hpp"
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

int main() {
    using namespace latent;
    ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Anderson>{}.fit(Model{}, numbers);
}
