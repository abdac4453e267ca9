// The least density: a program takes one of its members away, and does not with LATENT_COMPILE_FAIL_CONTROL defined.
#pragma once

#include "latent/emission/family.hpp"

struct LeastDensity {
    struct Statistics {
        double count = 0, sum = 0;
        static constexpr auto fields() { return std::tuple{&Statistics::count, &Statistics::sum}; }
    };
    double mean = 0;

    double log_density(double x) const { return -0.5 * (x - mean) * (x - mean); }
    void accumulate(double x, double weight, Statistics& s) const { s.count += weight, s.sum += weight * x; }
    void maximize(const Statistics& s) { mean = s.sum / s.count; }
    double expected_log_density(const Statistics& s) const {
        return mean * s.sum - 0.5 * s.count * mean * mean;
    }
    double sample(latent::Random& random) const { return mean + random.normal(); }
};
