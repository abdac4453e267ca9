// expect: latent: the model's or emission's check does not take these data
#include <array>

#include "latent/fit.hpp"
#include "least_model.hpp"

struct Checked : LeastModel {
    void check(const std::vector<double>&) const {}
};

int main() {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    const std::vector<double> x{1, 2};
#else
    const std::array<double, 2> x{1, 2};  // it would go unchecked
#endif
    latent::fit(Checked{}, x);
}
