// expect: latent: MaximumAPosteriori needs prior\(model\) to return the model's Statistics
#include "latent/expectation_maximization.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"
#include "least_model.hpp"

struct Pseudo {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    Model::Statistics operator()(const Model&) const { return {1, 0}; }
#else
    double operator()(const Model&) const { return 1; }
#endif
};

int main() {
    using namespace latent;
    ExpectationMaximization<Batch<>, MaximumAPosteriori<Pseudo>>{}.fit(Model{}, numbers);
}
