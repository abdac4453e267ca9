// Jittered parameters: a disturbance that drives a fit off a saddle.
#pragma once

#include "latent/mstep/maximum_likelihood.hpp"
#include "latent/mstep/remedy_of.hpp"

namespace latent {

/// Another M-step, after which normal noise of deviation `scale` is added to the model's unconstrained
/// coordinates during the first `iterations`: components that an annealed start laid upon each other part
/// again. Means are disturbed in the data's units.
template <class Inner = MaximumLikelihood<>>
struct Jittered {
    Inner inner{};           ///< the M-step that is disturbed
    double scale = 1e-3;     ///< deviation of the noise, in units of the coordinates
    int iterations = 20;     ///< disturbed are the first so many
    std::uint64_t seed = 0;  ///< of the noise: equal seeds, equal fits
    static constexpr bool monotone = false;

    void check() const {
        detail::check(inner);
        detail::require_amount("Jittered", "scale", scale);
        detail::require(iterations >= 0, "latent::Jittered: iterations is ", iterations,
                        ", expected 0 or more");
    }

    template <class M>
    void operator()(M& model, const typename M::Statistics& s, Journal& journal) const {
        static_assert(Vectorizable<M>, "latent: Jittered needs M::to_vector() and M::from_vector(v)");
        inner(model, s, journal);
        if (journal.iteration > iterations) return;
        Random random(seed, static_cast<std::uint64_t>(journal.iteration));
        auto coordinates = model.to_vector();
        for (double& c : coordinates) c += scale * random.normal();
        model.from_vector(coordinates);
        detail::admit(inner, model, journal);
    }
    template <LatentVariableModel M>
    double penalty(const M& model) const {
        return inner.penalty(model);
    }
};

}  // namespace latent
