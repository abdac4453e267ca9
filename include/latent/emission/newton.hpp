// Newton's method, bracketed, for equations in one positive unknown.
#pragma once

#include <algorithm>
#include <cmath>

namespace latent::detail {

/// A function's value and its derivative.
struct Slope {
    double value, derivative;
};

/// The root in [low, high], 0 < low < high, of an increasing function f(x) → Slope; the nearer end where
/// there is none. Newton's method on log x from `start`, halving what the signs enclose of log x where a step
/// would leave it. Stops after a relative step below 1e-8, which by quadratic convergence leaves an error of
/// rounding.
template <class F>
double positive_root(const F& f, double low, double high, double start) {
    if (!(f(low).value < 0)) return low;
    if (!(f(high).value > 0)) return high;
    double x = start > low && start < high ? start : std::sqrt(low * high);
    for (int iteration = 0; iteration < 100; ++iteration) {
        const auto [value, derivative] = f(x);
        (value < 0 ? low : high) = x;
        const double step = -value / (x * derivative), next = x * std::exp(step);
        if (std::abs(step) < 1e-8) return next;
        x = next > low && next < high ? next : std::sqrt(low * high);
    }
    return x;
}

}  // namespace latent::detail
