// expect: deleted (function|constructor)
#include "latent/model/ray_counts.hpp"

int main() {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    const latent::SystemMatrix matrix(1, 2);
    const latent::RayCounts data(matrix, Eigen::VectorXd::Ones(1));
#else
    const latent::RayCounts data(latent::SystemMatrix(1, 2), Eigen::VectorXd::Ones(1));
#endif
    return static_cast<int>(data.size()) - 1;
}
