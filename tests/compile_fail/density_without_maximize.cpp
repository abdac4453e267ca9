// expect: latent: Family<D> needs D::maximize\(const Statistics&\)
#include "least_density.hpp"

struct Density : LeastDensity {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    void maximize(Statistics& s);  // not const
#endif
};

int main() { return static_cast<int>(latent::Family<Density>(2).size()); }
