// expect: latent: Family<D> needs D::accumulate.* to take the statistics by reference
#include "least_density.hpp"

struct Density : LeastDensity {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    void accumulate(double x, double weight, Statistics s) const;
#endif
};

int main() { return static_cast<int>(latent::Family<Density>(2).size()); }
