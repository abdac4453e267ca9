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
    /// How many have weight.
    Index counted(Index d) const {
        if (weights.empty()) return static_cast<Index>(values.size()) / d;
        return std::count_if(weights.begin(), weights.end(), [](double weight) { return weight > 0; });
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

/// The observations that are `sampled`, in their order, whatever the execution. One pass over the data; memory: the
/// sample, twice.
template <class Scalar, class Units, class X>
Sample<Scalar> take_sample(const Units& units, const Sampled& sampled, const X& execution) {
    const Index before = detail::before(execution, units.cols());
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

/// The observations that are `sampled`; where by chance fewer than `least` of them have weight, `sampled` becomes more and more of the
/// data, those from before among them, until so many have, or it is all.
template <class Scalar, class Units, class X>
Sample<Scalar> draw_sample(const Units& units, Sampled& sampled, Index least, const X& execution) {
    const Index d = agreed(execution, units.rows());
    auto sample = take_sample<Scalar>(units, sampled, execution);
    while (sampled.share < 1 && sample.counted(d) < least) {
        sampled.share *= 4;
        sample = take_sample<Scalar>(units, sampled, execution);
    }
    return sample;
}

/// About `most` of the observations, each drawn with the same chance, by its number alone, but no fewer than `least` that have
/// weight; all of them where there are no more.
template <class Scalar, class Units, class X>
Sample<Scalar> draw_sample(const Units& units, Index most, Index least, std::uint64_t seed,
                           const X& execution) {
    Sampled sampled(total(execution, units.cols()), most, seed);
    return draw_sample<Scalar>(units, sampled, least, execution);
}

}  // namespace latent::detail
