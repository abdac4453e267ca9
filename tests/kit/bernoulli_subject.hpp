// What the kit must know about mixtures of binary features.
#pragma once

#include "kit/mixture_subject.hpp"
#include "latent/emission/bernoulli.hpp"

namespace kit {

template <class Scalar>
struct BernoulliSubject : MixtureSubject<BernoulliSubject<Scalar>, latent::Bernoulli<Scalar>> {
    using Model = latent::Mixture<latent::Bernoulli<Scalar>>;
    static constexpr double recovery = 0.6;

    /// Two features in three are likely in each component.
    static Model model(double unlikely) {
        Eigen::MatrixXd probabilities = Eigen::MatrixXd::Constant(9, 3, 0.8);
        for (latent::Index j = 0; j < 9; ++j) probabilities(j, j % 3) = unlikely;
        return {Eigen::Vector3d(0.5, 0.3, 0.2), latent::Bernoulli<Scalar>(probabilities)};
    }
    static Model truth() { return model(0.1); }
    static Model start() { return model(0.3); }
    static auto prior() { return latent::MixturePrior<latent::BetaPrior>{2, {1.5, 1.2}}; }
    static double log_density(const latent::Bernoulli<Scalar>& b, const Eigen::VectorXd& x, latent::Index k) {
        double total = 0;
        for (latent::Index j = 0; j < x.size(); ++j)
            total += std::log(x(j) == 1 ? b.probabilities()(j, k) : 1 - b.probabilities()(j, k));
        return total;
    }
};

}  // namespace kit
