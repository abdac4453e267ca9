// Mixture's longer members: queries first, then inference, then what changes the components.
#pragma once

#include "latent/execution/sequential.hpp"
#include "latent/model/mixture.hpp"

namespace latent {

// -------------------------------------------------------------------------------------------------- queries

/// units(x), of observations that somebody asks about. Throws std::invalid_argument on a wrong dimension.
template <Emission E>
template <class Data>
auto Mixture<E>::blocks(const Data& x) const {
    require_shape(x.rows(), x.cols());
    return units(x);
}

/// visit(first, block, q) for each block of observations, q being a posterior to reuse. Throws std::invalid_argument on
/// observations that the emission cannot take.
template <Emission E>
template <class Cut, class Visit>
void Mixture<E>::for_each_block(const Cut& x, const Visit& visit) const {
    Posterior q;
    for (Index b = 0; b < x.size(); ++b) {
        const auto& block = x[b];
        detail::check_with(emission_, static_cast<const Unit&>(block));
        visit(x.first(b), block, q);
    }
}

template <Emission E>
Eigen::MatrixXd Mixture<E>::predict_proba(const Unit& x) const {
    Eigen::MatrixXd result(size(), x.cols());
    for_each_block(blocks(x), [&](Index first, const Unit& block, Posterior& q) {
        infer(block, q);
        for (Index i = 0; i < block.cols(); ++i)
            for (Index k = 0; k < size(); ++k)
                result(k, first + i) = static_cast<double>(q.responsibilities(i, k));
    });
    return result;
}

template <Emission E>
template <class Cut>
std::vector<Index> Mixture<E>::predict_cut(const Cut& x) const {
    std::vector<Index> result(static_cast<std::size_t>(x.cols()));
    for_each_block(x, [&](Index first, const Unit& block, Posterior& q) {
        load(block, q);
        for (Index i = 0; i < block.cols(); ++i)
            result[static_cast<std::size_t>(first + i)] = most_probable(q, i);
    });
    return result;
}

template <Emission E>
template <class Cut>
Eigen::VectorXd Mixture<E>::score_samples_cut(const Cut& x) const {
    Eigen::VectorXd result(x.cols());
    for_each_block(x, [&](Index first, const Unit& block, Posterior& q) {
        load(block, q);
        detail::normalize(q.responsibilities, log_weights_.data(), result.data() + first);
    });
    return result;
}

template <Emission E>
template <class Cut>
double Mixture<E>::score_cut(const Cut& x) const {
    double total = 0;
    Sequential{}.reduction<double, Posterior>()(
        x.slices(), [](double& sum) { sum = 0; },
        [&](double& sum, Posterior& q, Index b) {
            const auto& block = x[b];
            detail::check_with(emission_, static_cast<const Unit&>(block));
            sum += infer(block, q);
        },
        total);
    return total;
}

template <Emission E>
double Mixture<E>::icl(const Unit& x) const {
    double certainty = 0;
    const Eigen::MatrixXd r = predict_proba(x);
    for (Index i = 0; i < x.cols(); ++i) certainty += x.weight(i) * std::log(r.col(i).maxCoeff());
    return bic(x) - 2 * certainty;
}

template <Emission E>
MatrixX<typename Mixture<E>::Scalar> Mixture<E>::sample(Index n, Random& random) const {
    detail::require(n >= 0, "latent::Mixture::sample: n is ", n, ", expected at least 0");
    MatrixX<Scalar> x(dimension(), n);
    for (Index i = 0; i < n; ++i)
        emission_.sample(random.categorical(weights_, size()), random, x.col(i).data());
    return x;
}

// ------------------------------------------------------------------------------------------------ inference

template <Emission E>
template <class Cut>
void Mixture<E>::check_cut(const Cut& x) const {
    detail::require(x.size() > 0, "latent::Mixture: there are no observations");
    require_shape(x.rows(), x.cols());
    double total = 0;
    for (Index b = 0; b < x.size(); ++b) {
        const auto& block = x[b];
        detail::check_with(emission_, static_cast<const Unit&>(block));
        total += checked_weight(block);
    }
    detail::require(total > 0, "latent::Mixture: all weights are zero");
    detail::require(std::isfinite(total), "latent::Mixture: the weights add up to ", total,
                    ", expected a finite number: scale them");
    detail::require(size() == 1 || !emission_.same(), "latent::Mixture: all ", size(),
                    " components are identical, and EM could never part them: begin with a start, such as "
                    "KMeans{}(model, data)");
}

/// Σ_i weight_i.
template <Emission E>
double Mixture<E>::checked_weight(const Unit& x) {
    if (!x.weights()) return static_cast<double>(x.cols());
    double total = 0;
    for (Index i = 0; i < x.cols(); ++i) {
        detail::require(std::isfinite(x.weight(i)) && x.weight(i) >= 0,
                        "latent::Mixture: the weight of observation ", x.first() + i, " is ", x.weight(i),
                        ", expected a finite number ≥ 0");
        total += x.weight(i);
    }
    return total;
}

template <Emission E>
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

template <Emission E>
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
template <Emission E>
Index Mixture<E>::most_probable(const Posterior& q, Index i) const {
    const auto log_joint = [&](Index k) { return q.responsibilities(i, k) + log_weights_(k); };
    Index best = 0;
    for (Index k = 1; k < size() && !std::isnan(log_joint(best)); ++k)
        if (!(log_joint(k) <= log_joint(best))) best = k;
    return best;
}

template <Emission E>
template <class Responsibility>
void Mixture<E>::assign(const Unit& x, const Responsibility& r, Posterior& q) const {
    detail::pack(x, q.x);
    q.responsibilities.resize(x.cols(), size());
    for (Index k = 0; k < size(); ++k)
        for (Index i = 0; i < q.responsibilities.padded(); ++i)
            q.responsibilities(i, k) = i < x.cols() ? static_cast<Scalar>(r(i, k)) : Scalar(0);
    weigh(x, q);
}

template <Emission E>
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

template <Emission E>
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
template <Emission E>
void Mixture<E>::assign_chosen(const Unit& x, Posterior& q) const {
    assign(
        x, [&](Index i, Index k) { return q.component[static_cast<std::size_t>(i)] == k ? 1 : 0; }, q);
}

// ----------------------------------------------------------------------------------------------- components

template <Emission E>
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

template <Emission E>
std::vector<double> Mixture<E>::to_vector() const requires VectorizableEmission<E> {
    std::vector<double> v;
    for (Index k = 0; k < size(); ++k)
        if (weights_(k) > 0) v.push_back(log_weights_(k));
    const std::size_t own = v.size();
    v.resize(own + static_cast<std::size_t>(emission_.coordinates()));
    emission_.to_vector(std::span(v).subspan(own));
    return v;
}

template <Emission E>
void Mixture<E>::from_vector(std::span<const double> v) requires VectorizableEmission<E> {
    const auto own = static_cast<std::size_t>((weights_.array() > 0).count());
    const double top = *std::max_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(own));
    std::size_t next = 0;
    for (Index k = 0; k < size(); ++k)
        if (weights_(k) > 0)
            weights_(k) = std::max(std::exp(v[next++] - top), std::numeric_limits<double>::min());
    weights_ /= weights_.sum();
    log_weights_ = weights_.array().log();
    emission_.from_vector(v.subspan(own));
}

template <Emission E>
bool Mixture<E>::respawn(Index k, Random& random) requires Collapsible<E> {
    Index from = k == 0 ? 1 : 0;
    for (Index j = 0; j < size(); ++j)
        if (j != k && weights_(j) > weights_(from)) from = j;
    if (from >= size() || !(weights_(from) > 0)) return false;
    const double freed = weights_(k);
    weights_(k) = weights_(from) = 0.5 * (weights_(from) + freed);
    log_weights_ = weights_.array().log();
    emission_.respawn(k, from, random);
    return true;
}

template <Emission E>
bool Mixture<E>::remove(Index k) requires Collapsible<E> {
    if (size() == 1) return false;
    Eigen::VectorXd left(size() - 1);
    left << weights_.head(k), weights_.tail(size() - k - 1);
    weights_ = left.sum() > 0
                   ? Eigen::VectorXd(left / left.sum())
                   : Eigen::VectorXd::Constant(left.size(), 1.0 / static_cast<double>(left.size()));
    log_weights_ = weights_.array().log();
    emission_.remove(k);
    return true;
}

}  // namespace latent
