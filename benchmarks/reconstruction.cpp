// What an EM iteration of Poisson image reconstruction costs beside the two sparse products in it, A λ and Aᵀ (y / ŷ), as Eigen
// makes them; and what threads make of it. Shortest times of iterations and products taken in turn.
#include <cstdio>

#include "latent/data/parallel_beam.hpp"
#include "latent/model/poisson_image.hpp"
#include "support/models.hpp"
#include "support/timing.hpp"

namespace {

using latent::Index;

void measure(Index size, Index angles) {
    const latent::SystemMatrix a = latent::parallel_beam(size, angles, size);
    latent::Random random(1);
    Eigen::VectorXd image(size * size), x;
    for (double& pixel : image) pixel = 5 * random.uniform();
    Eigen::VectorXd y = a * image;
    const latent::RayCounts data(a, y.array().round().matrix(), {.view = size});
    double products = 1e300, times[3] = {1e300, 1e300, 1e300};
    repeat_for(5, 5, [&] {
        products = std::min(products, shortest(3, [&] {
                                y.noalias() = a * image;
                                x.noalias() = a.transpose() * y;
                            }));
        for (const int t : {0, 1, 2})
            timed_em(1 << t, 10, times[t]).fit(latent::PoissonImage(data.pixels()), data);
    });
    std::printf("%4ld² x %3ld %12ld %12.2f %12.2f %9.2f %12.2f %12.2f\n", static_cast<long>(size),
                static_cast<long>(angles), static_cast<long>(a.nonZeros()), 1e3 * products, 1e3 * times[0],
                times[0] / products, 1e3 * times[1], 1e3 * times[2]);
}

}  // namespace

int main() {
    std::printf("%-11s %12s %12s %12s %9s %12s %12s\n", "image", "entries", "products ms", "iteration ms",
                "ratio", "2 threads ms", "4 threads ms");
    measure(64, 96);
    measure(128, 180);
    measure(256, 180);
    return 0;
}
