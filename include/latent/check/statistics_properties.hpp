// Properties of a model's statistics: a monoid, to which each unit adds its own.
#pragma once

#include "latent/check/model_trial.hpp"

namespace latent::detail {

/// What is wrong, in a sentence; nothing where the property holds. So all properties are written.
template <class T>
std::string zero_is_empty(const T& t) {
    const std::vector<double> zero = detail::flat(t.model.zero_statistics());
    for (std::size_t i = 0; i < zero.size(); ++i)
        if (zero[i] != 0)
            return text(place(t.here.statistics, i), " of zero_statistics() is ", zero[i], ", expected 0");
    auto sum = t.model.zero_statistics();
    latent::add(sum, t.here.statistics);
    return difference(sum, t.here.statistics, 0);
}

template <class T>
std::string reset_empties(const T& t) {
    auto s = t.here.statistics;
    reset(t.model, s);
    const std::string wrong = difference(s, t.model.zero_statistics(), 0);
    return wrong.empty() ? wrong : "after reset " + wrong;
}

/// With a posterior that another unit was inferred into, the same bits as with a fresh one.
template <class T>
std::string infer_repeats(const T& t) {
    typename T::Posterior used;
    for (Index i = 0; i < std::min<Index>(t.size(), 64); ++i) {
        typename T::Posterior fresh;
        const auto expected = t.expect_unit(i, fresh);
        t.expect_unit((i + 1) % t.size(), used);
        const auto again = t.expect_unit(i, used);
        if (again.objective != expected.objective)
            return text("unit ", i, " has log p(x) = ", expected.objective, " with a fresh posterior, but ",
                        again.objective, " with one that another unit was inferred into");
        const std::string wrong = difference(again.statistics, expected.statistics, 0);
        if (!wrong.empty())
            return text("of unit ", i,
                        ", inferred into a posterior that another unit was inferred into: ", wrong,
                        " as with a fresh posterior");
    }
    return {};
}

template <class T>
std::string accumulate_adds(const T& t) {
    typename T::Posterior q;
    const auto& x = t.unit(0);
    t.model.infer(x, q);
    auto once = t.model.zero_statistics();
    t.model.accumulate(x, q, once);
    auto twice = once;
    t.model.accumulate(x, q, twice);
    latent::add(once, typename T::Statistics(once));
    const std::string wrong = difference(twice, once, 4500 * t.exact);
    return wrong.empty() ? wrong : text("after unit 0 was accumulated twice ", wrong);
}

/// In the other order, by rounding alone another sum.
template <class T>
std::string order_is_free(const T& t) {
    auto sum = t.model.zero_statistics();
    typename T::Posterior q;
    for (Index i = t.size() - 1; i >= 0; --i) {
        const auto& x = t.unit(i);
        t.model.infer(x, q);
        t.model.accumulate(x, q, sum);
    }
    const std::string wrong = difference(sum, t.here.statistics, 4500 * t.exact);
    return wrong.empty() ? wrong : "summed from the last unit to the first, " + wrong;
}

/// Units dealt out to three sums, which are then added.
template <class T>
std::string shards_merge(const T& t) {
    auto sum = t.expect(t.model, T::soft, 0, 3).statistics;
    for (const Index first : {1, 2}) latent::add(sum, t.expect(t.model, T::soft, first, 3).statistics);
    const std::string wrong = difference(sum, t.here.statistics, 4500 * t.exact);
    return wrong.empty() ? wrong : "of three parts of the units, added, " + wrong;
}

}  // namespace latent::detail
