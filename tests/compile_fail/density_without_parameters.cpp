// expect: latent: Family<D> needs D::parameters\(\), the number of free ones, for aic, bic and Selection
#include "latent/model/mixture.hpp"
#include "least_density.hpp"

struct Density : LeastDensity {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    static latent::Index parameters() { return 1; }
#endif
};

int main() {
    const std::vector<double> numbers{1, 2, 3};
    return latent::Mixture<latent::Family<Density>>(2).bic(numbers) < 0 ? 1 : 0;
}
