// What the tests of hidden Markov models compare with: random models and sequences, and the textbook's recursions
// over logarithms in long double.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "kernel/naive.hpp"
#include "latent/emission/categorical.hpp"
#include "latent/model/hidden_markov_model.hpp"

namespace naive {

/// What is to be known of one sequence.
struct Inference {
    Real log_likelihood = 0;
    Eigen::MatrixXd filtered, smoothed;  // K × T
    Eigen::VectorXd log_predictive;      // T
    Eigen::MatrixXd moves;               // K × K
    Real log_best = 0;                   // the largest log p(x, z)
};

constexpr Real minus_infinity = -std::numeric_limits<Real>::infinity();

template <class Term>
Real log_sum(Index count, const Term& term) {
    Real top = minus_infinity, sum = 0;
    for (Index i = 0; i < count; ++i) top = std::max(top, term(i));
    if (top == minus_infinity) return top;
    for (Index i = 0; i < count; ++i) sum += std::exp(term(i) - top);
    return top + std::log(sum);
}

/// log p(x_t | k): K × T.
template <class E>
Eigen::MatrixXd log_densities(const E& emission, const latent::MatrixX<typename E::Scalar>& x) {
    latent::Panel<typename E::Scalar> out;
    emission.log_density(packed<typename E::Scalar>(x), out);
    Eigen::MatrixXd result(emission.size(), x.cols());
    for (Index t = 0; t < x.cols(); ++t)
        for (Index k = 0; k < emission.size(); ++k) result(k, t) = static_cast<double>(out(t, k));
    return result;
}

/// The forward, the backward and the Viterbi recursion over a sequence with the log-densities `log_b`, K × T, which
/// must be possible.
inline Inference infer(const latent::MarkovChain& chain, const Eigen::MatrixXd& log_b) {
    const Index K = log_b.rows(), T = log_b.cols();
    const auto log_of = [](const auto& p) { return p.template cast<Real>().array().log().matrix().eval(); };
    const Vector log_initial = log_of(chain.initial());
    const Matrix log_a = log_of(chain.transition()), b = log_b.cast<Real>();
    Matrix alpha(K, T), beta(K, T), best(K, T);
    Vector step(T);  // log p(x_t | x_1 … x_{t−1}), which alpha and beta are relative to
    Inference result{
        0, Eigen::MatrixXd(K, T), Eigen::MatrixXd(K, T), Eigen::VectorXd(T), Eigen::MatrixXd::Zero(K, K), 0};
    for (Index t = 0; t < T; ++t) {
        for (Index k = 0; k < K; ++k) {
            alpha(k, t) = best(k, t) = log_initial(k);
            if (t > 0) {
                alpha(k, t) = log_sum(K, [&](Index i) { return alpha(i, t - 1) + log_a(i, k); });
                best(k, t) = (best.col(t - 1) + log_a.col(k)).maxCoeff();
            }
            alpha(k, t) += b(k, t);
            best(k, t) += b(k, t);
        }
        step(t) = log_sum(K, [&](Index k) { return alpha(k, t); });
        alpha.col(t).array() -= step(t);
    }
    beta.col(T - 1).setZero();
    const auto move = [&](Index t, Index i, Index j) {
        return log_a(i, j) + b(j, t + 1) + beta(j, t + 1) - step(t + 1);
    };
    for (Index t = T - 2; t >= 0; --t)
        for (Index i = 0; i < K; ++i) beta(i, t) = log_sum(K, [&](Index j) { return move(t, i, j); });

    result.log_likelihood = step.sum();
    result.log_predictive = step.cast<double>();
    result.filtered = alpha.array().exp().cast<double>();
    result.smoothed = (alpha + beta).array().exp().cast<double>();
    for (Index t = 0; t + 1 < T; ++t)
        for (Index i = 0; i < K; ++i)
            for (Index j = 0; j < K; ++j)
                result.moves(i, j) += static_cast<double>(std::exp(alpha(i, t) + move(t, i, j)));
    result.log_best = best.col(T - 1).maxCoeff();
    return result;
}

/// log p(x, z).
inline Real log_joint(const latent::MarkovChain& chain, const Eigen::MatrixXd& log_b,
                      const std::vector<Index>& z) {
    Real total = std::log(Real(chain.initial()(z[0])));
    for (std::size_t t = 0; t < z.size(); ++t) {
        total += log_b(z[t], static_cast<Index>(t));
        if (t > 0) total += std::log(Real(chain.transition()(z[t - 1], z[t])));
    }
    return total;
}

/// Rows of random distributions, all entries possible; `stay` more for the diagonal.
inline latent::MarkovChain random_chain(Index K, latent::Random& random, double stay = 0) {
    Eigen::VectorXd initial(K);
    Eigen::MatrixXd transition(K, K);
    for (double& p : initial) p = 0.1 + random.uniform();
    for (double& p : transition.reshaped()) p = 0.02 + random.uniform() * random.uniform();
    transition.diagonal().array() += stay;
    for (Index i = 0; i < K; ++i) transition.row(i) /= transition.row(i).sum();
    return {initial / initial.sum(), transition};
}

/// From each state to itself, to the next one, and from the last to the first: mostly zeros.
inline latent::MarkovChain cyclic_chain(Index K, latent::Random& random) {
    Eigen::MatrixXd transition = Eigen::MatrixXd::Zero(K, K);
    for (Index i = 0; i < K; ++i) {
        const double go = 0.2 + 0.6 * random.uniform();
        transition(i, i) += 1 - go;
        transition(i, (i + 1) % K) += go;
    }
    Eigen::VectorXd initial = Eigen::VectorXd::Zero(K);
    initial(0) = 0.75;
    initial(K / 2) += 0.25;
    return {initial, transition};
}

/// Draws of the model, one sequence a length, side by side.
template <class M>
latent::MatrixX<typename M::Scalar> draw(const M& model, const std::vector<Index>& lengths,
                                         latent::Random& random) {
    Index total = 0;
    for (const Index length : lengths) total += length;
    latent::MatrixX<typename M::Scalar> x(model.dimension(), total);
    Index next = 0;
    for (const Index length : lengths) {
        x.middleCols(next, length) = model.sample(length, random).x;
        next += length;
    }
    return x;
}

using Normal = latent::Gaussian<latent::Diagonal>;
using Symbols = latent::Categorical<>;

inline Normal random_emission(Index K, latent::Random& random, Normal*) {
    Eigen::MatrixXd means(2, K);
    std::vector<Eigen::MatrixXd> covariances;
    for (Index k = 0; k < K; ++k) {
        means.col(k) << 2 * random.normal(), 2 * random.normal();
        covariances.emplace_back(Eigen::Vector2d(0.5 + random.uniform(), 1).asDiagonal());
    }
    return {means, covariances};
}
inline Symbols random_emission(Index K, latent::Random& random, Symbols*) {
    Eigen::MatrixXd p(6, K);
    for (double& value : p.reshaped()) value = random.uniform() * random.uniform();
    for (Index k = 0; k < K; ++k) p.col(k) /= p.col(k).sum();
    return Symbols(p);
}

template <class E>
latent::HiddenMarkovModel<E> random_model(const latent::MarkovChain& chain, latent::Random& random) {
    return {chain, random_emission(chain.size(), random, static_cast<E*>(nullptr))};
}

/// All numbers of some statistics, one after the other.
std::vector<double> flat(const auto& statistics) {
    std::vector<double> all;
    latent::for_each_leaf([&](auto leaf) { all.insert(all.end(), leaf.begin(), leaf.end()); }, statistics);
    return all;
}

}  // namespace naive
