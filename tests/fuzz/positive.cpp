// Random fits of waiting times and other numbers that are not negative, zeros among them.
#include "fuzz/fits.hpp"

using namespace fuzz;

namespace {

void draw(Problem& p) {
    p.draw_reals();
    p.x = p.x.cwiseAbs();
}

}  // namespace

TEST_CASE("random fits: exponential") {
    check_family<Kinds<Exact, HardDropped>, Kinds<Exact, StochasticReseeded>>(
        "exponential", 300, [](Problem& p) {
            draw(p);
            return latent::Exponential<>(p.K, p.d);
        });
}

TEST_CASE("random fits: gamma") {
    check_family<Kinds<Exact>, Kinds<>>("gamma", 250, [](Problem& p) {
        draw(p);
        return latent::Gamma<>(p.K, p.d);
    });
}
