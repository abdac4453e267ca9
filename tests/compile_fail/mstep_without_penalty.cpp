// expect: latent: the M-step does not fit the contract MStep for this model
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

struct MStep {
    static constexpr bool monotone = true;
    void operator()(Model& m, const Model::Statistics& s, latent::Journal&) const { m.maximize(s); }
#ifdef LATENT_COMPILE_FAIL_CONTROL
    double penalty(const Model&) const { return 0; }
#endif
};

int main() { latent::ExpectationMaximization<latent::Batch<>, MStep>{}.fit(Model{}, numbers); }
