// expect: latent: the model's accumulate\(x, q, s\) must be const
#include "latent/fit.hpp"
#include "least_model.hpp"

struct Mean : LeastModel {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    void accumulate(double x, const Posterior& q, Statistics& s) const { LeastModel::accumulate(x, q, s); }
#else
    void accumulate(double x, const Posterior& q, Statistics& s) { LeastModel::accumulate(x, q, s); }
#endif
};

int main() { latent::fit(Mean{}, numbers); }
