// A fit that goes on from a checkpoint is the fit.
#pragma once

#include "catch.hpp"
#include "kit/absent_file.hpp"
#include "latent/check/parameter_properties.hpp"
#include "latent/checkpoint/checkpoint.hpp"
#include "latent/expectation_maximization.hpp"

namespace kit {

using latent::detail::bytes_of;

/// A NaN is the same as itself.
template <class T>
bool same_bits(const T& a, const T& b) {
    return bytes_of(a) == bytes_of(b);
}

template <class M>
void check_same(const latent::Result<M>& fit, const latent::Result<M>& expected) {
    CHECK(same_bits(fit.model, expected.model));
    CHECK(same_bits(fit.trace, expected.trace));
    CHECK(same_bits(fit.events, expected.events));
    CHECK(fit.objective == expected.objective);
    CHECK(fit.log_likelihood == expected.log_likelihood);
    CHECK(fit.status == expected.status);
    CHECK(fit.iterations == expected.iterations);
    CHECK(fit.evaluations == expected.evaluations);
}

/// Cut off after some iterations, of which the last few may be lost, it ends as the one that never was.
template <class E, class P, class A, class M, class Data>
void check_resumption(const E& estep, const P& mstep, const A& acceleration, const M& model, const Data& data,
                      int iterations) {
    using namespace latent;
    const ExpectationMaximization<E, P, Sequential, A> whole{estep,        mstep, {},
                                                             acceleration, {0},   {iterations}};
    const auto expected = whole.fit(model, data);
    const AbsentFile file;
    for (const int cut : {1, iterations / 2, iterations}) {
        CAPTURE(cut);
        file.remove();
        ExpectationMaximization<E, P, Sequential, A, Aitken, Silent, Checkpoint> em{
            estep, mstep, {}, acceleration, {0}, {cut}, {}, {file.path, 1e9, 4}};
        em.fit(model, data);
        em.limits.iterations = iterations;
        check_same(em.fit(model, data), expected);
        check_same(em.fit(model, data), expected);  // from its end
    }
}

}  // namespace kit
