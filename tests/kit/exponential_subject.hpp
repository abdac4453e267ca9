// What the kit must know about mixtures of waiting times.
#pragma once

#include "kit/mixture_subject.hpp"
#include "latent/emission/exponential.hpp"

namespace kit {

template <class Scalar>
struct ExponentialSubject : MixtureSubject<ExponentialSubject<Scalar>, latent::Exponential<Scalar>> {
    using Model = latent::Mixture<latent::Exponential<Scalar>>;
    static constexpr double recovery = 0.3;

    /// Each component is quick in one of three dimensions: one alone would overlap with the others.
    static Model model(double scale) {
        const Eigen::MatrixXd rates{{20, 0.2, 1}, {1, 20, 0.2}, {0.2, 1, 20}};
        return {Eigen::Vector3d(0.5, 0.3, 0.2), latent::Exponential<Scalar>(scale * rates)};
    }
    static Model truth() { return model(1); }
    static Model start() { return model(1.3); }
    static auto prior() { return latent::MixturePrior<latent::GammaPrior>{2, {2, 0.5}}; }
    static double log_density(const latent::Exponential<Scalar>& e, const Eigen::VectorXd& x,
                              latent::Index k) {
        double total = 0;
        for (latent::Index j = 0; j < x.size(); ++j)
            total += std::log(e.rates()(j, k)) - e.rates()(j, k) * x(j);
        return total;
    }
};

}  // namespace kit
