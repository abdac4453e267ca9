// expect: latent: Family<D> needs D::dimension\(\) const, as log_density takes a std::span<const double>
#include "least_density.hpp"

struct Density : LeastDensity {
    double log_density(std::span<const double> x) const { return LeastDensity::log_density(x[0] + x[1]); }
    void accumulate(std::span<const double> x, double weight, Statistics& s) const {
        LeastDensity::accumulate(x[0] + x[1], weight, s);
    }
    void sample(latent::Random& random, std::span<double> x) const {
        x[0] = LeastDensity::sample(random), x[1] = 0;
    }
#ifdef LATENT_COMPILE_FAIL_CONTROL
    static latent::Index dimension() { return 2; }
#endif
};

int main() { return static_cast<int>(latent::Family<Density>(2).size()); }
