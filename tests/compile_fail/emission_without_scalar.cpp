// expect: latent: the emission lacks the type Scalar, float or double
#include "latent/model/mixture.hpp"
#include "least_emission.hpp"

struct Least : LeastEmission {
#ifndef LATENT_COMPILE_FAIL_CONTROL
  private:
    using LeastEmission::Scalar;
#endif
};

int main() { return static_cast<int>(latent::Mixture<Least>(Least{}).size()) - 2; }
