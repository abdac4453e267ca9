// The least emission: a program takes one of its members away, and does not with LATENT_COMPILE_FAIL_CONTROL defined.
#pragma once

#include "latent/core/concepts.hpp"

/// Normal densities of variance one, whose means are `distance` apart.
struct LeastEmission {
    using Scalar = double;
    using Table = latent::Panel<double>;
    struct Statistics {
        double sum = 0, square = 0;
        static constexpr auto fields() { return std::tuple{&Statistics::sum, &Statistics::square}; }
    };
    double distance = 1;

    latent::Index size() const { return 2; }
    latent::Index dimension() const { return 1; }
    latent::Index parameters() const { return 1; }
    bool all_equal() const { return distance == 0; }
    Statistics zero_statistics() const { return {}; }
    void log_density(const Table& x, Table& out) const { out.resize(x.size(), 2); }
    void accumulate(const Table& x, const Table& r, Statistics& s) const { s.sum += r(0, 1) * x(0, 0); }
    void maximize(const Statistics& s) { distance = s.sum; }
    double expected_log_density(const Statistics& s) const { return -s.square; }
    void sample(latent::Index k, latent::Random& random, double* x) const {
        *x = static_cast<double>(k) * distance + random.normal();
    }
};
