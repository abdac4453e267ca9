// Models with their components in another order: a fit's depends on its start, and two fits are compared in one order.
#pragma once

#include <algorithm>
#include <concepts>
#include <functional>
#include <numeric>
#include <vector>

#include "latent/chain/stationary_distribution.hpp"
#include "latent/core/concepts.hpp"
#include "latent/core/reordered.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"

namespace latent {

/// The model, mixture or hidden Markov, whose component i is component order[i] of this one; the same in all else. Of a model
/// with noise that stays the last. Throws std::invalid_argument unless the order is a permutation of 0 … K − 1.
template <Savable M>
M reordered(const M& model, const std::vector<Index>& order) {
    std::vector<Index> check = order;
    std::sort(check.begin(), check.end());
    std::vector<Index> all(static_cast<std::size_t>(model.size()));
    std::iota(all.begin(), all.end(), Index{0});
    detail::require(check == all, "latent::reordered: the order is no permutation of 0 … ", model.size() - 1);
    return detail::reorder(model, order, SavedAs::components);
}

namespace detail {

template <class E>
Eigen::VectorXd component_weights(const Mixture<E>& model) {
    return model.weights();
}
template <class E>
Eigen::VectorXd component_weights(const HiddenMarkovModel<E>& model) {
    return stationary_distribution(model.transition());
}

}  // namespace detail

/// By what components are ordered.
enum class By {
    weight,  ///< the largest first: mixture weights, or the stationary probabilities of states
    mean,    ///< the smallest first, by the first dimension in which they differ
};

/// The model with its components (without noise, which stays the last) in ascending order of key(k), ties as they were.
template <Savable M, std::invocable<Index> Key>
M sorted(const M& model, const Key& key) {
    std::vector<Index> order(static_cast<std::size_t>(model.size()));
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.begin() + detail::components_of(model),
                     [&](Index a, Index b) { return key(a) < key(b); });
    return reordered(model, order);
}

/// In an order that any two fits share: `sorted(fit.model, By::weight)`. Means are asked only of a model that has them.
template <Savable M>
M sorted(const M& model, By by) {
    if (by == By::weight) {
        const Eigen::VectorXd weights = detail::component_weights(model);
        return sorted(model, [&](Index k) { return -weights(k); });
    }
    if constexpr (WithMeans<M>) {
        const Eigen::MatrixXd means = model.means();
        return sorted(model, [&](Index k) {
            const auto column = means.col(k);
            return std::vector<double>(column.begin(), column.end());
        });
    } else {
        throw std::invalid_argument("latent::sorted: the components of this model have no means");
    }
}

}  // namespace latent
