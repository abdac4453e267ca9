// What the kit compares models by: statistics as one vector, and derivatives by finite differences.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "latent/estep/batch.hpp"
#include "latent/execution/sequential.hpp"

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

/// All numbers of some statistics, one after the other.
template <class S>
std::vector<double> flat(const S& statistics) {
    std::vector<double> all;
    latent::for_each_leaf([&](auto leaf) { all.insert(all.end(), leaf.begin(), leaf.end()); }, statistics);
    return all;
}

/// max |a_i − b_i|; infinite where the lengths differ.
inline double distance(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

/// The model whose coordinates are v.
template <class M>
M at(M model, const std::vector<double>& v) {
    model.from_vector(v);
    return model;
}

/// v with normal noise of the given deviation.
inline std::vector<double> disturbed(std::vector<double> v, double deviation, latent::Random& random) {
    for (double& value : v) value += deviation * random.normal();
    return v;
}

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
