// The system matrix of a scanner with parallel beams.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "latent/data/sparse_projector.hpp"

namespace latent {

/// What a bin sees of a pixel: the area of it within half a unit of the bin's line, or the length of the line in it.
enum class Beam { strip, line };

namespace detail {

/// The shadow of a unit square on an axis at the angle θ: a trapezoid of area 1 about 0.
struct Shadow {
    double longer, shorter;  ///< |cos θ| and |sin θ|: a slope is as wide as the shorter

    explicit Shadow(double theta)
        : longer(std::max(std::abs(std::cos(theta)), std::abs(std::sin(theta)))),
          shorter(std::min(std::abs(std::cos(theta)), std::abs(std::sin(theta)))) {}

    double half() const { return (longer + shorter) / 2; }
    /// How much of the square's line at t from its centre lies within it.
    double height(double t) const {
        const double within = half() - std::abs(t);
        return within <= 0 ? 0 : within < shorter ? within / (shorter * longer) : 1 / longer;
    }
    /// The part of the square between the centre's line and that at t, negative for t < 0.
    double area(double t) const {
        const double slope = std::max(0.0, std::min(std::abs(t), half()) - (longer - shorter) / 2);
        const double all = std::min(std::abs(t), half()) / longer;
        return std::copysign(slope > 0 ? all - slope * slope / (2 * shorter * longer) : all, t);
    }
};

}  // namespace detail

/// A, angles·bins × size², of an image of size × size unit squares about the origin, pixel j = row·size + column with its
/// centre at (column − (size−1)/2, (size−1)/2 − row), seen at equal angles in bins one unit apart: ray i = angle·bins + bin is
/// about the line x cos θ + y sin θ = bin − (bins−1)/2, θ = (angle + ½)π / angles. Entries below 1e-12 are left out.
/// Throws std::invalid_argument where a number is not positive. Time and memory: angles · size² · 2 to 3 entries.
inline SystemMatrix parallel_beam(Index size, Index angles, Index bins, Beam beam = Beam::strip) {
    detail::require(size > 0 && angles > 0 && bins > 0, "latent::parallel_beam: size is ", size, ", angles ",
                    angles, " and bins ", bins, ", expected positive numbers");
    const double middle = static_cast<double>(size - 1) / 2, axis = static_cast<double>(bins - 1) / 2;
    const double reach = beam == Beam::strip ? 0.5 : 0;
    std::vector<Eigen::Triplet<double>> entries;
    entries.reserve(static_cast<std::size_t>(angles * size * size * 3));
    for (Index angle = 0; angle < angles; ++angle) {
        const double theta =
            (static_cast<double>(angle) + 0.5) * std::numbers::pi / static_cast<double>(angles);
        const detail::Shadow shadow(theta);
        for (Index j = 0; j < size * size; ++j) {
            const Index row = j / size;
            const double x = static_cast<double>(j % size) - middle, y = middle - static_cast<double>(row);
            const double at = x * std::cos(theta) + y * std::sin(theta) + axis;  // in bins
            const double width = shadow.half() + reach;
            const auto first = static_cast<Index>(std::max(0.0, std::ceil(at - width)));
            for (Index bin = first; bin < bins && static_cast<double>(bin) < at + width; ++bin) {
                const double t = static_cast<double>(bin) - at;
                const double seen =
                    beam == Beam::strip ? shadow.area(t + 0.5) - shadow.area(t - 0.5) : shadow.height(t);
                if (seen > 1e-12)
                    entries.emplace_back(static_cast<int>(angle * bins + bin), static_cast<int>(j), seen);
            }
        }
    }
    SystemMatrix matrix(angles * bins, size * size);
    matrix.setFromTriplets(entries.begin(), entries.end());
    return matrix;
}

}  // namespace latent
