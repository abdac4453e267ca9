// Robust scales: how large the data are, whatever a few of them are.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <vector>

#include "latent/core/observations_of.hpp"
#include "latent/core/processes.hpp"
#include "latent/core/sequential.hpp"
#include "latent/core/sort_few.hpp"
#include "latent/data/sample.hpp"

namespace latent::detail {

/// What gathers a little of the data: this process by itself, or all of them together.
template <class X>
decltype(auto) gathering(const X& execution) {
    if constexpr (Distributed<X>) {
        return (execution);
    } else {
        return Sequential{};
    }
}

/// About 256 of the observations, one at random from each of as many equal parts of the data, but for those without
/// weight: by their numbers alone, so the same on any execution, over processes, from a file or from memory. Of a source
/// only the blocks that hold one are read.
template <class Scalar, class Units, class X>
Sample<Scalar> draw_few(const Units& units, const X& execution) {
    const Index n = total(execution, units.cols()), before = detail::before(execution, units.cols());
    const Index parts = std::min<Index>(n, 256);
    const double length = static_cast<double>(n) / static_cast<double>(parts);
    const auto chosen = [&](Index part) {
        const double step = n == parts ? 0 : Random(0, static_cast<std::uint64_t>(part), 3).uniform();
        return static_cast<Index>((static_cast<double>(part) + step) * length);
    };
    Sample<Scalar> sample;
    gathering(execution).template reduction<Sample<Scalar>, char>()(
        Slices(units.size()), [](auto& sum) { sum.clear(); },
        [&](Sample<Scalar>& sum, char&, Index u) {
            const Index begin = before + units.first(u), end = before + units.first(u + 1);
            auto part = std::max<Index>(static_cast<Index>(static_cast<double>(begin) / length) - 1, 0);
            const auto number = [&](Index p) { return p < parts ? chosen(p) : end; };
            Index next = number(part);
            while (next < begin) next = number(++part);
            if (next >= end) return;
            const auto& unit = units[u];
            const auto& x = observations_of(unit);
            for (; next < end; next = number(++part))
                if (x.weight(next - begin) > 0) sum.append(x, next - begin);
        },
        sample);
    return sample;
}

/// Numbers of one dimension, with their weights; without any, each has the weight 1.
struct WeightedNumbers {
    std::vector<double> numbers, weights;
};

/// A number of the data that was drawn by lot: the least lots win.
struct DrawnNumber {
    double lot;
    Index observation;
    double number, weight;

    static constexpr auto members() {
        return std::tuple{&DrawnNumber::lot, &DrawnNumber::observation, &DrawnNumber::number,
                          &DrawnNumber::weight};
    }
    friend bool operator<(const DrawnNumber& a, const DrawnNumber& b) {
        return std::tie(a.lot, a.observation) < std::tie(b.lot, b.observation);
    }
};

/// Of each dimension the numbers that won, at most 256, as heaps with the largest lot in front. They are the same in
/// whatever order they come.
struct DrawnNumbers {
    std::vector<std::vector<DrawnNumber>> of_dimension;
    static constexpr auto members() { return std::tuple{&DrawnNumbers::of_dimension}; }

    void enter(Index j, const DrawnNumber& one) {
        auto& heap = of_dimension[static_cast<std::size_t>(j)];
        if (std::ssize(heap) == 256) {
            if (!(one < heap.front())) return;
            std::pop_heap(heap.begin(), heap.end());
            heap.pop_back();
        }
        heap.push_back(one);
        std::push_heap(heap.begin(), heap.end());
    }
};
inline void add(DrawnNumbers& into, const DrawnNumbers& from) {
    for (Index j = 0; j < std::ssize(from.of_dimension); ++j)
        for (const auto& one : from.of_dimension[static_cast<std::size_t>(j)]) into.enter(j, one);
}

/// At most 256 numbers of each of the d dimensions, drawn from all that are seen in observations of positive weight: by their
/// places in the data alone, in any execution. One pass over the data.
template <class Units, class X>
DrawnNumbers draw_numbers(const Units& units, Index d, const X& execution) {
    const Index before = detail::before(execution, units.cols());
    DrawnNumbers drawn;
    execution.template reduction<DrawnNumbers, char>()(
        Slices(units.size()),
        [&](DrawnNumbers& sum) { sum.of_dimension.assign(static_cast<std::size_t>(d), {}); },
        [&](DrawnNumbers& sum, char&, Index u) {
            const auto& unit = units[u];
            const auto& x = observations_of(unit);
            for (Index i = 0; i < x.cols(); ++i) {
                if (!(x.weight(i) > 0)) continue;
                const Index observation = before + units.first(u) + i;
                const double lot = Random(0, static_cast<std::uint64_t>(observation), 4).uniform();
                for (Index j = 0; j < d; ++j) {
                    const auto number = static_cast<double>(x(j, i));
                    if (!std::isnan(number)) sum.enter(j, {lot, observation, number, x.weight(i)});
                }
            }
        },
        drawn);
    return drawn;
}

/// At most 256 numbers of each dimension, seen in observations of positive weight, in their order. They are those of
/// draw_few; but where, for missing cells and weights of 0, these are less than 64 of a dimension, others are drawn from
/// what there is, at one pass over the data. None of a dimension only where there is none.
template <class Scalar, class Units, class X>
std::vector<WeightedNumbers> few_numbers(const Units& units, const X& execution) {
    const Index d = agreed(execution, units.rows());
    const Sample<Scalar> sample = draw_few<Scalar>(units, execution);
    const Observations<Scalar> x = sample.observations(d);
    std::vector<WeightedNumbers> few(static_cast<std::size_t>(d));
    const auto too_few = [](const WeightedNumbers& one) { return one.numbers.size() < 64; };
    for (Index j = 0; j < d; ++j) {
        auto& [numbers, weights] = few[static_cast<std::size_t>(j)];
        for (Index i = 0; i < x.cols(); ++i) {
            if (std::isnan(x(j, i))) continue;
            numbers.push_back(static_cast<double>(x(j, i)));
            if (x.weights()) weights.push_back(x.weight(i));
        }
    }
    if (total(execution, units.cols()) <= 256 || std::none_of(few.begin(), few.end(), too_few)) return few;

    auto drawn = draw_numbers(units, d, execution).of_dimension;
    for (Index j = 0; j < d; ++j) {
        if (!too_few(few[static_cast<std::size_t>(j)])) continue;
        auto& own = drawn[static_cast<std::size_t>(j)];
        std::sort(own.begin(), own.end(),
                  [](const auto& a, const auto& b) { return a.observation < b.observation; });
        few[static_cast<std::size_t>(j)] = {};
        for (const auto& one : own) {
            few[static_cast<std::size_t>(j)].numbers.push_back(one.number);
            few[static_cast<std::size_t>(j)].weights.push_back(one.weight);
        }
    }
    return few;
}

/// The deviation of some numbers, or four times their spacing where that is less. The spacing is the lower quartile of
/// the distances between neighbouring different numbers, times how many distances there are: of a normal or uniform
/// sample about the deviation, and the same whatever lies far out, or wherever groups of them lie. 0 where the numbers
/// are all the same but for rounding.
inline double robust_deviation(std::vector<double> x, const std::vector<double>& weights, double rounding) {
    double count = 0, mean = 0, variance = 0;
    const auto weight = [&](std::size_t i) { return weights.empty() ? 1.0 : weights[i]; };
    for (std::size_t i = 0; i < x.size(); ++i) count += weight(i);
    for (std::size_t i = 0; i < x.size(); ++i) mean += weight(i) / count * x[i];
    for (std::size_t i = 0; i < x.size(); ++i) variance += weight(i) / count * (x[i] - mean) * (x[i] - mean);
    const double deviation = std::sqrt(variance);
    if (!(deviation > rounding * std::abs(mean))) return 0;

    sort_few(x);
    const double typical = std::max(std::abs(x[x.size() / 4]), std::abs(x[3 * x.size() / 4]));
    std::vector<double> gaps;
    for (std::size_t i = 1; i < x.size(); ++i)
        if (x[i] > x[i - 1]) gaps.push_back(x[i] - x[i - 1]);
    if (gaps.empty()) return 0;
    const auto quartile = gaps.begin() + (std::ssize(gaps) - 1) / 4;
    std::nth_element(gaps.begin(), quartile, gaps.end());
    const double spacing = static_cast<double>(gaps.size()) * *quartile;
    const double digits = 8e3 * std::numeric_limits<double>::epsilon() * typical;
    return std::min(deviation, std::max(4 * spacing, digits));
}

/// Distances of the d coordinates to what is nearest; of parts of the data the lesser ones count.
struct LeastDistance {
    Eigen::VectorXd distance;
    static constexpr auto fields() { return std::tuple{&LeastDistance::distance}; }
};
inline void add(LeastDistance& into, const LeastDistance& from) {
    into.distance = into.distance.cwiseMin(from.distance);
}

/// The least distance from `value`, d numbers, of any other number among the observations of positive weight, in each
/// dimension; infinity where there is none. One pass over the data.
template <class Units, class X>
Eigen::VectorXd nearest_other(const Units& units, const Eigen::VectorXd& value, const X& execution) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    LeastDistance nearest;
    execution.template reduction<LeastDistance, char>()(
        Slices(units.size()), [&](LeastDistance& sum) { sum.distance.setConstant(value.size(), infinity); },
        [&](LeastDistance& sum, char&, Index u) {
            const auto& unit = units[u];
            const auto& x = observations_of(unit);
            for (Index i = 0; i < x.cols(); ++i)
                for (Index j = 0; j < value.size() && x.weight(i) > 0; ++j) {
                    const double distance = std::abs(static_cast<double>(x(j, i)) - value(j));
                    if (distance > 0) sum.distance(j) = std::min(sum.distance(j), distance);
                }
        },
        nearest);
    return nearest.distance;
}

/// A scale of each of the d dimensions of the data, in their units, that some outliers do not move: see
/// robust_deviation, of a few hundred of the observations. 0 where a dimension is constant. Time and memory: those few,
/// sorted; one pass over the data more where they are all the same, and one where most of them are missing or without
/// weight.
template <class Scalar, class Units, class X>
Eigen::VectorXd robust_scale(const Units& units, const X& execution) {
    const Index d = agreed(execution, units.rows());
    const auto few = few_numbers<Scalar>(units, execution);
    const double rounding = 2 * static_cast<double>(std::numeric_limits<Scalar>::epsilon());
    Eigen::VectorXd scale = Eigen::VectorXd::Zero(d), value = scale;
    for (Index j = 0; j < d; ++j) {
        const auto& [numbers, weights] = few[static_cast<std::size_t>(j)];
        if (numbers.empty()) continue;
        value(j) = numbers.front();
        scale(j) = robust_deviation(numbers, weights, rounding);
    }
    if ((scale.array() > 0).all() || total(execution, units.cols()) <= 256) return scale;
    const Eigen::VectorXd other = nearest_other(units, value, execution);
    for (Index j = 0; j < d; ++j)
        if (!(scale(j) > 0) && other(j) > rounding * std::abs(value(j)) && std::isfinite(other(j)))
            scale(j) = other(j);
    return scale;
}

}  // namespace latent::detail
