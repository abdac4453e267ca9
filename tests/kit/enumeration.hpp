// E-steps by brute force, from nothing but log p(x_i, z): what a model's own inference must agree with.
#pragma once

#include "kit/any_subject.hpp"

namespace kit {

/// The objective of an E-step, and Σ_i Σ_z q_i(z) (log p(x_i, z | θ′) − log p(x_i, z | θ)) of its q: the
/// difference of two expected log joints, free of the constant that a model may leave out.
struct Enumerated {
    double objective = 0, gain = 0;
};

/// log p(x_i, z | θ) of every state z.
inline std::vector<double> log_joints(const AnyModel& model, const AnyData& data, Index i) {
    std::vector<double> all;
    for (Index z = 0; z < data.states(i); ++z) all.push_back(data.log_joint(model, i, z));
    return all;
}

/// q ∝ p(x, z)^beta and (1/beta) log Σ_z p(x, z)^beta, summed over all observations.
inline Enumerated enumerate_tempered(const AnyModel& model, const AnyModel& other, const AnyData& data,
                                     double beta) {
    Enumerated result;
    for (Index i = 0; i < data.count(); ++i) {
        const auto here = log_joints(model, data, i), there = log_joints(other, data, i);
        double total = 0;
        for (const double log_joint : here) total += std::exp(beta * log_joint);
        for (std::size_t z = 0; z < here.size(); ++z)
            if (const double q = std::exp(beta * here[z]) / total; q > 0)  // not where z is forbidden
                result.gain += q * (there[z] - here[z]);
        result.objective += std::log(total) / beta;
    }
    return result;
}

/// q is one at argmax_z p(x, z), and max_z log p(x, z).
inline Enumerated enumerate_hard(const AnyModel& model, const AnyModel& other, const AnyData& data) {
    Enumerated result;
    for (Index i = 0; i < data.count(); ++i) {
        const auto here = log_joints(model, data, i);
        const auto best = std::max_element(here.begin(), here.end());
        result.objective += *best;
        result.gain += data.log_joint(other, i, best - here.begin()) - *best;
    }
    return result;
}

}  // namespace kit
