// What is known of observations besides their values: weights, cells that are missing, components that are known or likely.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "latent/core/checks.hpp"
#include "latent/core/observations_of.hpp"
#include "latent/data/panel.hpp"
#include "latent/data/source.hpp"

namespace latent {

// Whatever takes observations takes these: mixtures and hidden Markov models, fits, starts and queries. They can be combined,
// `labelled(with_missing(x), labels)`, and cut into sequences, `Sequences(with_missing(x), lengths)`. All are views of what
// they are given, which must outlive them: observations in memory, or a data source, beside which labels are in memory.

namespace detail {

/// What can be annotated, as a view of its own numbers: Observations, or a SourceView of a data source.
template <class V>
V as_observations(const Annotated<V>& x) {
    return static_cast<const V&>(x);
}
template <DataSource Source>
SourceView<Source> as_observations(const Source& x) {
    return x;
}
template <class Derived>
Observations<typename Derived::Scalar> as_observations(const Eigen::DenseBase<Derived>& x) {
    return x;
}
template <class Scalar>
Observations<Scalar> as_observations(const std::vector<Scalar>& x) {
    return x;
}
template <class S, int R, int C, int O, int MR, int MC>
void as_observations(const Eigen::Matrix<S, R, C, O, MR, MC>&&) = delete;  // the view would dangle
template <class Scalar>
void as_observations(const std::vector<Scalar>&&) = delete;  // the view would dangle
template <DataSource Source>
void as_observations(const Source&&) = delete;  // the view would dangle

template <class X>
concept SeenAsObservations = ObservationView<decltype(as_observations(std::declval<X>()))>;

}  // namespace detail

/// The observations x (a matrix d × n, a vector in one dimension, a data source, or a view of them) with n weights w ≥ 0:
/// weight w counts as w copies. A view of both, which must outlive it.
/// Throws std::invalid_argument unless there is one weight an observation.
template <detail::SeenAsObservations X>
auto weighted(X&& x, const Eigen::VectorXd& w) {
    const auto seen = detail::as_observations(std::forward<X>(x));
    detail::require(w.size() == seen.cols(), "latent::weighted: ", w.size(), " weights given for ",
                    seen.cols(), " observations");
    return seen.with_weights(w.data());
}
template <class X>
void weighted(X&&, const Eigen::VectorXd&&) = delete;  // the view would dangle

/// The observations x in which a NaN is a missing cell: a value that was not seen, for reasons that have nothing to do with
/// what it was (missing at random; Rubin 1976, "Inference and missing data"). It is integrated out of the likelihood, which
/// is that of the cells that were seen. Elsewhere a NaN is an error. A model whose emission cannot do without a cell refuses
/// such data.
template <detail::SeenAsObservations X>
auto with_missing(X&& x) {
    return detail::as_observations(std::forward<X>(x)).with_missing();
}

/// The observations x of which component (of a mixture) or state (of a hidden Markov model) some come from is known:
/// labels[i] in 0 … K − 1, or −1 where it is not. A known one contributes log(w_k p(x_i | k)) to the log-likelihood, and all
/// of its responsibility to its component. With all of them known a fit is the closed form, after one iteration.
/// Throws std::invalid_argument unless there is one label ≥ −1 an observation; a fit, where one is K or more.
template <detail::SeenAsObservations X>
auto labelled(X&& x, const std::vector<Index>& labels) {
    const auto seen = detail::as_observations(std::forward<X>(x));
    detail::require(std::ssize(labels) == seen.cols(), "latent::labelled: ", labels.size(),
                    " labels given for ", seen.cols(), " observations");
    for (std::size_t i = 0; i < labels.size(); ++i)
        detail::require(labels[i] >= -1, "latent::labelled: labels[", i, "] is ", labels[i],
                        ", expected −1 (unknown) or a component, 0, 1, …");
    return seen.with_labels(labels.data());
}
template <detail::SeenAsObservations X>
void labelled(X&& x, const std::vector<Index>&& labels) = delete;  // the view would dangle

/// Somebody's knowledge of the components, K × n: probabilities(k, i) that observation i comes from component k, before its
/// value is seen. Its columns are positive factors, of which only the ratios within one matter to the components; the
/// log-likelihood is Σ_i log Σ_k w_k probabilities(k, i) p(x_i | k).
class ComponentPrior {
  public:
    /// Throws std::invalid_argument where one is negative or no finite number, or a column is 0.
    explicit ComponentPrior(Eigen::MatrixXd probabilities) : logs_(std::move(probabilities)) {
        for (Index i = 0; i < logs_.cols(); ++i) {
            double total = 0;
            for (double& p : logs_.col(i)) {
                detail::require(std::isfinite(p) && p >= 0, "latent::ComponentPrior: observation ", i,
                                " has a probability of ", p, ", expected a finite number ≥ 0");
                total += p;
                p = std::log(p);
            }
            detail::require(total > 0, "latent::ComponentPrior: observation ", i,
                            " has the probability 0 for all components");
        }
    }
    /// log probabilities, K × n.
    const Eigen::MatrixXd& logs() const { return logs_; }

  private:
    Eigen::MatrixXd logs_;
};

/// The observations x with a prior probability for each observation and component. Throws std::invalid_argument unless the
/// prior has one column an observation; a fit, unless it has one row a component.
template <detail::SeenAsObservations X>
auto with_prior(X&& x, const ComponentPrior& prior) {
    const auto seen = detail::as_observations(std::forward<X>(x));
    detail::require(prior.logs().cols() == seen.cols(), "latent::with_prior: the prior has ",
                    prior.logs().cols(), " columns for ", seen.cols(), " observations");
    return seen.with_log_prior(prior.logs().data(), prior.logs().rows());
}
template <detail::SeenAsObservations X>
void with_prior(X&& x, const ComponentPrior&& prior) = delete;  // the view would dangle

namespace detail {

/// Throws std::invalid_argument, in the owner's name, where what is known of the components is not about K of them.
template <class Scalar>
void require_known(const char* owner, const Observations<Scalar>& x, Index K) {
    if (x.labels())
        for (Index i = 0; i < x.cols(); ++i)
            require(x.labels()[i] < K, "latent::", owner, ": the label of observation ", x.number(i), " is ",
                    x.labels()[i], ", expected −1 … ", K - 1);
    if (x.log_prior())
        require(x.prior_components() == K, "latent::", owner, ": the observations' prior is of ",
                x.prior_components(), " components, expected ", K);
}

/// Whether components are known of the units, without a look at them.
template <class Units>
bool has_labels(const Units& units) {
    if constexpr (WithObservations<Units>)
        return units.all().labels() != nullptr;
    else
        return false;
}

/// log p(x_i | k) := log p(x_i, what is known of its component | k), for row i of a panel n × K whose observation is
/// number source(i) of x.
template <class Scalar, class Number, class Source>
void add_known(const Observations<Scalar>& x, Panel<Number>& log_density, const Source& source) {
    for (Index row = 0; row < log_density.size(); ++row) {
        const Index i = source(row);
        const Index label = x.labels() ? x.labels()[i] : -1;
        for (Index k = 0; k < log_density.columns(); ++k) {
            Number& value = log_density(row, k);
            if (label >= 0 && label != k) value = -std::numeric_limits<Number>::infinity();
            if (x.log_prior()) value += static_cast<Number>(x.log_prior()[i * x.prior_components() + k]);
        }
    }
}

/// Some observations, in some order, with all that is known of them; owns its memory.
template <class Scalar>
struct Picked {
    std::vector<Index> order;
    MatrixX<Scalar> x;
    std::vector<double> weights;
    std::vector<Index> labels;
    Eigen::MatrixXd log_prior;
    bool missing;

    Picked(const Observations<Scalar>& from, std::vector<Index> which)
        : order(std::move(which)), x(from.rows(), std::ssize(order)), missing(from.missing()) {
        for (Index to = 0; to < x.cols(); ++to) {
            const Index i = order[static_cast<std::size_t>(to)];
            for (Index j = 0; j < x.rows(); ++j) x(j, to) = from(j, i);
            if (from.weights()) weights.push_back(from.weight(i));
            if (from.labels()) labels.push_back(from.labels()[i]);
        }
        if (!from.log_prior()) return;
        log_prior.resize(from.prior_components(), x.cols());
        for (Index to = 0; to < x.cols(); ++to)
            std::copy_n(from.log_prior() + order[static_cast<std::size_t>(to)] * log_prior.rows(),
                        log_prior.rows(), log_prior.col(to).data());
    }

    /// A view of them, of which this is the memory; the first one's number.
    Observations<Scalar> observations(Index first = 0) const {
        const auto or_null = [](const auto& values) { return values.empty() ? nullptr : values.data(); };
        return Observations<Scalar>(x.data(), x.rows(), x.cols(), 1, x.rows(), or_null(weights), first)
            .with_missing(missing)
            .with_labels(or_null(labels))
            .with_log_prior(log_prior.size() > 0 ? log_prior.data() : nullptr, log_prior.rows());
    }
};

/// The observations so that those of which the same cells are seen stand together: blocks
/// are then of one pattern, as a rule. Without a missing cell these are they, complete. Memory: a copy of x. Time n·d + n log n.
template <class Scalar>
Observations<Scalar> by_pattern(const Observations<Scalar>& x) {
    if (!x.missing()) return x;
    const Index words = (x.rows() + 63) / 64;
    std::vector<std::uint64_t> seen(static_cast<std::size_t>(words * x.cols()), 0);
    bool any = false;
    for (Index i = 0; i < x.cols(); ++i)
        for (Index j = 0; j < x.rows(); ++j)
            if (std::isnan(x(j, i))) {
                seen[static_cast<std::size_t>(i * words + j / 64)] |= std::uint64_t{1} << (j % 64);
                any = true;
            }
    if (!any) return x.with_missing(false);
    std::vector<Index> order(static_cast<std::size_t>(x.cols()));
    std::iota(order.begin(), order.end(), Index{0});
    const auto pattern = [&](Index i) { return seen.begin() + i * words; };
    std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
        return std::lexicographical_compare(pattern(a), pattern(a) + words, pattern(b), pattern(b) + words);
    });
    const auto all = std::make_shared<const Picked<Scalar>>(x, std::move(order));
    return all->observations(x.number(0)).with_order(all->order.data()).held_by(all);
}

}  // namespace detail
}  // namespace latent
