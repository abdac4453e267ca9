// Random fits of normal densities that share their covariance, or have one variance each.
#include "fuzz/fits.hpp"

using namespace fuzz;

TEST_CASE("random fits: tied normals") {
    check_family<Kinds<Exact>, Kinds<>>("tied", 250, [](Problem& p) {
        p.draw_reals();
        return latent::Gaussian<latent::Tied>(p.K, p.d);
    });
}

TEST_CASE("random fits: spherical normals") {
    check_family<Kinds<Exact>, Kinds<>>("spherical", 250, [](Problem& p) {
        p.draw_reals();
        return latent::Gaussian<latent::Spherical>(p.K, p.d);
    });
}
