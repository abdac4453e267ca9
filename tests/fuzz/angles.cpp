// Random fits of angles.
#include "fuzz/fits.hpp"

using namespace fuzz;

TEST_CASE("random fits: von Mises") {
    check_family<Kinds<Exact>, Kinds<Exact>>("von Mises", 300, [](Problem& p) {
        p.draw_reals();
        return latent::VonMises<>(p.K, p.d);
    });
}
