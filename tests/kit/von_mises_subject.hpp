// What the kit must know about mixtures of von Mises densities.
#pragma once

#include <numbers>

#include "kit/mixture_subject.hpp"
#include "latent/emission/von_mises.hpp"

namespace kit {

template <class Scalar>
struct VonMisesSubject : MixtureSubject<VonMisesSubject<Scalar>, latent::VonMises<Scalar>> {
    using Model = latent::Mixture<latent::VonMises<Scalar>>;
    static constexpr double recovery = 1;  // of coordinates as large as 6

    static Model model(double scale, double turn) {
        const Eigen::MatrixXd directions{{-1.5, 0.5, 3}, {1, -1, 2.5}}, kappas{{2, 4, 3}, {1, 6, 2}};
        return {Eigen::Vector3d(0.5, 0.3, 0.2),
                latent::VonMises<Scalar>(directions.array() + turn, scale * kappas)};
    }
    static Model truth() { return model(1, 0); }
    static Model start() { return model(1.2, 0.1); }
    static auto prior() { return latent::MixturePrior{2.0}; }
    static double log_density(const latent::VonMises<Scalar>& p, const Eigen::VectorXd& x, latent::Index k) {
        double total = 0;
        for (latent::Index j = 0; j < x.size(); ++j) {
            const double kappa = p.concentrations()(j, k);
            double bessel = 1, term = 1;  // I₀ by its series
            for (int m = 1; m < 60; ++m) bessel += term *= kappa * kappa / (4 * m * m);
            total += kappa * std::cos(x(j) - p.directions()(j, k)) - std::log(2 * std::numbers::pi * bessel);
        }
        return total;
    }
};

}  // namespace kit
