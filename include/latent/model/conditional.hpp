// What a mixture says of some columns, alone or where others are known.
#pragma once

#include <vector>

#include "latent/model/mixture.hpp"
#include "latent/model/regression.hpp"

namespace latent {

/// The mixture of these columns alone, in this order: Σ_k w_k p(x_columns | k). Throws std::invalid_argument unless they are
/// different ones of 0 … d − 1, at least one.
template <Emission E>
auto marginal(const Mixture<E>& mixture, const std::vector<Index>& columns) {
    static_assert(Conditionable<E>,
                  "latent: marginal needs an emission that is Conditionable, such as Gaussian");
    return Mixture(mixture.weights(), mixture.emission().marginal(columns));
}

/// The mixture of the other columns, in increasing order, where these have the values: its weights are w_k p(values | k) over
/// their sum, taken as logarithms, so that values may lie far out of all components. Its components have the structure of the
/// mixture's own where parts of the dimensions keep it; those of a Tied Student-t are Full, for each has a scale of its own. Throws std::invalid_argument where
/// marginal does, where no column is left, and where the values are not as many finite numbers.
template <Emission E>
auto conditional(const Mixture<E>& mixture, const std::vector<Index>& columns,
                 const Eigen::VectorXd& values) {
    detail::require_dimensions("conditional", columns, mixture.dimension());
    std::vector<Index> sorted = columns;
    std::sort(sorted.begin(), sorted.end());
    const std::vector<Index> rest = detail::others(sorted, mixture.dimension());
    detail::require(!rest.empty(), "latent::conditional: all ", mixture.dimension(),
                    " columns are given, expected fewer");
    return Regression(mixture, rest, columns).conditional(values);
}

}  // namespace latent
