// Random fits of symbols, coins and numbers of successes.
#include "fuzz/fits.hpp"

using namespace fuzz;

TEST_CASE("random fits: categorical") {
    check_family<Kinds<Exact, StochasticReseeded>, Kinds<Exact, HardDropped>>(
        "categorical", 300, [](Problem& p) {
            p.draw_counts(4);
            return latent::Categorical<>(p.K, 5, p.d);
        });
}

TEST_CASE("random fits: Bernoulli") {
    check_family<Kinds<Exact>, Kinds<>>("Bernoulli", 200, [](Problem& p) {
        p.draw_counts(1);
        return latent::Bernoulli<>(p.K, p.d);
    });
}

TEST_CASE("random fits: multinomial") {
    check_family<Kinds<Exact, MiniBatches>, Kinds<>>("multinomial", 200, [](Problem& p) {
        const Index trials = 1 + p.below(9);
        p.draw_trials(trials);
        return latent::Multinomial<>(p.K, p.d, trials);
    });
}
