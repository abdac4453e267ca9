// expect: latent: these are no sequences: give a d × n matrix
#include "latent/data/sequences.hpp"

int main() {
#ifdef LATENT_COMPILE_FAIL_CONTROL
    const std::vector<std::vector<double>> x{{1, 2}, {2, 1}};
#else
    const std::vector<Eigen::VectorXd> x{Eigen::Vector2d(1, 2),
                                         Eigen::Vector2d(2, 1)};  // a sequence each, or all?
#endif
    return static_cast<int>(latent::Sequences<double>(x).size());
}
