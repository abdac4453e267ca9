// Incomplete gamma and beta functions: the distribution functions of gamma, Poisson, t and negative binomial densities.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "latent/emission/special_functions.hpp"

namespace latent::detail {

/// What lies on the two sides of a point; they sum to one. The smaller one has a dozen digits, unless parameters below 1 make it
/// what is left of one.
struct Tails {
    double lower, upper;
};

/// log(1 + excess), given both, of which 1 + excess has the digits where it is small.
inline double log_near_one(double ratio, double excess) {
    return std::abs(excess) < 0.5 ? std::log1p(excess) : std::log(ratio);
}

/// The continued fraction 1/(b₀ + a₁/(b₁ + a₂/(b₂ + …))), term(n) → {a_n, b_n}, by the method of Lentz & Thompson (Thompson &
/// Barnett 1986, "Coulomb and Bessel functions of complex arguments and order").
template <class Term>
double continued_fraction(const Term& term) {
    constexpr double tiny = 1e-300, rounding = std::numeric_limits<double>::epsilon();
    const auto apart = [&](double value) { return std::abs(value) < tiny ? tiny : value; };
    double c = apart(term(0).second), d = 1 / c, fraction = d;
    c = 1 / tiny;
    for (int n = 1; n < 1'000'000'000; ++n) {
        const auto [a, b] = term(n);
        d = 1 / apart(b + a * d);
        c = apart(b + a / c);
        fraction *= c * d;
        if (std::abs(c * d - 1) <= rounding) break;
    }
    return fraction;
}

/// P(a, x) = γ(a, x)/Γ(a) and Q = 1 − P for a > 0 and x ≥ 0: the series below x = a + 1, the continued fraction above
/// (Abramowitz & Stegun 1964, 6.5.29, 6.5.31). Time: some √a terms.
inline Tails incomplete_gamma(double a, double x) {
    if (!(x > 0) || std::isinf(a)) return {0, 1};
    if (std::isinf(x)) return {1, 0};
    const double relative = (x - a) / a;  // log(xᵃ exp(−x) / Γ(a)), about its maximum
    const double density = std::exp(a * (log_near_one(x / a, relative) - relative) +
                                    0.5 * std::log(a / (2 * std::numbers::pi)) - stirling_remainder(a));
    if (x < a + 1) {
        double term = 1 / a, sum = term;
        for (double n = a + 1; term > sum * 1e-17; ++n) sum += term *= x / n;
        const double lower = std::min(1.0, density * sum);
        return {lower, 1 - lower};
    }
    const double upper =
        density * continued_fraction([&](int n) { return std::pair(n * (a - n), x + 2 * n + 1 - a); });
    return {1 - upper, upper};
}

/// I_x(a, b) for x no larger than the mean: the continued fraction of Didonato & Morris 1992, "Significant digit computation
/// of the incomplete beta function ratios", whose terms lose no digits near it and which converges fast on this side of it.
inline double incomplete_beta_below(double a, double b, double x, double y) {
    const double excess = b * x - a * y;  // log(xᵃ yᵇ / B(a, b)), about its maximum
    const double log_density = a * log_near_one(x + x * b / a, excess / a) +
                               b * log_near_one(y + y * a / b, -excess / b) +
                               0.5 * (std::log(a / (2 * std::numbers::pi)) - std::log1p(a / b)) +
                               stirling_remainder(a + b) - stirling_remainder(a) - stirling_remainder(b);
    const auto term = [&](int n) {
        if (n == 0) return std::pair(1.0, (1 - excess) / (1 + 1 / a));
        const double p = 1 + (n - 1) / a, s = a + 2 * n - 1, w = n * (b - n) * x;
        return std::pair(p * (p + b / a) * (a / s) * (a / s) * w * x,
                         n + w / s + (1 + n / a) / (1 + (2 * n + 1) / a) * (1 - excess + n * (1 + y)));
    };
    return std::min(1.0, std::exp(log_density) * continued_fraction(term));
}

/// I_x(a, b) and 1 − I_x(a, b) for a, b > 0, given x in [0, 1] and y = 1 − x, of which the smaller one must be exact. Time:
/// some √max(a, b) terms.
inline Tails incomplete_beta(double a, double b, double x, double y) {
    if (!(x > 0) || std::isinf(a)) return {0, 1};
    if (!(y > 0) || std::isinf(b)) return {1, 0};
    if (x > (a + 1) / (a + b + 2)) {
        const double upper = incomplete_beta_below(b, a, y, x);
        return {1 - upper, upper};
    }
    const double lower = incomplete_beta_below(a, b, x, y);
    return {lower, 1 - lower};
}

}  // namespace latent::detail
