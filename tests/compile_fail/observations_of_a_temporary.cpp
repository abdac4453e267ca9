// expect: deleted (function|constructor)
#include "latent/data/sequences.hpp"

int main() {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    const Eigen::MatrixXd x(2, 3);
    const latent::Observations<double> view(x);
#else
    const latent::Observations<double> view(Eigen::MatrixXd(2, 3));
#endif
    return static_cast<int>(view.cols()) - 3;
}
