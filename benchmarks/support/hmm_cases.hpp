// The hidden Markov models that are timed, their data and where EM starts: plain matrices, so that latent and
// its peers are given the same numbers.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "latent/core/random.hpp"

/// A hidden Markov model to time: T = 100 000 observations in sequences of equal length, K states.
struct HmmCase {
    bool gaussian;        ///< variances on the diagonal of each state; else categorical
    latent::Index K, M;   ///< M: symbols, or dimensions of a Gaussian
    latent::Index count;  ///< of sequences
    /// ms a Baum–Welch iteration of the kernels' prototype, on a core whose dgemm did 100 GFLOP/s; 0: not measured.
    double prototype = 0;

    static constexpr latent::Index T = 100'000;

    std::string name() const {
        return (gaussian ? "Gaussian d = " : "categorical M = ") + std::to_string(M) +
               ", K = " + std::to_string(K) + ", " + std::to_string(count) + " x " +
               std::to_string(T / count);
    }
};

inline constexpr HmmCase hmm_cases[] = {
    {false, 4, 16, 1, 0.62}, {false, 16, 64, 1, 2.8}, {false, 64, 256, 1, 32}, {false, 4, 16, 1000},
    {false, 16, 64, 1000},   {false, 64, 256, 1000},  {true, 4, 4, 1},         {true, 16, 4, 1},
    {true, 64, 4, 1},        {true, 4, 4, 1000},      {true, 16, 4, 1000},     {true, 64, 4, 1000}};

/// Every probability and variance is positive.
struct HmmParameters {
    Eigen::VectorXd initial;     ///< K
    Eigen::MatrixXd transition;  ///< K × K, transition(i, j) from state i to j: the rows sum to one
    Eigen::MatrixXd emission;    ///< M × K, a column for each state: probabilities, or means
    Eigen::MatrixXd variances;   ///< M × K, of Gaussians only
};

/// Data drawn from a model whose states last two steps, and a distorted copy of that model to start from.
struct HmmProblem {
    Eigen::MatrixXd x;  ///< d × T, one sequence after the other; 1 × T where categorical: symbols 0 … M − 1
    std::vector<latent::Index> lengths;
    HmmParameters start;

    explicit HmmProblem(const HmmCase& c)
        : x(c.gaussian ? c.M : 1, HmmCase::T),
          lengths(static_cast<std::size_t>(c.count), HmmCase::T / c.count) {
        latent::Random random(1);
        start = draw(c, random);
        sample(c, random);
        distort(c, random);
    }

  private:
    static HmmParameters draw(const HmmCase& c, latent::Random& random) {
        HmmParameters truth{Eigen::VectorXd(c.K), Eigen::MatrixXd(c.K, c.K), Eigen::MatrixXd(c.M, c.K), {}};
        for (double& p : truth.initial) p = 0.5 + random.uniform();
        for (double& p : truth.transition.reshaped()) p = 0.5 + random.uniform();
        truth.transition.diagonal().array() += static_cast<double>(c.K);
        for (double& m : truth.emission.reshaped()) m = 1.5 * random.normal();
        if (c.gaussian)
            truth.variances.setOnes(c.M, c.K);
        else
            truth.emission = truth.emission.array().exp();
        normalise(c, truth);
        return truth;
    }

    void sample(const HmmCase& c, latent::Random& random) {
        latent::Index t = 0;
        for (const latent::Index length : lengths) {
            latent::Index state = random.categorical(start.initial, c.K);
            for (const latent::Index end = t + length; t < end; ++t) {
                if (c.gaussian)
                    for (latent::Index j = 0; j < c.M; ++j)
                        x(j, t) = start.emission(j, state) + random.normal();
                else
                    x(0, t) = static_cast<double>(random.categorical(start.emission.col(state), c.M));
                state = random.categorical(start.transition.row(state), c.K);
            }
        }
    }

    void distort(const HmmCase& c, latent::Random& random) {
        const auto scale = [&](double& p) { p *= std::exp(0.5 * random.normal()); };
        for (double& p : start.initial) scale(p);
        for (double& p : start.transition.reshaped()) scale(p);
        for (double& v : start.variances.reshaped()) scale(v);
        for (double& p : start.emission.reshaped())
            if (c.gaussian)
                p += 0.5 * random.normal();
            else
                scale(p);
        normalise(c, start);
    }

    static void normalise(const HmmCase& c, HmmParameters& model) {
        model.initial /= model.initial.sum();
        model.transition.array().colwise() /= model.transition.rowwise().sum().array().eval();
        if (!c.gaussian) model.emission.array().rowwise() /= model.emission.colwise().sum().array().eval();
    }
};
