// expect: deleted function
#include "latent/data/shard.hpp"
#include "latent/model/mixture.hpp"

int main() {
    const latent::GaussianMixture<> model(2, 2);
#ifdef LATENT_COMPILE_FAIL_CONTROL
    const Eigen::MatrixXd x(2, 3);
    const auto own = latent::shard(model, x, 0, 1);
#else
    const auto own = latent::shard(model, Eigen::MatrixXd(2, 3), 0, 1);
#endif
    return static_cast<int>(own.cols()) - 3;
}
