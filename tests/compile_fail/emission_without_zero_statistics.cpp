// expect: latent: the emission lacks zero_statistics\(\) const, which returns the Statistics
#include "latent/model/mixture.hpp"
#include "least_emission.hpp"

struct Least : LeastEmission {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    Statistics zero_statistics() const = delete;
#endif
};

int main() { return static_cast<int>(latent::Mixture<Least>(Least{}).size()) - 2; }
