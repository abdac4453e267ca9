// What the kit compares models by: statistics as one vector, and derivatives by finite differences.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "latent/check/model_trial.hpp"
#include "latent/core/sequential.hpp"
#include "latent/estep/batch.hpp"

namespace kit {

using latent::Index;

/// One exact, hard, tempered or random E-step of all units.
template <class Rule, class M, class Units>
auto expect(const Rule& rule, const M& model, const Units& units, int iteration = 0) {
    const latent::Batch<Rule> batch{rule};
    auto workspace = batch.workspace(model, units, latent::Sequential{});
    latent::Expectation<typename M::Statistics> expectation;
    batch(model, units, iteration, workspace, expectation);
    return expectation;
}

using latent::detail::at, latent::detail::distance, latent::detail::disturbed, latent::detail::flat;

/// ∂ f(model) / ∂ v_i at the model's own coordinates v, by central differences of the given step.
template <class M, class F>
std::vector<double> gradient(const M& model, const F& f, double step) {
    std::vector<double> v = model.to_vector(), result;
    for (double& value : v) {
        const double middle = value;
        value = middle + step;
        const double above = f(at(model, v));
        value = middle - step;
        const double below = f(at(model, v));
        value = middle;
        result.push_back((above - below) / (2 * step));
    }
    return result;
}

}  // namespace kit
