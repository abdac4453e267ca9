// The textbook run: draw from two normal distributions, forget which observation came from which, and find
// both again.
#include <algorithm>
#include <iomanip>
#include <iostream>

#include "latent/latent.hpp"
#include "support/plot.hpp"

int main(int argc, char** argv) {
    using Model = latent::GaussianMixture<latent::Full>;

    // 40 % of the observations come from N(2, 4²), 60 % from N(9, 2²).
    const Model input(
        Eigen::Vector2d(0.4, 0.6),
        latent::Gaussian<latent::Full>(Eigen::RowVector2d(2, 9), {Eigen::MatrixXd::Constant(1, 1, 16),
                                                                  Eigen::MatrixXd::Constant(1, 1, 4)}));
    latent::Random random(1);
    const Eigen::MatrixXd x = input.sample(10000, random);

    // Two components, begun at the clusters of k-means.
    const auto fit = latent::fit(Model(2, 1), x, latent::KMeans{.seed = 1});

    const auto given = components(input);
    auto found = components(fit.model);  // in any order: sorted as the input is, by their means
    std::ranges::sort(found, {}, [](const Component& c) { return c.mean[0]; });
    std::cout << "                 input    fitted\n" << std::fixed << std::setprecision(4);
    for (std::size_t k = 0; k < given.size(); ++k)
        std::cout << "component " << k << '\n'
                  << "  weight    " << std::setw(10) << given[k].weight << std::setw(10) << found[k].weight
                  << '\n'
                  << "  mean      " << std::setw(10) << given[k].mean[0] << std::setw(10) << found[k].mean[0]
                  << '\n'
                  << "  deviation " << std::setw(10) << std::sqrt(given[k].covariance(0, 0)) << std::setw(10)
                  << std::sqrt(found[k].covariance(0, 0)) << '\n';
    std::cout << fit << '\n';
    const Titles titles{"Two normal components fitted to 10 000 draws", "x", "density"};
    std::cout << "plot: " << draw_histogram(argc > 1 ? argv[1] : "quickstart.svg", titles, x.row(0), found)
              << '\n';
}
