// expect: latent: the emission lacks expected_log_density\(s\) const, which returns a number
#include "latent/model/mixture.hpp"
#include "least_emission.hpp"

struct Least : LeastEmission {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    double expected_log_density(const Statistics& s) const = delete;
#endif
};

int main() { return static_cast<int>(latent::Mixture<Least>(Least{}).size()) - 2; }
