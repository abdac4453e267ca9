// As bytes a model and its statistics lose nothing: what a checkpoint holds of a fit (see checkpoint/checkpoint.cpp).
#include "catch.hpp"
#include "kit/properties.hpp"
#include "latent/expectation_maximization.hpp"

namespace kit {

/// What is read back replaces all of another model, and a fit goes on from it in the same bits.
void bytes_round_trip(const AnySubject& subject) {
    latent::Random random(14);
    const auto data = subject.draw(60, random);
    const latent::ExpectationMaximization<> em{.limits = {.iterations = 2}};
    // whatever an M-step leaves is in it, too
    const AnyModel from = em.fit(subject.truth, data->units()).model;
    AnyModel to = subject.start;
    CHECK(to.bytes() != from.bytes());
    CHECK(AnyModel(to).bytes() == to.bytes());
    to.read(from.bytes());
    CHECK(to.bytes() == from.bytes());

    const auto expected = em.fit(from, data->units()), fit = em.fit(to, data->units());
    CHECK(fit.trace == expected.trace);
    CHECK(fit.model.bytes() == expected.model.bytes());

    const AnyStatistics s = expect(latent::Soft{}, from, data->units()).statistics;
    const AnyStatistics same = from.interface().written_and_read(s);
    CHECK(same.numbers == s.numbers);
    AnyModel next = from, again = from;
    next.maximize(s);
    again.maximize(same);
    CHECK(next.bytes() == again.bytes());
}

}  // namespace kit
