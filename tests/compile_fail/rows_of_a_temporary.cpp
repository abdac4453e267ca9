// expect: deleted function
#include "latent/data/rows.hpp"

int main() {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    const Eigen::MatrixXd x(3, 2);
    const auto view = latent::rows(x);
#else
    const auto view = latent::rows(Eigen::MatrixXd(3, 2));
#endif
    return static_cast<int>(view.cols()) - 3;
}
