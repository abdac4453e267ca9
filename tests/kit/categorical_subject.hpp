// What the kit must know about mixtures of symbols.
#pragma once

#include "kit/mixture_subject.hpp"
#include "latent/emission/categorical.hpp"

namespace kit {

/// Four features of three symbols: with fewer features the parameters could not be told from the data.
template <class Scalar>
struct CategoricalSubject : MixtureSubject<CategoricalSubject<Scalar>, latent::Categorical<Scalar>> {
    using Model = latent::Mixture<latent::Categorical<Scalar>>;
    static constexpr double recovery = 0.6;

    /// Component k prefers symbol (k + j) mod 3 in feature j.
    static Model model(double preferred) {
        Eigen::MatrixXd probabilities = Eigen::MatrixXd::Constant(12, 3, (1 - preferred) / 2);
        for (latent::Index k = 0; k < 3; ++k)
            for (latent::Index j = 0; j < 4; ++j) probabilities(3 * j + (k + j) % 3, k) = preferred;
        return {Eigen::Vector3d(0.5, 0.3, 0.2), latent::Categorical<Scalar>(probabilities, 4)};
    }
    static Model truth() { return model(0.8); }
    static Model start() { return model(0.6); }
    static auto prior() { return latent::MixturePrior<latent::DirichletPrior>{2, {1.5}}; }
    static double log_density(const latent::Categorical<Scalar>& c, const Eigen::VectorXd& x,
                              latent::Index k) {
        double total = 0;
        for (latent::Index j = 0; j < x.size(); ++j)
            total += std::log(c.probabilities()(3 * j + latent::Index(x(j)), k));
        return total;
    }
};

}  // namespace kit
