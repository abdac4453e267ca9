// expect: latent: Family<D> needs a D::Statistics that is Additive
#include "least_density.hpp"

struct Density : LeastDensity {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    struct Statistics {
        double count = 0, sum = 0;
    };
#endif
};

int main() { return static_cast<int>(latent::Family<Density>(2).size()); }
