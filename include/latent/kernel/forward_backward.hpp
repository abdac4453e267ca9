// The forward and the backward pass of a hidden Markov model over a run of steps, states in the lanes.
//
// Numbers are scaled by powers of two, which rounds nothing: no result depends on when the scaling is done. A
// step's scale is applied in the next one, off the chain of operations that a step has to wait for.
#pragma once

#include <cmath>
#include <limits>
#include <numbers>

#include "latent/kernel/power_of_two.hpp"
#include "latent/kernel/transition.hpp"

namespace latent::detail {

/// The likelihood so far of a sequence: sum · 2^exponent.
struct Likelihood {
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();

    double sum = 1;
    std::int64_t exponent = 0;
    std::int64_t first_loss = never;  ///< the exponent when a state was first flushed to zero

    /// Whether a path that was flushed could have made up for it since: relative densities are at most one, so the
    /// path's likelihood is at most least_sum of what the likelihood was then.
    bool suspicious() const { return first_loss != never && exponent < first_loss - 400; }
    double log() const { return std::log(sum) + std::numbers::ln2 * static_cast<double>(exponent); }
};

template <class L>
[[gnu::always_inline]] inline double sum_of_lanes(const L& lane) {
    double sum = 0;
    for (std::size_t l = 0; l < sizeof(L) / sizeof(double); ++l) sum += lane[l];
    return sum;
}

/// One step after the other. With α_t(j) ∝ p(z_t = j, x_1 … x_t) in row t + 1 of `alpha` (row 0 is what comes
/// before), α_t = b_t ∘ (α_{t−1} A) or, where starts[t], b_t ∘ initial. `ended(likelihood)` is called where a new
/// sequence starts, with that of the one before. False where a step's sum is (nearly) zero or no number,
/// or, when asked to `watch`, where the sequence that ended is suspicious.
template <class Transition, class Ended>
[[gnu::always_inline]] inline bool forward_steps(const Transition& a, const double* initial,
                                                 const StateRows& b, StateRows& alpha,
                                                 const unsigned char* starts, Index n, bool watch,
                                                 Likelihood& likelihood, const Ended& ended) {
    using L = Lane<double, Transition::Bytes>;
    constexpr Index width = lanes<double, Transition::Bytes>;
    const Index registers = a.registers();
    double scale = unit_scale(likelihood.sum);
    alignas(64) double prior[4 * width];  // room for what stays in registers; else the row itself
    for (Index t = 0; t < n; ++t) {
        double* to = alpha[t + 1];
        double* reached = registers <= 4 ? prior : to;
        const double* from = reached;
        if (starts[t]) {
            if (likelihood.suspicious()) return false;
            ended(t, likelihood);
            likelihood = {};
            scale = 1;
            from = initial;
        } else {
            a.forward(alpha[t], reached);
        }
        L total = {};
        typename Register<double, Transition::Bytes>::Bits lost = {};
        for (Index r = 0; r < registers; ++r) {
            const Index j = r * width;
            L reached_j, joint;
            load(from + j, reached_j);
            load(b[t] + j, joint);
            joint = reached_j * (joint * scale);
            if (watch) lost |= (joint < least_sum) & (reached_j > 0.0);
            flush(joint);
            store(to + j, joint);
            total += joint;
        }
        if (watch && likelihood.first_loss == Likelihood::never)
            for (Index l = 0; l < width; ++l)
                if (lost[l]) likelihood.first_loss = likelihood.exponent;
        likelihood.exponent -= exponent_of(scale);
        const double sum = sum_of_lanes(total);
        likelihood.sum = sum;
        if (!(sum >= least_sum && sum < 0x1p500)) return false;
        scale = unit_scale(sum);
    }
    return true;
}

/// Where a backward pass leaves the posterior: row t of gamma becomes p(z_t | x) times weight(t), and row t + 1 of
/// alpha, as forward_steps left it, what add_pairs multiplies with w_{t+1}: zero where a sequence ends.
template <class Weight>
struct PosteriorRows {
    StateRows &alpha, &gamma;
    const Weight& weight;

    /// Of step t, from its β (in v, n numbers) and the scale that is due. False where the sum is so small that what was
    /// flushed could matter, or no number.
    template <Index Bytes>
    [[gnu::always_inline]] bool write(Index t, const double* v, Index n, bool last, double scale) const {
        using L = Lane<double, Bytes>;
        constexpr Index width = lanes<double, Bytes>;
        L total = {};
        for (Index j = 0; j < n; j += width) {
            L reached, pulled;
            load(alpha[t + 1] + j, reached);
            load(v + j, pulled);
            total += reached * pulled;
        }
        const double sum = sum_of_lanes(total);
        if (!(sum >= 0x1p-400 && sum < 0x1p1000)) return false;
        const double posterior = weight(t) / sum, leaving = last ? 0 : posterior * scale;
        for (Index j = 0; j < n; j += width) {
            L reached, both;
            load(alpha[t + 1] + j, reached);
            load(v + j, both);
            both = reached * both * posterior;
            reached = reached * leaving;
            flush(both);
            flush(reached);
            store(gamma[t] + j, both);
            store(alpha[t + 1] + j, reached);
        }
        return true;
    }
};
/// No posterior is asked for: only w of the first step, with the same bits.
struct NoPosterior {
    template <Index>
    static bool write(Index, const double*, Index, bool, double) {
        return true;
    }
};

/// The last step first. Row t of b becomes w_t = b_t ∘ β_t, of which row n must hold that of the step behind, and row
/// n + 1 is room; next_sum is the sum of that w. False where a sum is (nearly) zero or no number.
template <class Transition, class Posterior>
[[gnu::always_inline]] inline bool backward_steps(const Transition& a, StateRows& b,
                                                  const unsigned char* starts, Index n, double& next_sum,
                                                  const Posterior& posterior) {
    using L = Lane<double, Transition::Bytes>;
    constexpr Index width = lanes<double, Transition::Bytes>;
    const Index states = a.registers() * width;
    alignas(64) double pulled[4 * width];  // room for what stays in registers
    double* const v = states <= 4 * width ? pulled : b[n + 1];
    for (Index t = n - 1; t >= 0; --t) {
        const bool last = starts[t + 1];
        const double scale = last ? 1 : unit_scale(next_sum);
        if (!last) a.backward(b[t + 1], v);
        for (Index j = 0; j < states; j += width) {
            L beta = 1.0 - L{};
            if (!last) {
                load(v + j, beta);
                beta *= scale;
            }
            store(v + j, beta);
        }
        if (!posterior.template write<Transition::Bytes>(t, v, states, last, scale)) return false;
        L next = {};
        for (Index j = 0; j < states; j += width) {
            L w, beta;
            load(b[t] + j, w);
            load(v + j, beta);
            w *= beta;
            flush(w);
            store(b[t] + j, w);
            next += w;
        }
        next_sum = sum_of_lanes(next);
        if (!(next_sum >= least_sum && next_sum < 0x1p500)) return false;
    }
    return true;
}

}  // namespace latent::detail
