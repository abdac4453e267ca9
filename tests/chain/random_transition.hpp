// Transition matrices to test with.
#pragma once

#include <cmath>

#include "latent/core/random.hpp"

/// Entries are of very different sizes; `zeros` of them are zero, never the next state's (so the chain is one class).
inline Eigen::MatrixXd random_transition(latent::Index K, double zeros, latent::Random& random) {
    Eigen::MatrixXd a(K, K);
    for (latent::Index i = 0; i < K; ++i) {
        for (latent::Index j = 0; j < K; ++j)
            a(i, j) = random.uniform() < zeros && j != (i + 1) % K ? 0 : std::exp(3 * random.normal());
        a.row(i) /= a.row(i).sum();
    }
    return a;
}

inline Eigen::VectorXd uniform(latent::Index K) {
    return Eigen::VectorXd::Constant(K, 1 / static_cast<double>(K));
}
