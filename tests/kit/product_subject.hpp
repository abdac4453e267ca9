// What the kit must know about mixtures of products of families.
#pragma once

#include "kit/gamma_subject.hpp"
#include "kit/von_mises_subject.hpp"
#include "latent/emission/product.hpp"

namespace kit {

/// A positive number and an angle.
template <class Scalar>
struct ProductSubject : MixtureSubject<ProductSubject<Scalar>,
                                       latent::Product<latent::Gamma<Scalar>, latent::VonMises<Scalar>>> {
    using Emission = latent::Product<latent::Gamma<Scalar>, latent::VonMises<Scalar>>;
    using Model = latent::Mixture<Emission>;
    static constexpr double recovery = 0.4;

    static Model model(double scale) {
        return {Eigen::Vector3d(0.5, 0.3, 0.2),
                Emission(latent::Gamma<Scalar>(scale * Eigen::RowVector3d(2, 5, 4),
                                               Eigen::RowVector3d(2, 1.5, 0.8)),
                         latent::VonMises<Scalar>(Eigen::RowVector3d(0, 1, -2),
                                                  scale * Eigen::RowVector3d(0.7, 2, 1.5)))};
    }
    static Model truth() { return model(1); }
    static Model start() { return model(1.2); }
    static auto prior() {
        return latent::MixturePrior{2.0, latent::ProductPrior(latent::FlatPrior{}, latent::FlatPrior{})};
    }
    static double log_density(const Emission& p, const Eigen::VectorXd& x, latent::Index k) {
        return GammaSubject<Scalar>::log_density(p.template block<0>(), x.head(1), k) +
               VonMisesSubject<Scalar>::log_density(p.template block<1>(), x.tail(1), k);
    }
};

}  // namespace kit
