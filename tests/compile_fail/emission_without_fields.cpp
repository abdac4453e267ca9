// expect: latent: the emission's Statistics must be Additive: they name their numbers
#include "latent/model/hidden_markov_model.hpp"
#include "least_emission.hpp"

struct Least : LeastEmission {
#ifndef LATENT_COMPILE_FAIL_CONTROL
    struct Statistics {
        double sum = 0, square = 0;
    };
#endif
};

int main() { return static_cast<int>(latent::HiddenMarkovModel<Least>(Least{}).size()) - 2; }
