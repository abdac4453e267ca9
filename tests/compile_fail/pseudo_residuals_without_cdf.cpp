// expect: latent: pseudo_residuals needs an emission with cdf\(k, x\) and survival\(k, x\)
#include "latent/emission/family.hpp"
#include "latent/model/pseudo_residuals.hpp"
#include "least_density.hpp"

struct Number : LeastDensity {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    double cdf(double x) const { return x < mean ? 0 : 1; }
    double survival(double x) const { return x < mean ? 1 : 0; }
#endif
};

int main() {
    const Eigen::RowVector3d x(1, 2, 3);
    latent::pseudo_residuals(latent::HMM<latent::Family<Number>>(2), x);
}
