// expect: latent: the emission lacks sample\(k, random, x\) const, with Index k
#include "latent/check/check_emission.hpp"
#include "least_emission.hpp"

struct Least : LeastEmission {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    double sample(latent::Index k, latent::Random& random) const;  // as a Density's
#endif
};

int main() {
    const std::vector<double> numbers{1, 2, 3};
    return latent::check_emission(Least{}, std::span(numbers)).ok() ? 0 : 1;
}
