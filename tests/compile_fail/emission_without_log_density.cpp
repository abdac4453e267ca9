// expect: latent: the emission lacks log_density\(x, out\) const, with const Panel<Scalar>& x
#include "latent/model/hidden_markov_model.hpp"
#include "least_emission.hpp"

struct Least : LeastEmission {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    void log_density(const Table& x, Table& out);  // not const
#endif
};

int main() { return static_cast<int>(latent::HiddenMarkovModel<Least>(Least{}).size()) - 2; }
