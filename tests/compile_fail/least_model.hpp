// The least model: it has no refinement, so that a policy which needs one is refused.
#pragma once

#include <span>
#include <tuple>
#include <vector>

#include "latent/core/random.hpp"

/// The mean of numbers.
struct LeastModel {
    using Unit = double;
    struct Posterior {};
    struct Statistics {
        double count = 0, sum = 0;
        static constexpr auto fields() { return std::tuple{&Statistics::count, &Statistics::sum}; }
    };
    double mean = 0;

    Statistics zero_statistics() const { return {}; }
    double infer(double x, Posterior&) const { return -0.5 * (x - mean) * (x - mean); }
    void accumulate(double x, const Posterior&, Statistics& s) const { s.count += 1, s.sum += x; }
    void maximize(const Statistics& s) { mean = s.sum / s.count; }
    double expected_log_joint(const Statistics& s) const {
        return mean * s.sum - 0.5 * s.count * mean * mean;
    }
};

/// With every refinement.
struct RefinedModel : LeastModel {
    void truncate(double, Posterior&, double) const {}
    using LeastModel::infer;
    double infer(double x, Posterior& q, double) const { return infer(x, q); }
    double decode(double x, Posterior& q) const { return infer(x, q); }
    double sample(double x, latent::Random&, Posterior& q) const { return infer(x, q); }
    std::vector<double> to_vector() const { return {mean}; }
    void from_vector(std::span<const double> v) { mean = v[0]; }
    static constexpr auto members() { return std::tuple{&RefinedModel::mean}; }
};

#ifdef LATENT_COMPILE_FAIL_CONTROL
using Model = RefinedModel;
#else
using Model = LeastModel;
#endif

inline const std::vector<double> numbers{1, 2, 3};
