// The gamma density of mean one, Γ(a, a): what the families built on it share.
#pragma once

#include <cmath>

#include "latent/core/random.hpp"
#include "latent/emission/newton.hpp"
#include "latent/emission/special_functions.hpp"

namespace latent::detail {

/// c(a) = a log a − a − log Γ(a), so that log p(y) = c(a) − a (y − 1 − log y) − log y. Written so that no
/// digit is lost where a is large and y near one.
inline double unit_gamma_constant(double a) {
    return 0.5 * std::log(a / (2 * std::numbers::pi)) - stirling_remainder(a);
}

/// The maximiser of c(a) − a·excess, where `excess` ≥ 0 is a mean of y − 1 − log y: log a − ψ(a) = excess.
/// Kept within [least, largest]; the end `largest` stands for the infinite shape of excess 0. Newton's method
/// (start: Minka 2002, "Estimating a gamma distribution") on the equation's logarithm, nearly linear in log a.
inline double unit_gamma_shape(double excess, double least, double largest) {
    const auto equation = [&](double a) {
        const double difference = log_minus_digamma(a);
        return Slope{std::log(excess) - std::log(difference), (trigamma(a) - 1 / a) / difference};
    };
    if (!(excess > 0)) return largest;
    const double start = (3 - excess + std::sqrt((excess - 3) * (excess - 3) + 24 * excess)) / (12 * excess);
    return positive_root(equation, least, largest, start);
}

/// A draw of Γ(a, a) (Marsaglia & Tsang 2000, "A simple method for generating gamma variables"). It may
/// underflow to zero where a is below about 0.01.
inline double draw_unit_gamma(double a, Random& random) {
    const double d = (a < 1 ? a + 1 : a) - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    while (true) {
        const double z = random.normal(), root = 1 + c * z, v = root * root * root;
        if (!(v > 0 && std::log(1 - random.uniform()) < z * z / 2 + d * (1 - v + std::log(v)))) continue;
        return d * v / a * (a < 1 ? std::pow(1 - random.uniform(), 1 / a) : 1.0);
    }
}

}  // namespace latent::detail
