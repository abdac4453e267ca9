// expect: latent: the E-step's rule does not fit the contract PosteriorRule
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

struct Rule {
    static constexpr bool monotone = true, exact = true;
    static constexpr bool settled(int) { return true; }
#ifdef LATENT_COMPILE_FAIL_CONTROL
    double operator()(const Model& m, double x, Model::Posterior& q, latent::Key) const {
        return m.infer(x, q);
    }
#else
    double operator()(const Model& m, double x, Model::Posterior& q) const { return m.infer(x, q); }
#endif
};

int main() { latent::ExpectationMaximization<latent::Batch<Rule>>{}.fit(Model{}, numbers); }
