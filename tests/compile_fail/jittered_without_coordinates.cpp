// expect: latent: Jittered needs M::to_vector\(\) and M::from_vector\(v\)
#include "latent/expectation_maximization.hpp"
#include "latent/mstep/jittered.hpp"
#include "least_model.hpp"

int main() {
    using namespace latent;
    ExpectationMaximization<Batch<>, Jittered<>>{}.fit(Model{}, numbers);
}
