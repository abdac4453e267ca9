// expect: latent: the model cannot cut these data into its units
#include <deque>

#include "latent/fit.hpp"
#include "latent/model/mixture.hpp"

int main() {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    const std::vector<double> x{1, 2, 3};
#else
    const std::deque<double> x{1, 2, 3};
#endif
    latent::fit(latent::GaussianMixture<>(1, 1), x);
}
