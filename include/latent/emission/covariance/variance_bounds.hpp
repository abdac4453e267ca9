// Variances that may differ by so much and no more.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "latent/core/types.hpp"

namespace latent::detail {

/// Between which all variances have to lie.
struct VarianceBounds {
    double least, largest;
};

/// −2 times what the bounded variances leave of the expected log-likelihood, of variances (of each component a vector) behind
/// each of which so many observations are.
inline double bounded_deviance(const std::vector<Eigen::VectorXd>& variances, const Eigen::VectorXd& counts,
                               const VarianceBounds& bounds) {
    double sum = 0;
    for (Index k = 0; k < counts.size(); ++k)
        for (const double own : variances[static_cast<std::size_t>(k)]) {
            const double bounded = std::clamp(own, bounds.least, bounds.largest);
            sum += counts(k) * (std::log(bounded) + own / bounded);
        }
    return sum;
}

/// The bounds m and ratio · m under which normal densities are most probable whose variances, without bounds, would be these: all
/// that are outside come to lie on them (Fritz, García-Escudero & Mayo-Iscar 2013, "A fast algorithm for robust constrained
/// clustering"). Between two of the places at which another variance leaves the bounds the best m is known; nothing where all
/// variances are within the ratio already. Time O(N²) of N variances.
inline std::optional<VarianceBounds> variance_bounds(const std::vector<Eigen::VectorXd>& variances,
                                                     const Eigen::VectorXd& counts, double ratio) {
    std::vector<double> places;
    for (const Eigen::VectorXd& own : variances)
        for (const double value : own)
            if (value > 0) places.insert(places.end(), {value, value / ratio});
    if (places.empty()) return {};
    std::sort(places.begin(), places.end());
    double least_variance = std::numeric_limits<double>::infinity();
    for (const Eigen::VectorXd& own : variances) least_variance = std::min(least_variance, own.minCoeff());
    if (places.back() <= ratio * least_variance) return {};

    std::optional<VarianceBounds> best;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i + 1 < places.size(); ++i) {
        const double middle = (places[i] + places[i + 1]) / 2;
        double sum = 0, count = 0;  // of those on the bounds, in units of m
        for (Index k = 0; k < counts.size(); ++k)
            for (const double own : variances[static_cast<std::size_t>(k)])
                if (own < middle || own > ratio * middle) {
                    sum += counts(k) * (own < middle ? own : own / ratio);
                    count += counts(k);
                }
        const double m = std::clamp(count > 0 ? sum / count : middle, places[i], places[i + 1]);
        const VarianceBounds bounds{m, ratio * m};
        const double deviance = bounded_deviance(variances, counts, bounds);
        if (!(deviance < least)) continue;
        least = deviance;
        best = bounds;
    }
    return best;
}

}  // namespace latent::detail
