// Random fits of normal densities with diagonal covariances, by themselves and within states.
#include "fuzz/fits.hpp"

using namespace fuzz;
using latent::Diagonal, latent::Gaussian, latent::MixtureEmission, latent::TiedEmission;

TEST_CASE("random fits: diagonal normals") {
    check_family<Kinds<Exact, TruncatedTails>, Kinds<>>("diagonal", 300, [](Problem& p) {
        p.draw_reals();
        return Gaussian<Diagonal>(p.K, p.d);
    });
}

TEST_CASE("random fits: mixtures of normals in each state") {
    check_family<Kinds<>, Kinds<Exact>>("mixtures of diagonals", 150, [](Problem& p) {
        p.draw_reals();
        return MixtureEmission<Gaussian<Diagonal>>(p.K, 2, p.d);
    });
}

TEST_CASE("random fits: states that share a normal") {
    check_family<Kinds<>, Kinds<Exact>>("tied diagonals", 150, [](Problem& p) {
        p.draw_reals();
        std::vector<Index> group;
        for (Index k = 0; k < p.K + 1; ++k) group.push_back(k % p.K);
        return TiedEmission<Gaussian<Diagonal>>(Gaussian<Diagonal>(p.K, p.d), group);
    });
}
