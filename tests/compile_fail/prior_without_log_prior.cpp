// expect: latent: OneStepLate needs prior\(model\) to return the model's Statistics, and
#include "latent/expectation_maximization.hpp"
#include "latent/mstep/one_step_late.hpp"
#include "least_model.hpp"

struct Slope {
    Model::Statistics operator()(const Model& m) const { return {0, -m.mean}; }
#ifdef LATENT_COMPILE_FAIL_CONTROL
    double log_prior(const Model& m) const { return -0.5 * m.mean * m.mean; }
#endif
};

int main() {
    using namespace latent;
    ExpectationMaximization<Batch<>, OneStepLate<Slope>>{}.fit(Model{}, numbers);
}
