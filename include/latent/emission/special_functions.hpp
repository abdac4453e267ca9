// Gamma and Bessel functions, in the forms that keep their digits in log-densities.
#pragma once

#include <cmath>
#include <initializer_list>
#include <numbers>

namespace latent::detail {

/// Σ_i c_i x^i.
inline double polynomial(double x, std::initializer_list<double> c) {
    double sum = 0;
    for (const double* next = c.end(); next != c.begin();) sum = sum * x + *--next;
    return sum;
}

// Gamma functions of x > 0: recurrences lead to x ≥ 10, where the asymptotic series (Abramowitz & Stegun
// 1964, 6.1.41, 6.3.18, 6.4.12) have all digits. Absolute errors are a few roundings of the larger of the
// value and 1.

/// Σ step(x) over x, x + 1, … below 10; x becomes the first number that is not.
template <class Step>
double climb(double& x, const Step& step) {
    double sum = 0;
    while (x < 10) {
        sum += step(x);
        x += 1;
    }
    return sum;
}

/// log Γ(x) − ((x − ½) log x − x + ½ log 2π): what Stirling's formula leaves out.
inline double stirling_remainder(double x) {
    const double sum = climb(x, [](double t) { return (t + 0.5) * std::log1p(1 / t) - 1; });
    const double y = 1 / x;
    return sum + y * polynomial(y * y, {1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188,
                                        -691.0 / 360360, 1.0 / 156});
}

/// log Γ(x). (std::lgamma writes a global variable, so threads must not share it.)
inline double log_gamma(double x) {
    constexpr double half_log_two_pi = 0.91893853320467274178;
    return (x - 0.5) * std::log(x) - x + half_log_two_pi + stirling_remainder(x);
}

/// log Γ(a + x) − log Γ(a) − x log a for a > 0, x ≥ 0; for whole x it is Σ_{j < x} log(1 + j/a). No digit is
/// lost where a is large and the two log-gammas are nearly the same.
inline double log_rising(double a, double x) {
    return (a + x - 0.5) * std::log1p(x / a) - x + stirling_remainder(a + x) - stirling_remainder(a);
}

/// log x − ψ(x) > 0, ψ = (log Γ)′. No digit is lost where x is large and the two are nearly the same.
inline double log_minus_digamma(double x) {
    const double sum = climb(x, [](double t) { return 1 / t - std::log1p(1 / t); });
    const double y = 1 / x;
    return sum + y / 2 +
           y * y *
               polynomial(y * y,
                          {1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12});
}

/// ψ(x).
inline double digamma(double x) { return std::log(x) - log_minus_digamma(x); }

/// ψ′(x).
inline double trigamma(double x) {
    const double sum = climb(x, [](double t) { return 1 / (t * t); });
    const double y = 1 / x;
    return sum + y * (1 + y / 2 +
                      y * y *
                          polynomial(y * y, {1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730,
                                             7.0 / 6}));
}

/// exp(−x) I_order(x), the modified Bessel function of the first kind, for order 0 or 1 and x ≥ 0: the power
/// series, whose terms are all positive, then the asymptotic one (Abramowitz & Stegun 1964, 9.6.10, 9.7.1).
/// (std::cyl_bessel_i overflows, and libc++ does not have it.)
inline double scaled_bessel_i(int order, double x) {
    constexpr double rounding = 1e-17;
    double term = 1, sum = 1;
    if (x < 25) {
        for (int m = 1; term > rounding * sum; ++m) sum += term *= x * x / (4 * m * (m + order));
        return std::exp(-x) * (order == 0 ? sum : sum * x / 2);
    }
    for (int m = 1; std::abs(term) > rounding; ++m)
        sum += term *= ((2 * m - 1) * (2 * m - 1) - 4 * order) / (8 * m * x);
    return sum / std::sqrt(2 * std::numbers::pi * x);
}

/// A(x) = I₁(x) / I₀(x), what it leaves to 1, and its derivative: each to rounding, though A comes close to 1.
struct BesselRatio {
    double ratio, gap, slope;
};
inline BesselRatio bessel_ratio(double x) {
    if (x < 25) {
        const double ratio = scaled_bessel_i(1, x) / scaled_bessel_i(0, x);
        return {ratio, 1 - ratio, x > 0 ? 1 - ratio / x - ratio * ratio : 0.5};
    }
    // The asymptotic series of I₀, that of I₀ − I₁, whose terms are all positive, and their derivatives by log x.
    double term = 1, i0 = 1, difference = 0, i0_slope = 0, difference_slope = 0;
    for (int m = 1; term > 1e-17; ++m) {
        term *= (2 * m - 1) * (2 * m - 1) / (8 * m * x);
        const double part = term * 4 * m / (2 * m - 1);
        i0 += term, i0_slope -= m * term;
        difference += part, difference_slope -= m * part;
    }
    const double gap = difference / i0;
    return {1 - gap, gap, (gap * i0_slope - difference_slope) / (i0 * x)};
}

}  // namespace latent::detail
