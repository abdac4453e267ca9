// Where the density of a one-dimensional mixture is highest: its modes, and the regions of a given probability.
#pragma once

#include <algorithm>
#include <vector>

#include "latent/model/univariate.hpp"

namespace latent {

/// lower ≤ x ≤ upper, a piece of a region on the line.
struct Interval {
    double lower, upper;
};

namespace detail {

/// log p(x) of a one-dimensional mixture at one x after the other.
template <Emission E>
class LogDensity {
  public:
    using Scalar = typename E::Scalar;

    explicit LogDensity(const Mixture<E>& mixture) : mixture_(mixture) { x_.resize(1, 1); }

    double operator()(double x) {
        std::fill_n(x_.column(0), x_.padded(), static_cast<Scalar>(x));
        log_density(mixture_.emission(), x_, out_, room_);
        double top = -std::numeric_limits<double>::infinity();
        for (Index k = 0; k < mixture_.size(); ++k)
            if (mixture_.weights()(k) > 0) top = std::max(top, static_cast<double>(out_(0, k)));
        if (std::isinf(top)) return top;
        return top + std::log(weighted_sum(mixture_.weights(), [&](Index k) {
                   return std::exp(static_cast<double>(out_(0, k)) - top);
               }));
    }

  private:
    const Mixture<E>& mixture_;
    Panel<Scalar> x_, out_;
    RoomOf<E> room_;
};

struct TurningPoint {
    double x, log_density;
};

/// Where the components have mass: their quantiles at every eighth of a deviation from −8 to 8, which is all but 10⁻¹⁵ of it, and
/// fine enough for each of them to be seen.
template <Emission E>
std::vector<double> points_of_mass(const Mixture<E>& mixture) {
    std::vector<double> points;
    for (Index k = 0; k < mixture.size(); ++k)
        for (int step = -64; step <= 64 && mixture.weights()(k) > 0; ++step) {
            const double tail = std::erfc(std::abs(step) / 8.0 / std::numbers::sqrt2) / 2;
            points.push_back(least_double([&](double x) {
                const E& emission = mixture.emission();
                return step <= 0 ? emission.cdf(k, x) >= tail : emission.survival(k, x) <= tail;
            }));
        }
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());
    return points;
}

/// Where f is largest in [low, high], in which it has one maximum: golden section.
template <class F>
double golden_maximum(F&& f, double low, double high) {
    constexpr double ratio = 0.61803398874989484820;
    const double enough = 1e-9 * (high - low);
    double a = high - ratio * (high - low), b = low + ratio * (high - low), fa = f(a), fb = f(b);
    while (a < b && high - low > enough) {
        if (fa >= fb) {
            high = b, b = a, fb = fa;
            fa = f(a = high - ratio * (high - low));
        } else {
            low = a, a = b, fa = fb;
            fb = f(b = low + ratio * (high - low));
        }
    }
    return fa >= fb ? a : b;
}

/// Points in increasing order between which the density is monotone: the ends, and all modes and antimodes between them.
template <Emission E>
std::vector<TurningPoint> turning_points(const Mixture<E>& mixture) {
    static_assert(!Discrete<E>, "latent: modes and highest_density_region are of continuous observations");
    LogDensity density(mixture);
    std::vector<TurningPoint> grid;
    for (const double x : points_of_mass(mixture)) grid.push_back({x, density(x)});
    std::vector<TurningPoint> result{grid.front()};
    for (std::size_t i = 1; i + 1 < grid.size(); ++i) {
        const double before = grid[i].log_density - grid[i - 1].log_density,
                     after = grid[i + 1].log_density - grid[i].log_density;
        const double up = before >= 0 && after < 0 ? 1 : before <= 0 && after > 0 ? -1 : 0;
        if (up == 0) continue;
        const double x =
            golden_maximum([&](double at) { return up * density(at); }, grid[i - 1].x, grid[i + 1].x);
        result.push_back({x, density(x)});
    }
    result.push_back(grid.back());
    return result;
}

/// Where the density is `level` or more.
template <Emission E>
std::vector<Interval> region_above(double level, const std::vector<TurningPoint>& points,
                                   LogDensity<E>& density) {
    std::vector<Interval> region;
    if (points.front().log_density >= level) region.push_back({points.front().x, points.back().x});
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        const TurningPoint &a = points[i], &b = points[i + 1];
        const bool inside = a.log_density >= level;
        if (inside == (b.log_density >= level)) continue;
        const double crossing =
            least_double([&](double x) { return (density(x) >= level) != inside; }, a.x, b.x);
        if (inside)
            region.back().upper = crossing;
        else
            region.push_back({crossing, points.back().x});
    }
    return region;
}

template <Emission E>
double probability_of(const std::vector<Interval>& region, const Mixture<E>& mixture) {
    double sum = 0;
    for (const auto& [lower, upper] : region) sum += cdf(mixture, upper) - cdf(mixture, lower);
    return sum;
}

}  // namespace detail

/// Where the density of a one-dimensional mixture has its local maxima, in increasing order, to about eight digits of a
/// deviation. Throws std::invalid_argument for more dimensions than one. Cost: see highest_density_region.
template <Emission E>
std::vector<double> modes(const Mixture<E>& mixture) {
    detail::require_univariate("modes", mixture);
    const std::vector<detail::TurningPoint> points = detail::turning_points(mixture);
    std::vector<double> result;
    for (std::size_t i = 0; i < points.size(); ++i)
        if ((i == 0 || points[i - 1].log_density < points[i].log_density) &&
            (i + 1 == points.size() || points[i + 1].log_density <= points[i].log_density))
            result.push_back(points[i].x);
    return result;
}

/// The smallest region that has the probability: {x : p(x) ≥ c} (Hyndman 1996, "Computing and graphing highest density
/// regions"), as intervals in increasing order; a density of two modes may have two. For continuous families WithDistribution
/// whose components have one mode each. Throws std::invalid_argument unless 0 < probability < 1, and for more dimensions than
/// one. Cost: some thousand densities and distribution functions a component.
template <Emission E>
std::vector<Interval> highest_density_region(const Mixture<E>& mixture, double probability) {
    detail::require_univariate("highest_density_region", mixture);
    detail::require(probability > 0 && probability < 1, "latent::highest_density_region: probability is ",
                    probability, ", expected a number between 0 and 1");
    const std::vector<detail::TurningPoint> points = detail::turning_points(mixture);
    detail::LogDensity density(mixture);
    const auto order = [](const auto& a, const auto& b) { return a.log_density < b.log_density; };
    const auto [lowest, highest] = std::minmax_element(points.begin(), points.end(), order);
    const double level = detail::least_double(
        [&](double at) {
            return detail::probability_of(detail::region_above(at, points, density), mixture) <= probability;
        },
        lowest->log_density, highest->log_density);
    return detail::region_above(level, points, density);
}

}  // namespace latent
