// Densities of large counts about their means, which lose no digits.
#pragma once

#include <cmath>
#include <limits>
#include <numbers>

#include "latent/emission/panel_columns.hpp"
#include "latent/emission/special_functions.hpp"

namespace latent::detail {

/// log x! − (x log x − x) of a count, 0 for 0 (infinite for what is below or NaN: no count has it).
inline double factorial_remainder(double x) {
    if (!(x >= 0)) return std::numeric_limits<double>::infinity();
    return x > 0 ? 0.5 * std::log(2 * std::numbers::pi * x) + stirling_remainder(x) : 0;
}

/// x log(x/m) + m − x ≥ 0: how far a count x is from its mean m. No digit is lost where they are large and close.
inline double count_deviance(double x, double m) {
    if (!(x > 0)) return m;
    const double relative = (m - x) / x;
    return m - x - x * (std::abs(relative) < 0.5 ? std::log1p(relative) : std::log(m / x));
}

/// Counts from here on are large: what is linear in them cancels with their factorials, and 1e-11 is lost.
inline constexpr int large_count = 8192;

/// Densities out(i, k) of the observations with a large count, anew, by Stirling's formula about the means (Loader
/// 2000, "Fast and accurate computation of binomial probabilities"): log p = rest_i − Σ_j (r(x_ij) + D(x_ij, scale_i
/// m_jk)), r being factorial_remainder, D count_deviance, and m the means, d × K. `of`(i) → {rest, scale}. Time K·d
/// logarithms for such an observation.
template <class Scalar, class Of>
void large_count_densities(const Panel<Scalar>& x, const Eigen::MatrixXd& means, const Of& of,
                           Panel<Scalar>& out) {
    bool any = false;
    for (Index j = 0; j < x.columns(); ++j) any |= values(x, j).maxCoeff() >= large_count;
    const auto large = [&](Index i) {
        for (Index j = 0; j < x.columns(); ++j)
            if (x(i, j) >= large_count) return true;
        return false;
    };
    for (Index i = 0; any && i < x.size(); ++i) {
        if (!large(i)) continue;
        auto [rest, scale] = of(i);
        for (Index j = 0; j < x.columns(); ++j) rest -= factorial_remainder(static_cast<double>(x(i, j)));
        for (Index k = 0; k < out.columns(); ++k) {
            double total = rest;
            for (Index j = 0; j < x.columns(); ++j)
                total -= count_deviance(static_cast<double>(x(i, j)), scale * means(j, k));
            out(i, k) = static_cast<Scalar>(total);
        }
    }
}

}  // namespace latent::detail
