// expect: latent: the emission's accumulate\(x, r, s\) must take the statistics by reference
#include "latent/model/mixture.hpp"
#include "least_emission.hpp"

struct Least : LeastEmission {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    void accumulate(const Table& x, const Table& r, Statistics s) const;
#endif
};

int main() { return static_cast<int>(latent::Mixture<Least>(Least{}).size()) - 2; }
