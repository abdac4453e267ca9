// expect: latent: Family<D> needs D::log_density\(x\) const that returns a double
#include "least_density.hpp"

struct Density : LeastDensity {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    double log_density(double x);  // not const
#endif
};

int main() { return static_cast<int>(latent::Family<Density>(2).size()); }
