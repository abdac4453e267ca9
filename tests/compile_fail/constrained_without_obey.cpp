// expect: latent: Constrained needs a model with obey\(restrictions, s\), obey\(restrictions\) and fixed_parameters
#include "latent/fit.hpp"
#include "latent/mstep/constrained.hpp"
#include "least_model.hpp"

/// A model of which nothing can be restricted.
struct Mean : LeastModel {
    static latent::Index size() { return 1; }
    static latent::Index dimension() { return 1; }
#ifdef LATENT_COMPILE_FAIL_CONTROL
    bool obey(const latent::Restrictions&, Statistics&) const { return false; }
    bool obey(const latent::Restrictions&) { return false; }
    latent::Index fixed_parameters(const latent::Restrictions&) const { return 0; }
#endif
};

int main() { latent::fit(Mean{}, numbers, latent::Constrained{std::tuple{latent::TiedMeans{}}}); }
