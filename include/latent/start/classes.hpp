// What starts that part the observations into classes share: each is wholly in the component that its class is.
#pragma once

#include <functional>
#include <tuple>
#include <utility>
#include <vector>

#include "latent/model/mixture.hpp"
#include "latent/start/responsibilities.hpp"

namespace latent::detail {

/// What is known of a block, with room.component, the class of each of its observations.
template <class Scalar>
using ClassRoom = typename GaussianMixture<Diagonal, Scalar>::Posterior;

/// classify(first, x, room) writes the class, 0 … K − 1, of each observation of x, the first of which is number `first`, to
/// room.component. One type for all starts: what is made of the classes is compiled once a model.
template <class Scalar>
using Classify = std::function<void(Index, const Observations<Scalar>&, ClassRoom<Scalar>&)>;

/// Each observation is wholly in the component that its class is.
template <class Scalar>
struct OfClass {
    using Room = ClassRoom<Scalar>;
    Classify<Scalar> classify;
    std::vector<Index> component = {};  ///< of each class; none: its own number

    auto operator()(Index first, const Observations<Scalar>& x, Room& room) const {
        classify(first, x, room);
        return [&room, this](Index i, Index k) {
            const Index label = room.component[static_cast<std::size_t>(i)];
            return (component.empty() ? label : component[static_cast<std::size_t>(label)]) == k ? 1 : 0;
        };
    }
};

/// How much of the observations of a class (row) is known to come from a component (column).
struct Overlap {
    Eigen::MatrixXd count;
    static constexpr auto fields() { return std::tuple{&Overlap::count}; }
};

/// Which component each class is: where components of observations are known, those that have most of them in common, one
/// after the other; else its own number.
template <class Scalar, class Units, class X>
std::vector<Index> named_by_labels(const OfClass<Scalar>& classes, const Units& units, Index K,
                                   const X& execution) {
    if (agreed(execution, has_labels(units) ? 1 : 0) == 0) return {};
    Overlap overlap;
    execution.template reduction<Overlap, ClassRoom<Scalar>>()(
        slices_of(units, units.size()), [&](Overlap& sum) { sum.count.setZero(K, K); },
        [&](Overlap& sum, auto& room, Index u) {
            const auto& unit = units[u];
            const auto& x = observations_of(unit);
            const auto in = classes(units.first(u), x, room);
            for (Index i = 0; i < x.cols() && x.labels(); ++i)
                for (Index c = 0; c < K && x.labels()[i] >= 0; ++c)
                    sum.count(c, x.labels()[i]) += x.weight(i) * in(i, c);
        },
        overlap);
    std::vector<Index> component(static_cast<std::size_t>(K));
    for (Index pair = 0; pair < K; ++pair) {
        Index c = 0, k = 0;
        overlap.count.maxCoeff(&c, &k);
        component[static_cast<std::size_t>(c)] = k;
        overlap.count.row(c).setConstant(-1);  // taken
        overlap.count.col(k).setConstant(-1);
    }
    return component;
}

/// The model in which each observation is in the component of its class: see from_responsibilities.
template <class M, class Units, class X>
M from_classes(const char* start, const M& shape, const Units& units,
               const Classify<typename M::Scalar>& classify, std::uint64_t seed, const X& execution) {
    OfClass<typename M::Scalar> in{classify};
    in.component = named_by_labels(in, units, shape.size(), execution);
    return from_responsibilities(start, shape, units, beside_noise(shape, in), seed, execution);
}

}  // namespace latent::detail
