// E-steps by brute force, from nothing but log p(x_i, z): what a model's own inference must agree with.
#pragma once

#include "kit/numerics.hpp"

namespace kit {

/// The objective of an E-step, and Σ_i Σ_z q_i(z) (log p(x_i, z | θ′) − log p(x_i, z | θ)) of its q: the
/// difference of two expected log joints, free of the constant that a model may leave out.
struct Enumerated {
    double objective = 0, gain = 0;
};

/// How many values the hidden state of observation i can take.
template <class S>
Index states(const typename S::Data& data, Index i) {
    if constexpr (requires { S::states(data, i); }) {
        return S::states(data, i);
    } else {
        return S::states;
    }
}

/// log p(x_i, z | θ) of every state z.
template <class S>
std::vector<double> log_joints(const typename S::Model& model, const typename S::Data& data, Index i) {
    std::vector<double> all;
    for (Index z = 0; z < states<S>(data, i); ++z) all.push_back(S::log_joint(model, data, i, z));
    return all;
}

/// q ∝ p(x, z)^beta and (1/beta) log Σ_z p(x, z)^beta, summed over all observations.
template <class S>
Enumerated enumerate_tempered(const typename S::Model& model, const typename S::Model& other,
                              const typename S::Data& data, double beta) {
    Enumerated result;
    for (Index i = 0; i < S::count(data); ++i) {
        const auto here = log_joints<S>(model, data, i), there = log_joints<S>(other, data, i);
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
template <class S>
Enumerated enumerate_hard(const typename S::Model& model, const typename S::Model& other,
                          const typename S::Data& data) {
    Enumerated result;
    for (Index i = 0; i < S::count(data); ++i) {
        const auto here = log_joints<S>(model, data, i);
        const auto best = std::max_element(here.begin(), here.end());
        result.objective += *best;
        result.gain += S::log_joint(other, data, i, best - here.begin()) - *best;
    }
    return result;
}

}  // namespace kit
