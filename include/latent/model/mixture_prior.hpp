// The conjugate prior of mixtures.
#pragma once

#include "latent/core/saved.hpp"
#include "latent/emission/emission_prior.hpp"
#include "latent/model/mixture.hpp"

namespace latent {

/// Weights ~ Dirichlet(concentration, …, concentration), components as `emission` says (for a Gaussian,
/// NormalInverseWishart). As pseudo-observations: concentration − 1 in every component.
/// For MaximumAPosteriori: `MaximumAPosteriori{MixturePrior{2.0, NormalInverseWishart{…}}}`.
template <class EmissionPrior = FlatPrior>
struct MixturePrior {
    double concentration = 1;  ///< α ≥ 1; 1 is flat
    EmissionPrior emission{};

    static std::string type_name() { return "MixturePrior"; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("concentration", &MixturePrior::concentration),
                          named("emission", &MixturePrior::emission)};
    }

    /// Throws std::invalid_argument where α < 1 (the posterior's mode would lie on the boundary).
    template <Emission E>
    MixtureStatistics<typename E::Statistics> operator()(const Mixture<E>& m) const {
        detail::require(concentration >= 1 && std::isfinite(concentration),
                        "latent::MixturePrior: concentration is ", concentration,
                        ", expected at least 1, and finite");
        const Eigen::VectorXd each = Eigen::VectorXd::Constant(m.size(), concentration - 1);
        return {(m.weights().array() > 0).select(each, 0.0),  // a weight of 0 stays
                detail::pseudo_observations(emission, m.emission())};
    }
};

MixturePrior(double)->MixturePrior<FlatPrior>;
template <class EmissionPrior>
MixturePrior(double, EmissionPrior) -> MixturePrior<EmissionPrior>;

}  // namespace latent
