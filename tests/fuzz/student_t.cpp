// Random fits of Student's t.
#include "fuzz/fits.hpp"

using namespace fuzz;

TEST_CASE("random fits: Student's t") {
    check_family<Kinds<Exact>, Kinds<Exact>>("Student t", 300, [](Problem& p) {
        p.draw_reals();
        return latent::StudentT<latent::Full>(p.K, p.d);
    });
}
