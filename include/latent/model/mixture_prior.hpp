// The conjugate prior of mixtures.
#pragma once

#include "latent/model/mixture.hpp"

namespace latent {

/// No prior on the emission.
struct FlatPrior {
    template <Emission E>
    typename E::Statistics operator()(const E& emission) const {
        return emission.zero_statistics();
    }
};

namespace detail {

/// The pseudo-observations of an emission by the prior of its family, which may be within another emission.
template <class P, Emission E>
typename E::Statistics pseudo_observations(const P& prior, const E& emission) {
    if constexpr (requires { prior(emission); }) {
        return prior(emission);
    } else {
        return emission.pseudo_observations(
            [&](const auto& family) { return detail::pseudo_observations(prior, family); });
    }
}

}  // namespace detail

/// Weights ~ Dirichlet(concentration, …, concentration), components as `emission` says (for a Gaussian,
/// NormalInverseWishart). As pseudo-observations: concentration − 1 in every component.
/// For MaximumAPosteriori: `MaximumAPosteriori{MixturePrior{2.0, NormalInverseWishart{…}}}`.
template <class EmissionPrior = FlatPrior>
struct MixturePrior {
    double concentration = 1;  ///< α ≥ 1; 1 is flat
    EmissionPrior emission{};

    /// Throws std::invalid_argument where α < 1 (the posterior's mode would lie on the boundary).
    template <Emission E>
    MixtureStatistics<typename E::Statistics> operator()(const Mixture<E>& m) const {
        detail::require(concentration >= 1 && std::isfinite(concentration),
                        "latent::MixturePrior: concentration is ", concentration,
                        ", expected at least 1, and finite");
        return {Eigen::VectorXd::Constant(m.size(), concentration - 1),
                detail::pseudo_observations(emission, m.emission())};
    }
};

MixturePrior(double)->MixturePrior<FlatPrior>;
template <class EmissionPrior>
MixturePrior(double, EmissionPrior) -> MixturePrior<EmissionPrior>;

}  // namespace latent
