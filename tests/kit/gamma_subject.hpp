// What the kit must know about mixtures of gamma densities.
#pragma once

#include "kit/mixture_subject.hpp"
#include "latent/emission/gamma.hpp"

namespace kit {

template <class Scalar>
struct GammaSubject : MixtureSubject<GammaSubject<Scalar>, latent::Gamma<Scalar>> {
    using Model = latent::Mixture<latent::Gamma<Scalar>>;
    static constexpr double recovery = 0.25;

    static Model model(double scale) {
        const Eigen::MatrixXd shapes{{2, 5, 9}, {1, 6, 3}}, rates{{2, 1, 0.8}, {1, 2, 0.4}};
        return {Eigen::Vector3d(0.5, 0.3, 0.2), latent::Gamma<Scalar>(scale * shapes, rates)};
    }
    static Model truth() { return model(1); }
    static Model start() { return model(1.2); }
    static auto prior() { return latent::MixturePrior{2.0}; }
    static double log_density(const latent::Gamma<Scalar>& p, const Eigen::VectorXd& x, latent::Index k) {
        double total = 0;
        for (latent::Index j = 0; j < x.size(); ++j) {
            const double a = p.shapes()(j, k), b = p.rates()(j, k);
            total += a * std::log(b) - std::lgamma(a) + (a - 1) * std::log(x(j)) - b * x(j);
        }
        return total;
    }
};

}  // namespace kit
