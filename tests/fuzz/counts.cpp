// Random fits of counts, from few to 10¹².
#include "fuzz/fits.hpp"

using namespace fuzz;

namespace {

void draw(Problem& p) { p.draw_counts(happens(p.random, 0.2) ? 1e12 : happens(p.random, 0.2) ? 1e6 : 9); }

}  // namespace

TEST_CASE("random fits: Poisson") {
    check_family<Kinds<Exact, HardDropped>, Kinds<Exact, MiniBatches>>("Poisson", 300, [](Problem& p) {
        draw(p);
        return latent::Poisson<>(p.K, p.d);
    });
}

TEST_CASE("random fits: negative binomial") {
    check_family<Kinds<Exact, StochasticReseeded>, Kinds<>>("negative binomial", 250, [](Problem& p) {
        draw(p);
        return latent::NegativeBinomial<>(p.K, p.d);
    });
}
