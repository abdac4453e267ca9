// Observations and their weights as statistics, for M-steps that nothing smaller is sufficient for.
#pragma once

#include <algorithm>
#include <numeric>
#include <tuple>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/data/panel.hpp"

namespace latent {

/// m distinct observations of d numbers, in order, and what each of them weighs in each of K components: what is sufficient
/// for any family, and for those that have no sufficient statistics of fixed size all that is. An Additive that is joined:
/// the sum of two holds the observations of both, and what is in both once, with the sum of its weights. So weights are copies,
/// the order of the data is free, and statistics that are blended for ever (Stepwise) have no more observations than the data.
///
/// Memory: d + K numbers for each distinct observation. Time: n log n comparisons for n observations.
struct WeightedSample {
    std::vector<double> weight;  ///< K × m; add adds them and scale scales them
    std::vector<double> value;   ///< d × m
    Index dimension = 0;         ///< d
    Index components = 0;        ///< K
    Index sorted = 0;            ///< how many of the first are distinct and in order; all of them after join

    static constexpr auto fields() { return std::tuple{&WeightedSample::weight}; }
    /// All of its members, see Archivable.
    static constexpr auto members() {
        using S = WeightedSample;
        return std::tuple{&S::weight, &S::value, &S::dimension, &S::components, &S::sorted};
    }

    /// m.
    Index size() const { return dimension > 0 ? std::ssize(value) / dimension : 0; }
    /// d × m.
    Eigen::Map<const Eigen::MatrixXd> observations() const { return {value.data(), dimension, size()}; }
    /// K × m.
    Eigen::Map<const Eigen::MatrixXd> weights() const { return {weight.data(), components, size()}; }

    /// None, of d dimensions and K components.
    void reset(Index d, Index K) {
        weight.clear(), value.clear();
        dimension = d, components = K, sorted = 0;
    }
    /// Adds those of a panel, n × d, that have a weight in r, n × K. They are put in order when they are as many as those
    /// that are, so that it costs no more to add many blocks than one.
    template <class Scalar>
    void append(const Panel<Scalar>& x, const Panel<Scalar>& r) {
        for (Index i = 0; i < x.size(); ++i) {
            Index k = 0;
            while (k < components && r(i, k) == 0) ++k;
            if (k == components) continue;
            for (Index j = 0; j < dimension; ++j) value.push_back(static_cast<double>(x(i, j)));
            for (k = 0; k < components; ++k) weight.push_back(static_cast<double>(r(i, k)));
        }
        if (size() > 2 * sorted + 4096) sort();
    }
    /// Adds all of another sample. Throws std::invalid_argument where d or K differ.
    void join(const WeightedSample& from) {
        if (dimension == 0) reset(from.dimension, from.components);
        detail::require(from.dimension == dimension && from.components == components,
                        "latent::WeightedSample: observations of d = ", from.dimension,
                        " and K = ", from.components, " join those of d = ", dimension,
                        " and K = ", components);
        value.reserve(value.size() + from.value.size());  // `from` may be this one
        weight.reserve(weight.size() + from.weight.size());
        std::copy_n(from.value.begin(), from.value.size(), std::back_inserter(value));
        std::copy_n(from.weight.begin(), from.weight.size(), std::back_inserter(weight));
        sort();
    }

  private:
    /// All in order, each once.
    void sort() {
        std::vector<Index> order(static_cast<std::size_t>(size()));
        std::iota(order.begin(), order.end(), Index{0});
        const auto less = [&](Index a, Index b) {
            const double *x = value.data() + a * dimension, *y = value.data() + b * dimension;
            return std::lexicographical_compare(x, x + dimension, y, y + dimension);
        };
        const auto tail = order.begin() + sorted;
        if (!std::is_sorted(tail, order.end(), less)) std::stable_sort(tail, order.end(), less);
        std::inplace_merge(order.begin(), tail, order.end(), less);
        take(order, less);
    }
    /// Those of the given order, of which those that are not less than the one before are the same.
    template <class Less>
    void take(const std::vector<Index>& order, const Less& less) {
        std::vector<double> values, weights;
        values.reserve(value.size()), weights.reserve(weight.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            const double *x = value.data() + order[i] * dimension, *w = weight.data() + order[i] * components;
            if (i > 0 && !less(order[i - 1], order[i])) {
                double* last = weights.data() + (std::ssize(weights) - components);
                for (Index k = 0; k < components; ++k) last[k] += w[k];
            } else {
                values.insert(values.end(), x, x + dimension);
                weights.insert(weights.end(), w, w + components);
            }
        }
        value = std::move(values), weight = std::move(weights);
        sorted = size();
    }
};

}  // namespace latent
