// Properties of fits on several workers.
#pragma once

#include "catch.hpp"
#include "kit/numerics.hpp"
#include "latent/estep/stepwise.hpp"
#include "latent/estep/stochastic.hpp"
#include "latent/expectation_maximization.hpp"

namespace kit {

using latent::Batch, latent::ExpectationMaximization, latent::MaximumLikelihood;

/// The same bits from Sequential and from any number of workers of the execution X, in the parameters and the whole trace.
template <class X, class EStep, class M, class Units>
void check_bits(const EStep& estep, const M& start, const Units& units) {
    const latent::Limits limits{.iterations = 12};
    const auto expected = ExpectationMaximization<EStep>{.estep = estep, .limits = limits}.fit(start, units);
    for (const Index workers : {1, 2, 3}) {
        const ExpectationMaximization<EStep, MaximumLikelihood<>, X> em{
            .estep = estep, .execution = {workers}, .limits = limits};
        const auto fit = em.fit(start, units);
        CHECK(fit.trace == expected.trace);
        CHECK(fit.model.to_vector() == expected.model.to_vector());
        CHECK(fit.log_likelihood == expected.log_likelihood);
    }
}

/// Random rules too: their draws are keyed by seed, iteration and unit, so that a fit can be replayed.
template <class X, class M, class Units>
void workers_change_no_bit(const M& start, const Units& units) {
    check_bits<X>(Batch<>{}, start, units);
    check_bits<X>(Batch<latent::Stochastic>{{.seed = 11}}, start, units);
    check_bits<X>(latent::Stepwise<latent::Stochastic>{.rule = {.seed = 12}, .batch = 7, .seed = 13}, start,
                  units);
}
/// Of the subject S with its own types.
template <class S, class X>
void typed_workers_change_no_bit() {
    latent::Random random(9);
    const auto data = S::draw(300, random);
    workers_change_no_bit<X>(S::start(), S::units(data));
}

}  // namespace kit
