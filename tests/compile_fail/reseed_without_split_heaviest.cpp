// expect: latent: Reseed needs M::split_heaviest\(k, random\)
#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"
#include "least_model.hpp"

/// A model that shows its components, which can collapse, and cannot begin one anew.
struct Mean : LeastModel {
    latent::Gaussian<>& emission() { return components; }
    const latent::Gaussian<>& emission() const { return components; }
#ifdef LATENT_COMPILE_FAIL_CONTROL
    bool split_heaviest(latent::Index, latent::Random&) { return false; }
    bool remove(latent::Index) { return false; }
#endif
    latent::Gaussian<> components{2, 1};
};

int main() { latent::fit(Mean{}, numbers, latent::MaximumLikelihood<latent::Reseed>{}); }
