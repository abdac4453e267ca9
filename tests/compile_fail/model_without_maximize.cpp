// expect: latent: the model lacks maximize\(s\)
#include "latent/fit.hpp"
#include "least_model.hpp"

struct Incomplete : LeastModel {
#ifndef LATENT_COMPILE_FAIL_CONTROL
  private:
    using LeastModel::maximize;
#endif
};

int main() { latent::fit(Incomplete{}, numbers); }
