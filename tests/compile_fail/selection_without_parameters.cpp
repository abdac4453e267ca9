// expect: latent: Selection needs the model.s parameters\(\)
#include "latent/data/blocks.hpp"
#include "latent/selection/selection.hpp"
#include "least_model.hpp"

struct Mean : LeastModel {
    using Unit = latent::Observations<double>;
    using Scalar = double;
    latent::Index size() const { return 1; }
    latent::Index dimension() const { return 1; }
    latent::Blocks<double> units(const Unit& x) const { return latent::Blocks<double>(x, 256, 1); }
    double infer(const Unit& x, Posterior&) const { return -x(0, 0) * mean; }
    void accumulate(const Unit& x, const Posterior&, Statistics& s) const { s.count += x(0, 0); }
    void set_posterior(const Unit&, const latent::Responsibility&, Posterior&) const {}
#ifdef LATENT_COMPILE_FAIL_CONTROL
    latent::Index parameters() const { return 1; }
#endif
};

int main() {
    const std::vector<double> x{1, 2, 3};
    latent::Selection<>{}.fit(std::vector{Mean{}}, x);
}
