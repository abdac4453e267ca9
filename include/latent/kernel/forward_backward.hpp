// The forward and the backward pass of a hidden Markov model over a run of steps, states in the lanes. A pass is an object
// that is taken step by step, so that two can go side by side: each step waits for the one before, and two that do not wait
// for each other take little longer than one.
//
// Numbers are scaled by powers of two, which rounds nothing: no result depends on when the scaling is done. A
// step's scale is applied in the next one, off the chain of operations that a step has to wait for.
#pragma once

#include <algorithm>
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
    /// path's likelihood is at most least_number of what the likelihood was then.
    bool suspicious() const { return first_loss != never && exponent + exponent_of(sum) < first_loss - 400; }
    double log() const { return std::log(sum) + std::numbers::ln2 * static_cast<double>(exponent); }
};

template <class L>
[[gnu::always_inline]] inline double sum_of_lanes(const L& lane) {
    double sum = 0;
    for (std::size_t l = 0; l < sizeof(L) / sizeof(double); ++l) sum += lane[l];
    return sum;
}

/// Room for a step's numbers where they stay in registers.
template <class Transition>
inline constexpr Index room = 4 * lanes<double, Transition::Bytes>;

/// α_t(j) ∝ p(z_t = j, x_1 … x_t): α_t = b_t ∘ (α_{t−1} A) or, where starts[t], b_t ∘ initial. Before step t the last α is
/// in rows.before(t), and α_t goes to rows.before(t + 1); rows.found(t, α_t, its sum, states) is called for each and says
/// whether it is sound. `ended(t, likelihood)` is called where a new sequence starts, with that of the one before.
template <class Transition, class Rows, class Ended>
class ForwardPass {
    alignas(64) double room_[room<Transition>] = {};

  public:
    [[gnu::always_inline]] ForwardPass(const Transition& a, const double* initial, RowsAt<const double> b,
                                       const unsigned char* starts, bool watch, const Likelihood& so_far,
                                       const Rows& at, const Ended& ended)
        : rows(at),
          likelihood(so_far),
          watch_(watch),
          a_(a),
          initial_(initial),
          b_(b),
          starts_(starts),
          ended_(ended),
          scale_(unit_scale(so_far.sum)) {}

    Rows rows;
    Likelihood likelihood;
    /// False where a step's sum was (nearly) zero or no number or, when asked to `watch`, a sequence suspicious.
    bool sound = true;

    [[gnu::always_inline]] void step(Index t) {
        if (moves(t)) a_.forward(rows.before(t), reached(t));
        finish(t);
    }

    // A step in two: from rows.before(t) to reached(t) by the matrix, where it moves, and the rest.
    [[gnu::always_inline]] bool moves(Index t) const { return !starts_[t]; }
    [[gnu::always_inline]] double* reached(Index t) {
        return a_.registers() <= 4 ? room_ : rows.before(t + 1);
    }
    [[gnu::always_inline]] void finish(Index t) {
        using L = Lane<double, Transition::Bytes>;
        constexpr Index width = lanes<double, Transition::Bytes>;
        const Index states = a_.registers() * width;
        const double* from = reached(t);
        double* const to = rows.before(t + 1);
        if (!moves(t)) {
            sound = sound && !likelihood.suspicious();
            ended_(t, likelihood);
            likelihood = {};
            scale_ = 1;
            from = initial_;
        }
        L total = {};
        typename Register<double, Transition::Bytes>::Bits lost = {};
        for (Index j = 0; j < states; j += width) {
            L reached_j, joint;
            load(from + j, reached_j);
            load(b_[t] + j, joint);
            joint = reached_j * (joint * scale_);
            if (watch_) lost |= (joint < least_number) & (reached_j > 0.0);
            flush(joint);
            store(to + j, joint);
            total += joint;
        }
        if (watch_ && likelihood.first_loss == Likelihood::never)
            for (Index l = 0; l < width; ++l)
                if (lost[l]) likelihood.first_loss = likelihood.exponent;
        likelihood.exponent -= exponent_of(scale_);
        const double sum = sum_of_lanes(total);
        likelihood.sum = sum;
        sound = sound && sum >= least_sum && sum < 0x1p500;
        scale_ = unit_scale(sum);
        sound = rows.template found<Transition::Bytes>(t, to, sum, states) && sound;
    }

  private:
    const bool watch_;
    const Transition& a_;
    const double* const initial_;
    const RowsAt<const double> b_;
    const unsigned char* const starts_;
    const Ended& ended_;
    double scale_;
};

/// β_t, the last step first, through w_t = b_t ∘ β_t: β_t = A w_{t+1}, or one where a sequence ends, starts[t + 1].
/// w_{t+1} is in rows.behind(t + 1), and w_t goes to rows.behind(t). rows.found(t, β_t, due, states) is called for each,
/// `due` the scale that β_t was given, zero where a sequence ends, and says whether it is sound.
template <class Transition, class Rows>
class BackwardPass {
    alignas(64) double room_[room<Transition>] = {};

  public:
    [[gnu::always_inline]] BackwardPass(const Transition& a, RowsAt<const double> b,
                                        const unsigned char* starts, double sum_behind, const Rows& at)
        : rows(at), w_sum(sum_behind), a_(a), b_(b), starts_(starts) {}

    Rows rows;
    double w_sum;  ///< of the last w
    /// False where a sum was (nearly) zero or no number.
    bool sound = true;

    [[gnu::always_inline]] void step(Index t) {
        if (moves(t)) a_.backward(rows.behind(t + 1), pulled(t));
        finish(t);
    }

    [[gnu::always_inline]] bool moves(Index t) const { return !starts_[t + 1]; }
    [[gnu::always_inline]] double* pulled(Index t) { return a_.registers() <= 4 ? room_ : rows.beta(t); }
    [[gnu::always_inline]] void finish(Index t) {
        using L = Lane<double, Transition::Bytes>;
        constexpr Index width = lanes<double, Transition::Bytes>;
        const Index states = a_.registers() * width;
        double *const v = pulled(t), *const to = rows.behind(t);
        const bool last = !moves(t);
        const double scale = last ? 1 : unit_scale(w_sum);
        L total = {};
        for (Index j = 0; j < states; j += width) {
            L beta = 1.0 - L{}, w;
            if (!last) {
                load(v + j, beta);
                beta *= scale;
            }
            load(b_[t] + j, w);
            w *= beta;
            flush(w);
            store(v + j, beta);
            store(to + j, w);
            total += w;
        }
        w_sum = sum_of_lanes(total);
        sound = sound && w_sum >= least_sum && w_sum < 0x1p500;
        sound = rows.template found<Transition::Bytes>(t, v, last ? 0.0 : scale, states) && sound;
    }

  private:
    const Transition& a_;
    const RowsAt<const double> b_;
    const unsigned char* const starts_;
};

/// n steps forward and m steps backward, side by side; the bits are those of one after the other.
template <class Transition, class Forward, class Backward>
[[gnu::always_inline]] inline void step_both(const Transition& a, Forward& forward, Index n,
                                             Backward& backward, Index m) {
    const Index common = std::min(n, m);
    for (Index t = 0, u = m - 1; t < common; ++t, --u) {
        const bool reach = forward.moves(t), pull = backward.moves(u);
        if (reach && pull) {
            a.both(forward.rows.before(t), forward.reached(t), backward.rows.behind(u + 1),
                   backward.pulled(u));
        } else {
            if (reach) a.forward(forward.rows.before(t), forward.reached(t));
            if (pull) a.backward(backward.rows.behind(u + 1), backward.pulled(u));
        }
        forward.finish(t);
        backward.finish(u);
    }
    for (Index t = common; t < n; ++t) forward.step(t);
    for (Index u = m - 1 - common; u >= 0; --u) backward.step(u);
}

// Where the passes find and leave their rows. The one that comes first over a step keeps its numbers in row t + 1 of
// alpha; the one that meets them makes of both: row t of gamma, p(z_t | x) times weight(t); row t + 1 of alpha, what
// add_pairs multiplies with w_{t+1}, zero where a sequence ends; row t of b, w_t.

/// Forward, first: α_t in row t + 1 of alpha, and where they are wanted Σ α_t in sums; row 0 is what comes before.
struct KeepAlpha {
    RowsAt<double> alpha;
    double* sums = nullptr;

    [[gnu::always_inline]] double* before(Index t) const { return alpha[t]; }
    template <Index>
    [[gnu::always_inline]] bool found(Index t, const double*, double sum, Index) const {
        if (sums) sums[t + 1] = sum;
        return true;
    }
};

/// Backward, first: β_t and the scale that is due. Two rows of w will do.
struct KeepBeta {
    RowsAt<double> alpha, w;
    double* due;

    [[gnu::always_inline]] double* behind(Index t) const { return w[t & 1]; }
    [[gnu::always_inline]] double* beta(Index t) const { return alpha[t + 1]; }
    template <Index Bytes>
    [[gnu::always_inline]] bool found(Index t, const double* beta_t, double scale, Index states) const {
        due[t] = scale;
        double* const to = beta(t);
        for (Index j = 0; to != beta_t && j < states; j += lanes<double, Bytes>) {
            Lane<double, Bytes> beta_j;
            load(beta_t + j, beta_j);
            store(to + j, beta_j);
        }
        return true;
    }
};

/// The posteriors of a run of steps.
template <class Weight>
struct PosteriorRows {
    RowsAt<double> alpha, gamma;
    Weight weight;

    /// Of step t. False where a sum is so small that what was flushed could matter, or no number.
    template <Index Bytes>
    [[gnu::always_inline]] bool write(Index t, const double* alpha_t, const double* beta_t, double due,
                                      Index states) const {
        using L = Lane<double, Bytes>;
        constexpr Index width = lanes<double, Bytes>;
        L total = {};
        for (Index j = 0; j < states; j += width) {
            L reached, pulled;
            load(alpha_t + j, reached);
            load(beta_t + j, pulled);
            total += reached * pulled;
        }
        const double sum = sum_of_lanes(total), posterior = weight(t) / sum, leaving = posterior * due;
        for (Index j = 0; j < states; j += width) {
            L reached, both;
            load(alpha_t + j, reached);
            load(beta_t + j, both);
            both = reached * both * posterior;
            reached = reached * leaving;
            flush(both);
            flush(reached);
            store(gamma[t] + j, both);
            store(alpha[t + 1] + j, reached);
        }
        return sum >= 0x1p-400 && sum < 0x1p1000;
    }
};

/// Backward, over what KeepAlpha left. w_t in row t of b, the last one in row n; row n + 1 is room.
template <class Weight>
struct MeetAlpha {
    PosteriorRows<Weight> posterior;
    RowsAt<double> b;
    Index n;

    [[gnu::always_inline]] double* behind(Index t) const { return b[t]; }
    [[gnu::always_inline]] double* beta(Index) const { return b[n + 1]; }
    template <Index Bytes>
    [[gnu::always_inline]] bool found(Index t, const double* beta_t, double due, Index states) const {
        return posterior.template write<Bytes>(t, posterior.alpha[t + 1], beta_t, due, states);
    }
};

/// Forward, over what KeepBeta left. Two rows of α will do.
template <class Weight>
struct MeetBeta {
    PosteriorRows<Weight> posterior;
    RowsAt<double> b, alpha;
    const double* due;

    [[gnu::always_inline]] double* before(Index t) const { return alpha[t & 1]; }
    template <Index Bytes>
    [[gnu::always_inline]] bool found(Index t, const double* alpha_t, double, Index states) const {
        const double* const beta_t = posterior.alpha[t + 1];
        for (Index j = 0; j < states; j += lanes<double, Bytes>) {
            Lane<double, Bytes> w, beta;
            load(b[t] + j, w);
            load(beta_t + j, beta);
            w *= beta;
            flush(w);
            store(b[t] + j, w);
        }
        return posterior.template write<Bytes>(t, alpha_t, beta_t, due[t], states);
    }
};

}  // namespace latent::detail
