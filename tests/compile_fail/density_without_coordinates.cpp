// expect: latent: Squarem needs M::to_vector\(\) and M::from_vector\(v\)
#include "latent/acceleration/squarem.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/mixture.hpp"
#include "least_density.hpp"

struct Density : LeastDensity {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    static latent::Index coordinates() { return 1; }
    void to_vector(std::span<double> v) const { v[0] = mean; }
    void from_vector(std::span<const double> v) { mean = v[0]; }
#endif
};

int main() {
    using latent::Batch, latent::MaximumLikelihood, latent::Sequential, latent::Squarem;
    const std::vector<double> numbers{1, 2, 3};
    const latent::Mixture<latent::Family<Density>> model(2);
    latent::ExpectationMaximization<Batch<>, MaximumLikelihood<>, Sequential, Squarem>{}.fit(model, numbers);
}
