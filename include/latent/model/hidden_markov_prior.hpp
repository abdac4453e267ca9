// The conjugate prior of hidden Markov models.
#pragma once

#include "latent/core/saved.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "latent/model/mixture_prior.hpp"

namespace latent {

/// Initial distribution and every row of the transition matrix ~ Dirichlet, the emission as `emission` says. As
/// pseudo-observations: concentration − 1 beginnings in every state, concentration − 1 moves from every state to
/// every other, and `stay` more to itself (Fox, Sudderth, Jordan & Willsky 2011: states that last). What the model
/// forbids stays forbidden: there are no pseudo-observations of it.
/// For MaximumAPosteriori: `MaximumAPosteriori{HiddenMarkovPrior{.transition_concentration = 2}}`.
template <class EmissionPrior = FlatPrior>
struct HiddenMarkovPrior {
    double initial_concentration = 1;     ///< α ≥ 1; 1 is flat
    double transition_concentration = 1;  ///< α ≥ 1; 1 is flat
    double stay = 0;                      ///< ≥ 0
    EmissionPrior emission{};

    static std::string type_name() { return "HiddenMarkovPrior"; }
    /// What save writes, see Savable.
    static constexpr auto saved() {
        return std::tuple{named("initial_concentration", &HiddenMarkovPrior::initial_concentration),
                          named("transition_concentration", &HiddenMarkovPrior::transition_concentration),
                          named("stay", &HiddenMarkovPrior::stay),
                          named("emission", &HiddenMarkovPrior::emission)};
    }

    /// Throws std::invalid_argument where a concentration is below one (the posterior's mode would lie on the
    /// boundary) or `stay` is negative.
    template <Emission E>
    HiddenMarkovStatistics<typename E::Statistics> operator()(const HiddenMarkovModel<E>& m) const {
        detail::require(initial_concentration >= 1 && transition_concentration >= 1 && stay >= 0 &&
                            std::isfinite(initial_concentration + transition_concentration + stay),
                        "latent::HiddenMarkovPrior: initial_concentration is ", initial_concentration,
                        ", transition_concentration is ", transition_concentration, " and stay is ", stay,
                        ", expected at least 1, 1 and 0, and finite");
        const auto allowed = [](const auto& p) { return (p.array() > 0).template cast<double>(); };
        Eigen::MatrixXd moves = (transition_concentration - 1) * allowed(m.transition());
        moves.diagonal() += stay * allowed(m.transition().diagonal()).matrix();
        return {{(initial_concentration - 1) * allowed(m.initial()), moves},
                detail::pseudo_observations(emission, m.emission())};
    }
};

}  // namespace latent
