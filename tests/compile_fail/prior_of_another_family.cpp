// expect: latent: the prior is of another family than the emission
#include "latent/emission/normal_inverse_wishart.hpp"
#include "latent/emission/poisson.hpp"
#include "latent/fit.hpp"
#include "latent/model/mixture_prior.hpp"
#include "latent/mstep/maximum_a_posteriori.hpp"

int main() {
    using namespace latent;
#ifdef LATENT_COMPILE_FAIL_CONTROL
    const GaussianMixture<> model(2, 1);
#else
    const Mixture<Poisson<> > model(2, 1);
#endif
    const std::vector<double> x{1, 2, 3};
    fit(model, x, MaximumAPosteriori{MixturePrior{2.0, NormalInverseWishart{}}});
}
