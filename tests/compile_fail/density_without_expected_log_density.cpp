// expect: latent: Family<D> needs D::expected_log_density\(const Statistics&\) const that returns a double
#include "least_density.hpp"

struct Density : LeastDensity {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    double expected_log_density(const Statistics& s) const = delete;
#endif
};

int main() { return static_cast<int>(latent::Family<Density>(2).size()); }
