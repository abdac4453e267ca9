// Random fits of normal densities with full covariances.
#include "fuzz/fits.hpp"

using namespace fuzz;

TEST_CASE("random fits: full normals") {
    check_family<Kinds<Exact, Unmended, MiniBatches>, Kinds<Exact, AnnealedRidge>>(
        "full", 300, [](Problem& p) {
            p.draw_reals();
            return latent::Gaussian<latent::Full>(p.K, p.d);
        });
}
