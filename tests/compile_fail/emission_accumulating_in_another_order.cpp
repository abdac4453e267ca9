// expect: latent: the emission's accumulate takes its arguments in another order
#include "latent/model/mixture.hpp"
#include "least_emission.hpp"

struct Least : LeastEmission {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    void accumulate(Statistics& s, const Table& x, const Table& r) const;
#endif
};

int main() { return static_cast<int>(latent::Mixture<Least>(Least{}).size()) - 2; }
