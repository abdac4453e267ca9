// Baum–Welch fits that other software made, iteration by iteration.
#include "case.hpp"
#include "catch.hpp"
#include "latent/data/sequence_blocks.hpp"
#include "latent/execution/threads.hpp"

using namespace latent;
using namespace reference;

namespace {

template <class E>
void reproduce(const char* name, double precision = 1e-9) {
    const Case c(name);
    const std::vector<Index> lengths = c.whole("lengths");
    const Sequences<double> x(c.x, lengths);
    const auto start = hidden_markov_model<E>(c, "0");
    const auto fitted = c.fit(start, SequenceBlocks<double>(x, 2048)).model;
    check_near(fitted, c, precision);
    CHECK(fitted.predict(x) == c.whole("viterbi"));
    c.check_near(fitted.predict_proba(x), "posterior", precision);
    CHECK_THAT(fitted.score(x), WithinRel(c.trace(c.trace.size() - 1), 1e-9));

    const SequenceBlocks<double> units(x, 1);  // a sequence a block
    const auto alone = c.fit(start, units);
    for (const Index workers : {1, 2, 3}) {
        CAPTURE(workers);
        const auto together = c.fit(start, units, Threads{workers});
        CHECK(together.trace == alone.trace);
        CHECK(together.model.to_vector() == alone.model.to_vector());
    }
}

}  // namespace

TEST_CASE("earthquakes, three Poisson states") {
    reproduce<Poisson<>>("hidden_markov_models/earthquakes-poisson-3");
}
TEST_CASE("Old Faithful in three sequences, two Gaussian states") {
    reproduce<Gaussian<>>("hidden_markov_models/faithful-gaussian-2");
}
TEST_CASE("letters of Genesis, two categorical states") {
    const double precision = 1e-7;  // the other's initial distribution sums to 1 − 2.3e-8
    reproduce<Categorical<>>("hidden_markov_models/letters-categorical-2", precision);
}
