// expect: latent: the data are no range of the model's units
#include "latent/fit.hpp"
#include "least_model.hpp"

struct Counts : LeastModel {
    using Unit = int;
};

int main() {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    const std::vector<int> x{1, 2};
#else
    const std::vector<double> x{1.5, 2};  // they would be cut off
#endif
    latent::fit(Counts{}, x);
}
