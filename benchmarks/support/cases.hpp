// The ten mixtures and the twelve hidden Markov models that are timed, their data and where EM starts.
#pragma once

#include <cmath>
#include <string>

#include "latent/core/random.hpp"
#include "support/problem.hpp"

/// A mixture to time: n observations in d dimensions, K components.
struct MixtureCase {
    bool full;  ///< a whole covariance matrix for each component, or its diagonal
    latent::Index n, d, K;
    /// ms an iteration of the kernels' prototype, on a core whose dgemm did 100 GFLOP/s.
    double prototype;

    std::string name() const {
        return std::string(full ? "full " : "diagonal ") + std::to_string(n) + " x " + std::to_string(d) +
               ", K = " + std::to_string(K);
    }
};

inline constexpr MixtureCase mixture_cases[] = {{true, 1'000'000, 1, 2, 1.0}, {true, 1'000'000, 2, 3, 2.2},
                                                {true, 200'000, 8, 8, 3.4},   {true, 100'000, 16, 16, 9.9},
                                                {true, 50'000, 32, 32, 37},   {true, 20'000, 64, 16, 28},
                                                {true, 10'000, 128, 8, 29},   {false, 1'000'000, 2, 3, 2.3},
                                                {false, 200'000, 16, 32, 12}, {false, 100'000, 64, 64, 37}};

/// A hidden Markov model to time: T observations in sequences of equal length, K states.
struct HmmCase {
    bool gaussian;        ///< variances on the diagonal of each state; else categorical
    latent::Index K, M;   ///< M: symbols, or dimensions of a Gaussian
    latent::Index count;  ///< of sequences
    /// ms a Baum–Welch iteration of the kernels' prototype, on a core whose dgemm did 100 GFLOP/s; 0: not measured.
    double prototype = 0;
    latent::Index T = 100'000;

    std::string name() const {
        return std::string("HMM ") + (gaussian ? "Gaussian d = " : "categorical M = ") + std::to_string(M) +
               ", K = " + std::to_string(K) + ", " + std::to_string(count) + " x " +
               std::to_string(T / count);
    }
};

inline constexpr HmmCase hmm_cases[] = {
    {false, 4, 16, 1, 0.62}, {false, 16, 64, 1, 2.8}, {false, 64, 256, 1, 32}, {false, 4, 16, 1000},
    {false, 16, 64, 1000},   {false, 64, 256, 1000},  {true, 4, 4, 1},         {true, 16, 4, 1},
    {true, 64, 4, 1},        {true, 4, 4, 1000},      {true, 16, 4, 1000},     {true, 64, 4, 1000}};

/// Clusters that overlap in every dimension, so that EM has not converged when the timed iterations are over: means
/// some 4 deviations apart, every observation one standard normal step from one. EM starts at means a fifth
/// of that away, unit covariances and equal weights.
inline Problem draw(const MixtureCase& c) {
    Problem p{c.full ? "full" : "diagonal", Eigen::MatrixXd(c.d, c.n), {}, {}};
    latent::Random random(1);
    Eigen::MatrixXd means(c.d, c.K);
    const double spread = 3 / std::sqrt(std::max(4.0, static_cast<double>(c.d)));
    for (double& m : means.reshaped()) m = spread * random.normal();
    for (latent::Index i = 0; i < c.n; ++i)
        for (latent::Index j = 0; j < c.d; ++j) p.x(j, i) = means(j, i % c.K) + random.normal();
    for (double& m : means.reshaped()) m += 0.2 * spread * random.normal();
    p.start.initial = Eigen::VectorXd::Constant(c.K, 1.0 / static_cast<double>(c.K));
    p.start.emission = means;
    p.start.variances = Eigen::MatrixXd::Ones(c.d, c.K);
    return p;
}

namespace hmm_draw {

inline void normalise(const HmmCase& c, Parameters& model) {
    model.initial /= model.initial.sum();
    model.transition.array().colwise() /= model.transition.rowwise().sum().array().eval();
    if (!c.gaussian) model.emission.array().rowwise() /= model.emission.colwise().sum().array().eval();
}

/// A model whose states last two steps.
inline Parameters truth(const HmmCase& c, latent::Random& random) {
    Parameters model{Eigen::VectorXd(c.K), Eigen::MatrixXd(c.K, c.K), Eigen::MatrixXd(c.M, c.K), {}};
    for (double& p : model.initial) p = 0.5 + random.uniform();
    for (double& p : model.transition.reshaped()) p = 0.5 + random.uniform();
    model.transition.diagonal().array() += static_cast<double>(c.K);
    for (double& m : model.emission.reshaped()) m = 1.5 * random.normal();
    if (c.gaussian)
        model.variances.setOnes(c.M, c.K);
    else
        model.emission = model.emission.array().exp();
    normalise(c, model);
    return model;
}

inline Eigen::MatrixXd observations(const HmmCase& c, const Parameters& model, latent::Random& random) {
    Eigen::MatrixXd x(c.gaussian ? c.M : 1, c.T);
    latent::Index state = 0;
    for (latent::Index t = 0; t < c.T; ++t) {
        state = t % (c.T / c.count) == 0 ? random.categorical(model.initial, c.K)
                                         : random.categorical(model.transition.row(state), c.K);
        if (c.gaussian)
            for (latent::Index j = 0; j < c.M; ++j) x(j, t) = model.emission(j, state) + random.normal();
        else
            x(0, t) = static_cast<double>(random.categorical(model.emission.col(state), c.M));
    }
    return x;
}

inline void distort(const HmmCase& c, Parameters& model, latent::Random& random) {
    const auto scale = [&](double& p) { p *= std::exp(0.5 * random.normal()); };
    for (double& p : model.initial) scale(p);
    for (double& p : model.transition.reshaped()) scale(p);
    for (double& v : model.variances.reshaped()) scale(v);
    for (double& p : model.emission.reshaped())
        if (c.gaussian)
            p += 0.5 * random.normal();
        else
            scale(p);
    normalise(c, model);
}

}  // namespace hmm_draw

/// Data drawn from a model, and a distorted copy of that model to start from.
inline Problem draw(const HmmCase& c) {
    latent::Random random(1);
    Problem p{c.gaussian ? "gaussian" : "categorical",
              {},
              std::vector<latent::Index>(static_cast<std::size_t>(c.count), c.T / c.count),
              hmm_draw::truth(c, random)};
    p.x = hmm_draw::observations(c, p.start, random);
    hmm_draw::distort(c, p.start, random);
    return p;
}
