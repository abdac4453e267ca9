// The property of units that carry weights: a weight of w is w copies.
#pragma once

#include "latent/check/model_trial.hpp"
#include "latent/data/sequence_blocks.hpp"

namespace latent::detail {

/// A unit whose independent parts have weights of their own: not defined for what carries none.
template <class Unit>
struct WeightedParts;

/// Of a block of observations, each of them.
template <class Scalar>
struct WeightedParts<Observations<Scalar>> {
    using Unit = Observations<Scalar>;
    static Index count(const Unit& x) { return x.cols(); }
    static Unit part(const Unit& x, Index i) { return x.middle(i, 1).with_weights(nullptr); }

    WeightedParts(const Unit& x, std::vector<double> each)
        : weights(std::move(each)), unit(x.with_weights(weights.data())) {}

    std::vector<double> weights;
    Unit unit;
};

/// Of a block of sequences, each sequence.
template <class Scalar>
struct WeightedParts<SequenceBlock<Scalar>> {
    using Unit = SequenceBlock<Scalar>;
    static Index count(const Unit& x) { return x.size(); }
    static Unit part(const Unit& x, Index i) { return x.sequence(i).unweighted(); }

    WeightedParts(const Unit& x, const std::vector<double>& each)
        : weights(of_steps(x, each)), ends(ends_of(x)), unit(x.all().with_weights(weights.data()), ends) {}

    std::vector<double> weights;  // of steps
    std::vector<Index> ends;
    Unit unit;

  private:
    static std::vector<double> of_steps(const Unit& x, const std::vector<double>& each) {
        std::vector<double> steps;
        for (Index i = 0; i < x.size(); ++i)
            steps.insert(steps.end(), static_cast<std::size_t>(x.length(i)),
                         each[static_cast<std::size_t>(i)]);
        return steps;
    }
    static std::vector<Index> ends_of(const Unit& x) {
        std::vector<Index> ends;
        for (Index i = 0; i <= x.size(); ++i) ends.push_back(x.first(i));
        return ends;
    }
};

template <class Unit>
concept Weighable = requires(const Unit& x) {
    WeightedParts<Unit>::count(x);
};

template <class T>
std::string weights_are_copies(const T& t) {
    using Parts = WeightedParts<typename T::Unit>;
    Random random(5);
    typename T::Posterior q;
    for (Index i = 0; i < std::min<Index>(t.size(), 16); ++i) {
        const auto& x = t.unit(i);
        std::vector<double> weights;
        for (Index j = 0; j < Parts::count(x); ++j) weights.push_back(static_cast<double>(random.below(4)));
        const Parts weighted(x, weights);
        Expectation<typename T::Statistics> one{t.model.zero_statistics(), 0}, copies = one;
        one.objective = t.model.infer(weighted.unit, q);
        t.model.accumulate(weighted.unit, q, one.statistics);
        for (Index j = 0; j < Parts::count(x); ++j)
            for (double w = weights[static_cast<std::size_t>(j)]; w > 0; --w) {
                copies.objective += t.model.infer(Parts::part(x, j), q);
                t.model.accumulate(Parts::part(x, j), q, copies.statistics);
            }
        if (!near(one.objective, copies.objective, t.slack(copies.objective)))
            return text("of unit ", i, ", its parts weighted by 0 to 3, log p(x) is ", one.objective,
                        ", that of as many copies ", copies.objective);
        const std::string wrong = difference(one.statistics, copies.statistics, 500 * t.rounding);
        if (!wrong.empty())
            return text("of unit ", i, ", its parts weighted by 0 to 3, ", wrong, " as of as many copies");
    }
    return {};
}

}  // namespace latent::detail
