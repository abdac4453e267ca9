// What the kit must know about mixtures as emissions: of a mixture, and of the two states of a hidden Markov model.
#pragma once

#include <numbers>

#include "kit/mixture_subject.hpp"
#include "latent/chain/markov_chain.hpp"
#include "latent/emission/mixture_emission.hpp"

namespace kit {

using latent::Index;

/// Two densities in the plane, each of two normal ones.
template <class Scalar>
struct MixtureEmissionSubject
    : MixtureSubject<MixtureEmissionSubject<Scalar>,
                     latent::MixtureEmission<latent::Gaussian<latent::Diagonal, Scalar>>> {
    using Components = latent::Gaussian<latent::Diagonal, Scalar>;
    using Emission = latent::MixtureEmission<Components>;
    using Model = latent::Mixture<Emission>;
    static constexpr Index states = 2;
    static constexpr double recovery = 0.4;
    static constexpr bool augmented = true;  // by the component that emits

    static Model model(double spread, double shift, double share) {
        const Eigen::MatrixXd means{{0.0, 3.75, 0.75, 4.5}, {0.0, 0.75, 4.5, 3.75}};
        const std::vector<Eigen::Vector2d> variances{{1, 0.7}, {0.8, 1.2}, {1.5, 0.6}, {0.9, 1.1}};
        std::vector<Eigen::MatrixXd> covariances;
        for (const Eigen::Vector2d& v : variances) covariances.emplace_back((spread * v).asDiagonal());
        return {Eigen::Vector2d(0.4, 0.6), Emission(Eigen::Matrix2d{{share, 0.3}, {1 - share, 0.7}},
                                                    Components(means.array() + shift, covariances))};
    }
    static Model truth() { return model(1, 0, 0.6); }
    static Model start() { return model(1.5, 0.4, 0.5); }
    static auto prior() { return latent::MixturePrior{2.0}; }
    /// log Σ_c w_c Π_j N(x_j | μ_j, σ_j²).
    static double log_density(const Emission& e, const Eigen::VectorXd& x, Index k) {
        double total = 0;
        for (Index c = 0; c < 2; ++c) {
            double p = e.weights()(c, k);
            for (Index j = 0; j < 2; ++j) {
                const double variance = e.components().covariance(2 * k + c)(j, j);
                const double z = x(j) - e.components().means()(j, 2 * k + c);
                p *= std::exp(-z * z / (2 * variance)) / std::sqrt(2 * std::numbers::pi * variance);
            }
            total += p;
        }
        return std::log(total);
    }
};

struct TwoStates {
    static latent::MarkovChain truth() {
        return {Eigen::Vector2d(0.6, 0.4), Eigen::Matrix2d{{.8, .2}, {.3, .7}}};
    }
    static latent::MarkovChain start() {
        return {Eigen::Vector2d(0.5, 0.5), Eigen::Matrix2d{{.6, .4}, {.5, .5}}};
    }
};

}  // namespace kit
