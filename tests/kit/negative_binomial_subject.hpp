// What the kit must know about mixtures of negative binomial densities.
#pragma once

#include "kit/mixture_subject.hpp"
#include "latent/emission/negative_binomial.hpp"

namespace kit {

template <class Scalar>
struct NegativeBinomialSubject
    : MixtureSubject<NegativeBinomialSubject<Scalar>, latent::NegativeBinomial<Scalar>> {
    using Model = latent::Mixture<latent::NegativeBinomial<Scalar>>;
    static constexpr double recovery = 0.5;  // of log sizes
    static constexpr bool augmented = true;  // by the numbers of clusters

    static Model model(double scale) {
        const Eigen::MatrixXd means{{2, 9, 20}, {16, 4, 9}}, sizes{{3, 5, 6}, {5, 4, 6}};
        return {Eigen::Vector3d(0.4, 0.3, 0.3),
                latent::NegativeBinomial<Scalar>(scale * means, sizes / scale)};
    }
    static Model truth() { return model(1); }
    static Model start() { return model(1.2); }
    static auto prior() { return latent::MixturePrior{2.0}; }
    static double log_density(const latent::NegativeBinomial<Scalar>& p, const Eigen::VectorXd& x,
                              latent::Index k) {
        double total = 0;
        for (latent::Index j = 0; j < x.size(); ++j) {
            const double mean = p.means()(j, k), size = p.sizes()(j, k);
            total += std::lgamma(x(j) + size) - std::lgamma(size) - std::lgamma(x(j) + 1) +
                     size * std::log(size / (size + mean)) + x(j) * std::log(mean / (size + mean));
        }
        return total;
    }
};

}  // namespace kit
