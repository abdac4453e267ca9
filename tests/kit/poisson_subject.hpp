// What the kit must know about mixtures of counts.
#pragma once

#include "kit/mixture_subject.hpp"
#include "latent/emission/poisson.hpp"

namespace kit {

template <class Scalar>
struct PoissonSubject : MixtureSubject<PoissonSubject<Scalar>, latent::Poisson<Scalar>> {
    using Model = latent::Mixture<latent::Poisson<Scalar>>;
    static constexpr double recovery = 0.2;

    static Model model(double scale) {
        const Eigen::MatrixXd rates{{1, 9, 4}, {3, 2, 12}};
        return {Eigen::Vector3d(0.5, 0.3, 0.2), latent::Poisson<Scalar>(scale * rates)};
    }
    static Model truth() { return model(1); }
    static Model start() { return model(1.2); }
    static auto prior() { return latent::MixturePrior<latent::GammaPrior>{2, {2, 0.5}}; }
    static double log_density(const latent::Poisson<Scalar>& p, const Eigen::VectorXd& x, latent::Index k) {
        double total = 0;
        for (latent::Index j = 0; j < x.size(); ++j)
            total += x(j) * std::log(p.rates()(j, k)) - p.rates()(j, k) - std::lgamma(x(j) + 1);
        return total;
    }
};

}  // namespace kit
