// expect: latent: these are no observations: give a d × n matrix
#include "latent/model/mixture.hpp"

int main() {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    const std::vector<Eigen::VectorXd> x{Eigen::Vector2d(1, 2), Eigen::Vector2d(2, 1)};
#else
    const std::vector<std::vector<double> > x{{1, 2}, {2, 1}};  // a row or a column each?
#endif
    return static_cast<int>(latent::GaussianMixture<>(1, 2).predict(x).front());
}
