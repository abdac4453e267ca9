// Mixture's longer members: queries first, then inference, then what changes the components.
#pragma once

#include "latent/core/bounded_distribution.hpp"
#include "latent/core/probability_blocks.hpp"
#include "latent/emission/component_counts.hpp"
#include "latent/model/mixture.hpp"

namespace latent {

// -------------------------------------------------------------------------------------------------- queries

template <class E>
template <class Sum, class Cut, class X, class Visit>
Sum Mixture<E>::sum_over(const Cut& blocks, const X& execution, const Visit& visit) const {
    detail::check_data(execution, blocks.cols(), [&] { require_shape(blocks.rows(), blocks.cols()); });
    Sum total{};
    execution.template reduction<Sum, Posterior>()(
        blocks.slices(), [](Sum& sum) { sum = {}; },
        [&](Sum& sum, Posterior& q, Index b) {
            const Unit block = blocks[b];
            check_block(block);
            visit(sum, blocks.first(b), block, q);
        },
        total);
    return total;
}

template <class E>
template <class Data, Execution X>
Eigen::MatrixXd Mixture<E>::predict_proba(const Data& x, const X& execution) const {
    const auto& blocks = detail::units_of(execution, *this, x);
    Eigen::MatrixXd result(size(), blocks.cols());
    for_each_block(blocks, execution, [&](const Unit& block, Posterior& q, const auto& place) {
        infer(block, q);
        for (Index i = 0; i < block.cols(); ++i)
            for (Index k = 0; k < size(); ++k)
                result(k, place(i)) = static_cast<double>(q.responsibilities(i, k));
    });
    return result;
}

template <class E>
template <class Data, Execution X>
std::vector<Index> Mixture<E>::predict(const Data& x, const X& execution) const {
    const auto& blocks = detail::units_of(execution, *this, x);
    std::vector<Index> result(static_cast<std::size_t>(blocks.cols()));
    for_each_block(blocks, execution, [&](const Unit& block, Posterior& q, const auto& place) {
        load(block, q);
        for (Index i = 0; i < block.cols(); ++i)
            result[static_cast<std::size_t>(place(i))] = most_probable(q, i);
    });
    return result;
}

template <class E>
template <class Data, Execution X>
Eigen::VectorXd Mixture<E>::score_samples(const Data& x, const X& execution) const {
    const auto& blocks = detail::units_of(execution, *this, x);
    Eigen::VectorXd result(blocks.cols());
    for_each_block(blocks, execution, [&](const Unit& block, Posterior& q, const auto& place) {
        load(block, q);
        q.log_sum.resize(static_cast<std::size_t>(block.cols()));
        detail::normalize(q.responsibilities, log_weights_.data(), q.log_sum.data());
        for (Index i = 0; i < block.cols(); ++i) result(place(i)) = q.log_sum[static_cast<std::size_t>(i)];
    });
    return result;
}

template <class E>
template <class Data, Execution X>
double Mixture<E>::score(const Data& x, const X& execution) const {
    return sum_over<double>(
        detail::units_of(execution, *this, x), execution,
        [&](double& sum, Index, const Unit& block, Posterior& q) { sum += infer(block, q); });
}

template <class E>
template <class Data, Execution X>
double Mixture<E>::icl(const Data& x, const X& execution) const {
    const auto& blocks = detail::units_of(execution, *this, x);
    const auto sum = sum_over<detail::Classification>(
        blocks, execution, [&](detail::Classification& s, Index, const Unit& block, Posterior& q) {
            s.log_likelihood += infer(block, q);
            for (Index i = 0; i < block.cols(); ++i) {
                Scalar most = q.responsibilities(i, 0);
                for (Index k = 1; k < size(); ++k) most = std::max(most, q.responsibilities(i, k));
                s.log_certainty += block.weight(i) * std::log(static_cast<double>(most));
            }
        });
    return Bic{}(sum.log_likelihood, static_cast<double>(parameters()),
                 detail::sum_of_weights(blocks, execution)) -
           2 * sum.log_certainty;
}

template <class E>
MatrixX<typename Mixture<E>::Scalar> Mixture<E>::sample(Index n, Random& random) const {
    std::vector<Index> labels;
    return sample(n, random, labels);
}
template <class E>
MatrixX<typename Mixture<E>::Scalar> Mixture<E>::sample(Index n, Random& random,
                                                        std::vector<Index>& labels) const {
    require_components();
    detail::require(n >= 0, "latent::Mixture::sample: n is ", n, ", expected at least 0");
    MatrixX<Scalar> x(dimension(), n);
    labels.clear();
    for (Index i = 0; i < n; ++i) {
        labels.push_back(random.categorical(weights_, size()));
        emission_.sample(labels.back(), random, x.col(i).data());
    }
    return x;
}

// ------------------------------------------------------------------------------------------------ inference

template <class E>
template <detail::CutInto<Observations<typename E::Scalar>> Cut>
void Mixture<E>::check(const Cut& x) const {
    detail::require(x.size() > 0, "latent::Mixture: there are no observations");
    require_shape(x.rows(), x.cols());
    double total = 0;
    bool informed = false;
    for (Index b = 0; b < x.size(); ++b) {
        const Unit block = x[b];
        check_block(block);
        total += checked_weight(block);
        informed = informed || block.informed();
    }
    detail::require(total > 0, "latent::Mixture: all weights are zero");
    detail::require(std::isfinite(total), "latent::Mixture: the weights add up to ", total,
                    ", expected a finite number: scale them");
    detail::require(size() == 1 || informed || !emission_.all_equal(), "latent::Mixture: all ", size(),
                    " components are identical, and EM could never part them: begin with a start, such as "
                    "KMeans{}(model, data)");
}

template <class E>
void Mixture<E>::check_block(const Unit& x) const {
    detail::require_cells("Mixture", emission_, x);
    detail::check_with(emission_, x);
    if (x.informed()) detail::require_known("Mixture", x, size());
}

/// Σ_i weight_i.
template <class E>
double Mixture<E>::checked_weight(const Unit& x) {
    if (!x.weights()) return static_cast<double>(x.cols());
    double total = 0;
    for (Index i = 0; i < x.cols(); ++i) {
        detail::require(std::isfinite(x.weight(i)) && x.weight(i) >= 0,
                        "latent::Mixture: the weight of observation ", x.number(i), " is ", x.weight(i),
                        ", expected a finite number ≥ 0");
        total += x.weight(i);
    }
    return total;
}

template <class E>
double Mixture<E>::normalize(const Unit& x, Posterior& q, const Eigen::VectorXd& log_weights) const {
    if (!x.weights()) return detail::normalize(q.responsibilities, log_weights.data());
    q.log_sum.resize(static_cast<std::size_t>(x.cols()));
    detail::normalize(q.responsibilities, log_weights.data(), q.log_sum.data());
    weigh(x, q);
    double total = 0;
    for (Index i = 0; i < x.cols(); ++i)
        if (x.weight(i) > 0) total += x.weight(i) * q.log_sum[static_cast<std::size_t>(i)];
    return total;
}

template <class E>
void Mixture<E>::weigh(const Unit& x, Posterior& q) {
    if (!x.weights()) return;
    const Panel<Scalar>& r = q.responsibilities;
    q.weighted.resize(r.size(), r.columns());
    for (Index k = 0; k < r.columns(); ++k) {
        for (Index i = 0; i < r.size(); ++i) q.weighted(i, k) = r(i, k) * static_cast<Scalar>(x.weight(i));
        std::fill(q.weighted.column(k) + r.size(), q.weighted.column(k) + r.padded(), Scalar(0));
    }
}

/// argmax_k w_k p(x_i | k) of a loaded block. A NaN counts as the largest, so that decode does not hide it.
template <class E>
Index Mixture<E>::most_probable(const Posterior& q, Index i) const {
    const auto log_joint = [&](Index k) { return q.responsibilities(i, k) + log_weights_(k); };
    Index best = 0;
    for (Index k = 1; k < size() && !std::isnan(log_joint(best)); ++k)
        if (!(log_joint(k) <= log_joint(best))) best = k;
    return best;
}

template <class E>
template <class Responsibility>
void Mixture<E>::set_posterior(const Unit& x, const Responsibility& r, Posterior& q) const {
    detail::pack(x, q.x);
    detail::prepare(emission_, q.x, q.room);
    assign(x, r, q);
}

template <class E>
template <class Responsibility>
void Mixture<E>::assign(const Unit& x, const Responsibility& r, Posterior& q) const {
    q.responsibilities.resize(x.cols(), size());
    for (Index k = 0; k < size(); ++k)
        for (Index i = 0; i < q.responsibilities.padded(); ++i)
            q.responsibilities(i, k) = i < x.cols() ? static_cast<Scalar>(r(i, k)) : Scalar(0);
    weigh(x, q);
}

template <class E>
double Mixture<E>::decode(const Unit& x, Posterior& q) const {
    load(x, q);
    double total = 0;
    q.component.resize(static_cast<std::size_t>(x.cols()));
    for (Index i = 0; i < x.cols(); ++i) {
        const Index k = most_probable(q, i);
        if (x.weight(i) > 0)
            total += x.weight(i) * (static_cast<double>(q.responsibilities(i, k)) + log_weights_(k));
        q.component[static_cast<std::size_t>(i)] = k;
    }
    assign_chosen(x, q);
    return total;
}

template <class E>
double Mixture<E>::sample(const Unit& x, Random& random, Posterior& q) const {
    const double total = infer(x, q);
    q.component.resize(static_cast<std::size_t>(x.cols()));
    for (Index i = 0; i < x.cols(); ++i)
        q.component[static_cast<std::size_t>(i)] =
            random.categorical([&](Index k) { return q.responsibilities(i, k); }, size());
    assign_chosen(x, q);
    return total;
}

/// All of an observation's responsibility to the component chosen for it.
template <class E>
void Mixture<E>::assign_chosen(const Unit& x, Posterior& q) const {
    assign(
        x, [&](Index i, Index k) { return q.component[static_cast<std::size_t>(i)] == k ? 1 : 0; }, q);
}

// ----------------------------------------------------------------------------------------------- components

template <class E>
void Mixture<E>::set_weights(const Eigen::VectorXd& weights) {
    detail::require(weights.size() == size(), "latent::Mixture: ", weights.size(), " weights given for ",
                    size(), " components");
    for (Index k = 0; k < size(); ++k)
        detail::require(std::isfinite(weights(k)) && weights(k) >= 0, "latent::Mixture: weights[", k, "] is ",
                        weights(k), ", expected a finite number ≥ 0");
    detail::require(std::abs(weights.sum() - 1) < 1e-6, "latent::Mixture: the weights sum to ", weights.sum(),
                    ", expected 1");
    weights_ = weights;
    log_weights_ = weights.array().log();
}

template <class E>
bool Mixture<E>::obey_weights(const Restrictions& r, Eigen::VectorXd& counts) const {
    detail::require(!r.any_probability_of_chain(),
                    "latent::Constrained: a constraint is about a hidden chain, which a mixture has not");
    if (!r.any_weight()) return false;
    detail::require(!WeightingEmission<E>,
                    "latent::Constrained: a constraint is about weights, which depend on covariates here");
    return detail::bound_counts(
        counts, [&](Index k) { return std::pair(r.weights.lower(k, 0), r.weights.upper(k, 0)); },
        &r.tied_weights, weights_, [](Index) { return true; }, "weights");
}

template <class E>
std::vector<double> Mixture<E>::to_vector() const requires VectorizableEmission<E> {
    const auto own = static_cast<std::size_t>(detail::probability_coordinates(weights_, std::array{size()}));
    std::vector<double> v(own + static_cast<std::size_t>(emission_.coordinates()));
    detail::probabilities_to_vector(weights_, std::array{size()}, v);
    emission_.to_vector(std::span(v).subspan(own));
    return v;
}

template <class E>
void Mixture<E>::from_vector(std::span<const double> v) requires VectorizableEmission<E> {
    const auto own = static_cast<std::size_t>(detail::probability_coordinates(weights_, std::array{size()}));
    detail::probabilities_from_vector(v, std::array{size()}, weights_);
    log_weights_ = weights_.array().log();
    emission_.from_vector(v.subspan(own));
}

template <class E>
bool Mixture<E>::split_heaviest(Index k, Random& random) requires Collapsible<E> {
    Index from = k == 0 ? 1 : 0;
    for (Index j = 0; j < size(); ++j)
        if (j != k && weights_(j) > weights_(from)) from = j;
    if (from >= size() || !(weights_(from) > 0)) return false;
    const double freed = weights_(k);
    weights_(k) = weights_(from) = 0.5 * (weights_(from) + freed);
    log_weights_ = weights_.array().log();
    emission_.split_from(k, from, random);
    return true;
}

template <class E>
bool Mixture<E>::remove(Index k) requires Collapsible<E> {
    if (detail::components_of(*this) == 1) return false;
    const Eigen::VectorXd left = detail::without_entry(weights_, k);
    weights_ = left.sum() > 0
                   ? Eigen::VectorXd(left / left.sum())
                   : Eigen::VectorXd::Constant(left.size(), 1.0 / static_cast<double>(left.size()));
    log_weights_ = weights_.array().log();
    emission_.remove(k);
    return true;
}

}  // namespace latent
