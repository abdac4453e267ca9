// What the kit must know about mixtures of counts of outcomes.
#pragma once

#include "kit/mixture_subject.hpp"
#include "latent/emission/multinomial.hpp"

namespace kit {

template <class Scalar>
struct MultinomialSubject : MixtureSubject<MultinomialSubject<Scalar>, latent::Multinomial<Scalar>> {
    using Model = latent::Mixture<latent::Multinomial<Scalar>>;
    static constexpr double recovery = 0.25;

    /// Component k prefers outcome k of four, in ten trials.
    static Model model(double preferred) {
        Eigen::MatrixXd probabilities = Eigen::MatrixXd::Constant(4, 3, (1 - preferred) / 3);
        probabilities.diagonal().setConstant(preferred);
        return {Eigen::Vector3d(0.5, 0.3, 0.2), latent::Multinomial<Scalar>(probabilities, 10)};
    }
    static Model truth() { return model(0.6); }
    static Model start() { return model(0.45); }
    static auto prior() { return latent::MixturePrior<latent::DirichletPrior>{2, {1.5}}; }
    static double log_density(const latent::Multinomial<Scalar>& m, const Eigen::VectorXd& x,
                              latent::Index k) {
        double total = std::lgamma(x.sum() + 1);
        for (latent::Index j = 0; j < x.size(); ++j)
            total += x(j) * std::log(m.probabilities()(j, k)) - std::lgamma(x(j) + 1);
        return total;
    }
};

}  // namespace kit
