// expect: latent: Family<D> needs D::accumulate\(x, double weight, Statistics&\) const, where
#include "least_density.hpp"

struct Density : LeastDensity {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    void accumulate(Statistics& s, double x, double weight) const;  // in another order
#endif
};

int main() { return static_cast<int>(latent::Family<Density>(2).size()); }
