// The smallest program that uses the library: two normal components in six numbers.
#include <iostream>
#include <latent/latent.hpp>

int main() {
    const Eigen::MatrixXd x{{1.0, 1.2, 0.8, 5.0, 5.3, 4.7}};  // one observation a column
    const auto fit = latent::fit(latent::GaussianMixture<latent::Full>(2, 1), x, latent::KMeans{.seed = 1});
    std::cout << fit << '\n';
}
