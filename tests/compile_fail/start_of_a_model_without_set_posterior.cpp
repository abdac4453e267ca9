// expect: latent: a start needs the model's set_posterior\(x, r, q\) const
#include "latent/data/blocks.hpp"
#include "latent/fit.hpp"
#include "latent/start/k_means.hpp"
#include "least_model.hpp"

struct Mean : LeastModel {
    using Unit = latent::Observations<double>;
    using Scalar = double;
    latent::Index size() const { return 1; }
    latent::Index dimension() const { return 1; }
    latent::Blocks<double> units(const Unit& x) const { return latent::Blocks<double>(x, 256, 1); }
    double infer(const Unit& x, Posterior&) const { return -x(0, 0) * mean; }
    void accumulate(const Unit& x, const Posterior&, Statistics& s) const { s.count += x(0, 0); }
#ifdef LATENT_COMPILE_FAIL_CONTROL
    void set_posterior(const Unit&, const latent::Responsibility&, Posterior&) const {}
#endif
};

int main() {
    const std::vector<double> x{1, 2, 3};
    latent::fit(Mean{}, x, latent::KMeans{});
}
