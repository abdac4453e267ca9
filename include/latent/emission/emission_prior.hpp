// Priors of emissions: none, and how one is asked for its pseudo-observations.
#pragma once

#include "latent/core/concepts.hpp"
#include "latent/core/saved.hpp"

namespace latent {

/// No prior on the emission.
struct FlatPrior {
    static std::string type_name() { return "FlatPrior"; }
    /// What save writes, see Savable.
    static constexpr auto saved() { return std::tuple{}; }
    template <Emission E>
    typename E::Statistics operator()(const E& emission) const {
        return emission.zero_statistics();
    }
};

namespace detail {

/// The pseudo-observations of an emission, or of one density of a Family, by the prior of its family, which may be within
/// another emission.
template <class P, class E>
typename E::Statistics pseudo_observations(const P& prior, const E& emission) {
    const auto inside = [&](const auto& family) { return detail::pseudo_observations(prior, family); };
    if constexpr (FamilyPrior<P, E>) {
        return prior(emission);
    } else if constexpr (PassesPriorsOn<E, decltype(inside)>) {
        return emission.pseudo_observations(inside);
    } else {
        static_assert(FamilyPrior<P, E>,
                      "latent: the prior is of another family than the emission: prior(emission) must "
                      "return the emission's Statistics");
    }
}

}  // namespace detail

}  // namespace latent
