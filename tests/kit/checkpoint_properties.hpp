// Properties of a model that can be kept: as bytes it loses nothing, and a fit that goes on is the fit.
#pragma once

#include "catch.hpp"
#include "kit/absent_file.hpp"
#include "latent/checkpoint/checkpoint.hpp"
#include "latent/expectation_maximization.hpp"

namespace kit {

template <class T>
std::string bytes_of(const T& value) {
    latent::ArchiveWriter archive;
    archive.write(value);
    return archive.bytes();
}

/// A NaN is the same as itself.
template <class T>
bool same_bits(const T& a, const T& b) {
    return bytes_of(a) == bytes_of(b);
}

/// What is read back replaces all of another model, and computes the same bits.
template <class S>
void bytes_round_trip() {
    auto from = S::truth(), to = S::start();
    latent::Random random(14);
    const auto data = S::draw(60, random);
    const latent::ExpectationMaximization<> em{.limits = {.iterations = 2}};
    from = em.fit(from, S::units(data)).model;  // whatever an M-step leaves is in it, too
    const std::string bytes = bytes_of(from);
    CHECK_FALSE(same_bits(to, from));
    CHECK(same_bits(S::start(), S::start()));
    latent::ArchiveReader reader(bytes);
    reader.read(to);
    reader.finish();
    CHECK(same_bits(to, from));
    const auto expected = em.fit(from, S::units(data)), fit = em.fit(to, S::units(data));
    CHECK(fit.trace == expected.trace);
    CHECK(same_bits(fit.model, expected.model));
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

template <class S>
void checkpoints_change_no_bit() {
    latent::Random random(15);
    const auto data = S::draw(100, random);
    check_resumption(latent::Batch<>{}, latent::MaximumLikelihood<>{}, latent::Plain{}, S::start(),
                     S::units(data), 6);
}

}  // namespace kit
