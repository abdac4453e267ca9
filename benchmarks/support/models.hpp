// Problems as models of latent, and its driver with a stopwatch.
#pragma once

#include <limits>

#include "latent/emission/categorical.hpp"
#include "latent/emission/gaussian.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture.hpp"
#include "support/problem.hpp"

using DiagonalGaussian = latent::Gaussian<latent::Diagonal>;

/// The densities that a problem starts from.
template <class Emission>
Emission emission(const Parameters& p) {
    if constexpr (std::is_same_v<Emission, latent::Categorical<>>) {
        return Emission(p.emission);
    } else {
        std::vector<Eigen::MatrixXd> covariances;
        for (latent::Index k = 0; k < p.variances.cols(); ++k)
            covariances.emplace_back(p.variances.col(k).asDiagonal());
        return Emission(p.emission, covariances);
    }
}

/// visit(start, data) with the problem's model and its data as that model takes them.
template <class Visit>
auto with_model(const Problem& p, const Visit& visit) {
    const latent::Observations<double> x(p.x);
    if (p.kind == "full")
        return visit(latent::Mixture(p.start.initial, emission<latent::Gaussian<>>(p.start)), x);
    if (p.kind == "diagonal")
        return visit(latent::Mixture(p.start.initial, emission<DiagonalGaussian>(p.start)), x);
    const latent::Sequences<double> sequences(x, p.lengths);
    if (p.kind == "gaussian")
        return visit(latent::HMM<DiagonalGaussian>(p.start.initial, p.start.transition,
                                                   emission<DiagonalGaussian>(p.start)),
                     sequences);
    return visit(latent::HMM<latent::Categorical<>>(p.start.initial, p.start.transition,
                                                    emission<latent::Categorical<>>(p.start)),
                 sequences);
}

/// Keeps the shortest iteration of several fits, in seconds.
struct Watch {
    double* shortest;

    template <class Model>
    void operator()(const latent::Progress& p, const Model&) const {
        if (p.iteration > 0) *shortest = std::min(*shortest, p.step_seconds);
    }
};

/// Plain EM that makes so many iterations and looks at the watch.
inline auto timed_em(latent::Index workers, int iterations, double& shortest) {
    return latent::ExpectationMaximization<latent::Batch<>, latent::MaximumLikelihood<>, latent::Threads,
                                           latent::Plain, latent::Aitken, Watch>{
        {}, {}, {.workers = workers}, {}, {.tolerance = 0}, {.iterations = iterations}, {&shortest}};
}
