// expect: latent: the emission lacks all_equal\(\) const: whether its components
#include "latent/model/mixture.hpp"
#include "least_emission.hpp"

struct Least : LeastEmission {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    bool all_equal() const = delete;
#endif
};

int main() { return static_cast<int>(latent::Mixture<Least>(Least{}).size()) - 2; }
