// expect: latent: Family<D> needs D::sample\(Random&\) const that returns a double
#include "least_density.hpp"

struct Density : LeastDensity {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    double sample(latent::Random& random) const = delete;
#endif
};

int main() { return static_cast<int>(latent::Family<Density>(2).size()); }
