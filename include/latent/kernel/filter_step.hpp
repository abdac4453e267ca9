// A step of the filter, and the steps back of a smoother, in scaled numbers: states in the lanes, for a sequence that comes in
// step by step.
#pragma once

#include <limits>

#include "latent/kernel/exponential.hpp"
#include "latent/kernel/power_of_two.hpp"

namespace latent::detail {

/// What became of a product of rows.
struct ScaledSum {
    double sum;
    bool lost;  ///< whether a number that is not zero was flushed

    /// Whether it can be gone on with. Where states mix, nothing that is lost can matter later.
    bool sound(bool mixes) const { return sum >= least_sum && (mixes || !lost); }
};

template <class L, class Bits>
[[gnu::always_inline]] inline ScaledSum scaled_sum(L& total, Bits& lost) {
    fold_lanes(total, [](auto& a, const auto& b) LATENT_ALWAYS_INLINE { a += b; });
    fold_lanes(lost, [](auto& a, const auto& b) LATENT_ALWAYS_INLINE { a |= b; });
    return {total[0], lost[0] != 0};
}

/// The largest of n numbers, a whole number of registers; NaN does not count.
template <Index Bytes>
[[gnu::always_inline]] inline double largest(const double* values, Index n) {
    Lane<double, Bytes> top = std::numeric_limits<double>::lowest() - Lane<double, Bytes>{};
    for (Index j = 0; j < n; j += lanes<double, Bytes>) {
        Lane<double, Bytes> value;
        load(values + j, value);
        take_larger(top, value);
    }
    fold_lanes(top, [](auto& a, const auto& b) LATENT_ALWAYS_INLINE { take_larger(a, b); });
    return top[0];
}

/// joint(j) = scale · (before A)(j) · b(j), where b = exp(log_b − top). b is zero where joint is.
template <class Transition>
[[gnu::always_inline]] inline ScaledSum filter_step(const Transition& a, const double* before, double scale,
                                                    const double* log_b, double top, double* b,
                                                    double* joint) {
    constexpr Index Bytes = Transition::Bytes, width = lanes<double, Bytes>;
    using L = Lane<double, Bytes>;
    constexpr double never = -std::numeric_limits<double>::infinity();
    const Index states = a.registers() * width;
    a.forward(before, joint);
    L total = {};
    typename Register<double, Bytes>::Bits lost = {};
    for (Index j = 0; j < states; j += width) {
        L reached, log_j, relative, product;
        load(joint + j, reached);
        load(log_b + j, log_j);
        relative = log_j - top;
        exp_of_negative<double>(relative);
        flush(relative);
        product = reached * (relative * scale);
        lost |= (product < least_number) & (reached > 0.0) & (log_j > never);
        flush(product);
        select(product > 0.0, relative, L{}, relative);
        store(b + j, relative);
        store(joint + j, product);
        total += product;
    }
    return scaled_sum(total, lost);
}

/// to(i) = scale · (A w)(i) · row(i).
template <class Transition>
[[gnu::always_inline]] inline ScaledSum backward_step(const Transition& a, const double* w, double scale,
                                                      const double* row, double* to) {
    constexpr Index Bytes = Transition::Bytes, width = lanes<double, Bytes>;
    using L = Lane<double, Bytes>;
    const Index states = a.registers() * width;
    a.backward(w, to);
    L total = {};
    typename Register<double, Bytes>::Bits lost = {};
    for (Index i = 0; i < states; i += width) {
        L pulled, factor, product;
        load(to + i, pulled);
        load(row + i, factor);
        product = factor * (pulled * scale);
        lost |= (product < least_number) & (pulled > 0.0) & (factor > 0.0);
        flush(product);
        store(to + i, product);
        total += product;
    }
    return scaled_sum(total, lost);
}

}  // namespace latent::detail
