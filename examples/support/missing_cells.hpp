// Missing cells, where the emission can do without them.
#pragma once

#include <Eigen/Core>

#include "command_line.hpp"
#include "known_data.hpp"
#include "latent/core/concepts.hpp"
#include "latent/model/impute.hpp"

/// Throws std::invalid_argument where cells may be missing that the emission cannot do without.
template <class E>
void require_cells(const KnownData& data, const E& emission) {
    bool possible = false;
    if constexpr (latent::TakesMissing<E>) possible = emission.takes_missing();
    CommandLine::require(possible || !data.missing, "--missing: this emission needs all of its cells");
}

/// The observations x, which are the data, with their missing cells filled in; empty where none may be missing.
template <class Model, class Observations>
Eigen::MatrixXd imputed(const Model& model, const KnownData& data, const Observations& x) {
    if constexpr (latent::detail::Imputing<Model>)
        if (data.missing) return latent::impute(model, x).x;
    return {};
}
