// Several convergence criteria at once.
#pragma once

#include <tuple>

#include "latent/core/concepts.hpp"

namespace latent {

/// Converged as soon as one of the criteria is: `AnyOf{Aitken{}, RelativeChange{1e-14}}`.
template <Convergence... Criteria>
struct AnyOf {
    std::tuple<Criteria...> criteria;  ///< asked in this order

    explicit constexpr AnyOf(Criteria... c) : criteria(c...) {}

    void check() const {
        std::apply([](const auto&... c) { (detail::check(c), ...); }, criteria);
    }

    bool operator()(const Progress& p) const {
        return std::apply([&](const auto&... c) { return (c(p) || ...); }, criteria);
    }
};

}  // namespace latent
