// expect: LatentVariableModel.*m\.maximize\(t\)
#include "latent/expectation_maximization.hpp"
#include "least_model.hpp"

struct Incomplete : LeastModel {
#ifndef LATENT_COMPILE_FAIL_CONTROL
  private:
    using LeastModel::maximize;
#endif
};

int main() { latent::fit(Incomplete{}, numbers); }
