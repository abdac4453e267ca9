// expect: latent: the prior is of another family than the emission
#include "latent/emission/categorical.hpp"
#include "latent/emission/dirichlet_prior.hpp"
#include "latent/emission/gamma.hpp"
#include "latent/emission/product.hpp"
#include "latent/model/mixture_prior.hpp"

int main() {
    using namespace latent;
#ifdef LATENT_COMPILE_FAIL_CONTROL
    const ProductPrior prior(FlatPrior{}, DirichletPrior{2});
#else
    const ProductPrior prior(DirichletPrior{2});
#endif
    const Mixture model(Product(Gamma<>(2, 1), Categorical<>(2, 3)));
    return MixturePrior{2.0, prior}(model).count.size() > 0 ? 0 : 1;
}
