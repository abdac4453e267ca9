// The steps of a sequence whose end is not known yet: filtered one at a time, and smoothed with a lag.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>

#include "latent/core/types.hpp"
#include "latent/kernel/filter_step.hpp"
#include "latent/kernel/levels.hpp"
#include "latent/kernel/transition.hpp"

namespace latent::detail {

/// p(z_t | x_1 … x_t), the running log-likelihood and, with a lag, p(z_{t−lag} | x_1 … x_t), in scaled numbers. Where a number
/// would be lost to underflow that may matter later, the step is made once more with levels (kernel/levels.hpp), and so are
/// those after it until all that is not zero is a double again. Where states mix, that is at most the first step: whatever
/// the densities are, no state falls behind for good. No allocation after the construction.
///
/// (A template, so that a program compiles only what it calls.)
template <class Chain>
class OnlineSteps {
  public:
    OnlineSteps(const Chain& chain, Index lag)
        : lag_(lag), initial_(chain.initial()), now_(chain.initial()), smoothed_(chain.initial()) {
        transition_.assign(chain.transition());
        const auto& a = chain.transition().array();
        even_ = (a == 0 || a > 0x1p-400).all();
        // The last steps, the one before the first of them, and whatever is on the way.
        filtered_.resize(lag + 2, chain.size());
        density_.resize(lag + 2, chain.size());
        message_.resize(2, chain.size());
        log_density_.resize(1, chain.size());
        log_density_.fill(
            0, [](Index) { return 0.0; }, -infinity);
    }

    /// Forgets all steps: the next one is a sequence's first.
    void restart() {
        steps_ = 0;
        impossible_ = false;
        sum_ = 1;
        digits_ = shift_ = 0;
        smoothed_ = now_ = initial_;
    }

    /// The next step; log_density(k) = log p(x | k).
    template <class LogDensity>
    void push(const LogDensity& log_density) {
        for (Index k = 0; k < states(); ++k) log_density_[0][k] = static_cast<double>(log_density(k));
        if (!filter_scaled()) filter_levelled();
        take_probabilities(filtered_[slot(steps_)], sum_, now_);
        ++steps_;
        if (lag_ > 0) smooth();
    }

    Index steps() const { return steps_; }
    Index lag() const { return lag_; }
    double log_likelihood() const {
        return impossible_ ? -infinity : std::log(sum_) + std::numbers::ln2 * digits_ + shift_;
    }
    /// Of the last step; before the first, p(z_1).
    const Eigen::VectorXd& probabilities() const { return now_; }
    /// Of the step `lag` before; of the first one while there are not so many behind.
    const Eigen::VectorXd& smoothed() const { return lag_ > 0 ? smoothed_ : now_; }

  private:
    static constexpr double infinity = std::numeric_limits<double>::infinity();

    Index states() const { return initial_.size(); }
    Index slot(Index step) const { return step % (lag_ + 2); }
    LevelledRow filtered(Index step) { return filtered_[slot(step)]; }
    LevelledRow density(Index step) { return density_[slot(step)]; }

    /// False, and nothing has changed, where scaled numbers do not carry the step.
    bool filter_scaled() {
        if (steps_ == 0 || !even_ || !*filtered(steps_ - 1).flat) return false;
        const LevelledRow from = filtered(steps_ - 1), to = filtered(steps_), b = density(steps_);
        const double scale = unit_scale(sum_), *const log_b = log_density_[0];
        double top = 0;
        const ScaledSum step = transition_.with([&](const auto& a) LATENT_ALWAYS_INLINE {
            top = largest<std::remove_cvref_t<decltype(a)>::Bytes>(log_b, to.padded);
            return filter_step(a, from.value, scale, log_b, top, b.value, to.value);
        });
        if (!step.sound(transition_.mixes())) return false;
        *to.flat = *b.flat = 1;
        digits_ -= exponent_of(scale);
        shift_ += top;
        sum_ = step.sum;
        return true;
    }

    /// The same with levels. An observation that is impossible says nothing: it becomes one of density 1.
    void filter_levelled() {
        const LevelledRow to = filtered(steps_), b = density(steps_), predicted = message_[0];
        predict(predicted);
        double* const log_b = log_density_[0];
        double top = -infinity;
        for (Index k = 0; k < states(); ++k) {
            if (predicted[k].value == 0) log_b[k] = -infinity;
            if (!(log_b[k] <= top)) top = log_b[k];  // a NaN, too
        }
        const bool never = top == -infinity;
        impossible_ = impossible_ || never;
        b.fill([&](Index k) {
            return never ? Levelled{k < states() ? 1.0 : 0.0, 0} : levelled_exp(log_b[k] - top);
        });
        to.fill([&](Index k) { return predicted[k] * b[k]; });
        const auto sum = to.scale_to_one();
        sum_ = sum.value;
        digits_ += sum.digits;
        shift_ += never ? 0 : top;
        if (!transition_.mixes()) return;
        to.flatten();
        b.flatten();
    }

    /// What is known of a step before it is observed.
    void predict(const LevelledRow& to) {
        if (steps_ == 0) {
            to.fill([&](Index k) {
                Levelled p{k < states() ? initial_(k) : 0.0, 0};
                p.settle();
                return p;
            });
        } else {
            combine_levels(filtered(steps_ - 1), transition_.rows(), to);
        }
    }

    /// Backward over the last lag steps.
    void smooth() {
        const Index last = steps_ - 1, first = std::max<Index>(0, last - lag_);
        if (first == last) {
            smoothed_ = now_;
        } else if (!smooth_scaled(first, last)) {
            smooth_levelled(first, last);
        }
    }
    /// What a message from behind is multiplied with.
    LevelledRow factor(Index t, Index first) { return t > first ? density(t) : filtered(first); }

    bool smooth_scaled(Index first, Index last) {
        if (!even_) return false;
        for (Index t = first; t <= last; ++t)
            if (!*factor(t, first).flat) return false;
        double sum = 1;
        const double* w = density(last).value;
        const bool sound = transition_.with([&](const auto& a) LATENT_ALWAYS_INLINE {
            for (Index t = last - 1; t >= first; --t) {
                const LevelledRow message = message_[t & 1];
                double* const to = message.value;
                *message.flat = 1;
                const ScaledSum step = backward_step(a, w, unit_scale(sum), factor(t, first).value, to);
                if (!step.sound(transition_.mixes() || t == first)) return false;
                sum = step.sum;
                w = to;
            }
            return true;
        });
        if (sound) take_probabilities(message_[first & 1], sum, smoothed_);
        return sound;
    }

    void smooth_levelled(Index first, Index last) {
        LevelledRow w = density(last);
        for (Index t = last - 1; t >= first; --t) {
            const LevelledRow to = message_[t & 1], row = factor(t, first);
            combine_levels(w, transition_.columns(), to);
            to.fill([&](Index k) { return to[k] * row[k]; });
            const auto sum = to.scale_to_one();
            if (t == first) take_probabilities(to, sum.value, smoothed_);
            w = to;
        }
    }

    /// Denormal numbers become zero: they would make what is done with them a hundred times slower.
    static void take_probabilities(const LevelledRow& from, double sum, Eigen::VectorXd& to) {
        if (*from.flat) {
            to = Eigen::Map<const Eigen::VectorXd>(from.value, to.size()) * (1 / sum);
            return;
        }
        for (Index k = 0; k < to.size(); ++k) {
            const double p = from[k].at(0) / sum;
            to(k) = p < std::numeric_limits<double>::min() ? 0 : p;
        }
    }

    Index lag_ = 0, steps_ = 0;
    Eigen::VectorXd initial_, now_, smoothed_;
    PackedTransition<SumProduct> transition_;
    bool even_ = true;  ///< whether entries are 0 or so large that products with them do not underflow
    bool impossible_ = false;
    double sum_ = 1, digits_ = 0, shift_ = 0;  ///< log-likelihood: log(sum · 2^digits) + shift
    LevelledRows filtered_, density_;          // of the last steps, the slots in turn
    LevelledRows message_;
    StateRows log_density_;
};

}  // namespace latent::detail
