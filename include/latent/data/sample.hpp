// A random sample of the observations, to begin with.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "latent/core/observations_of.hpp"
#include "latent/core/processes.hpp"
#include "latent/core/units.hpp"
#include "latent/data/observations.hpp"

namespace latent::detail {

/// Observations taken out of the data, one after the other, with their weights where there are any.
template <class Scalar>
struct Sample {
    std::vector<Scalar> values;   // d × n
    std::vector<double> weights;  // n, or none

    static constexpr auto fields() { return std::tuple{&Sample::values, &Sample::weights}; }

    void clear() { values.clear(), weights.clear(); }
    /// One more: observation i of x.
    void append(const Observations<Scalar>& x, Index i) {
        for (Index j = 0; j < x.rows(); ++j) values.push_back(x(j, i));
        if (x.weights()) weights.push_back(x.weight(i));
    }
    /// Must outlive the view. What is NaN in them was missing where they are from.
    Observations<Scalar> observations(Index d) const {
        const auto n = static_cast<Index>(values.size()) / d;
        const Observations<Scalar> all(values.data(), d, n, 1, d, weights.empty() ? nullptr : weights.data());
        const bool missing =
            std::any_of(values.begin(), values.end(), [](Scalar x) { return std::isnan(x); });
        return missing ? all.with_missing() : all;
    }
};

/// Samples of consecutive parts of the data are joined.
template <class Scalar>
void add(Sample<Scalar>& into, const Sample<Scalar>& from) {
    into.values.insert(into.values.end(), from.values.begin(), from.values.end());
    into.weights.insert(into.weights.end(), from.weights.begin(), from.weights.end());
}

/// Which of n observations are a sample of about `most`: each with the same chance, by its number alone; all where there are
/// no more.
struct Sampled {
    double share;
    std::uint64_t seed;

    Sampled(Index n, Index most, std::uint64_t random)
        : share(most > 0 ? static_cast<double>(most) / static_cast<double>(n) : 1.0), seed(random) {}
    bool operator()(Index number) const {
        return share >= 1 || Random(seed, static_cast<std::uint64_t>(number), 2).uniform() < share;
    }
};

/// About `most` of the observations, each drawn with the same chance, by its number alone; all of them where there are
/// no more. In their order, whatever the execution. One pass over the data; memory: the sample, twice.
template <class Scalar, class Units, class X>
Sample<Scalar> draw_sample(const Units& units, Index most, std::uint64_t seed, const X& execution) {
    const Index n = total(execution, units.cols()), before = detail::before(execution, units.cols());
    const Sampled sampled(n, most, seed);
    Sample<Scalar> sample;
    execution.template reduction<Sample<Scalar>, char>()(
        Slices(units.size()), [](auto& sum) { sum.clear(); },
        [&](Sample<Scalar>& sum, char&, Index u) {
            const auto& unit = units[u];
            const auto& x = observations_of(unit);
            for (Index i = 0; i < x.cols(); ++i)
                if (sampled(before + units.first(u) + i)) sum.append(x, i);
        },
        sample);
    return sample;
}

}  // namespace latent::detail
