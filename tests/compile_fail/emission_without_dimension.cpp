// expect: latent: the emission lacks dimension\(\) const, the number of rows
#include "latent/emission/product.hpp"
#include "least_emission.hpp"

struct Least : LeastEmission {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    latent::Index dimension() const = delete;
#endif
};

int main() { return static_cast<int>(latent::Product<Least, Least>(Least{}, Least{}).size()) - 2; }
