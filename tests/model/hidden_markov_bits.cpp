// Hidden Markov models on long sequences: the same bits on any number of workers, and whatever is kept.
#include "catch.hpp"
#include "latent/execution/threads.hpp"
#include "latent/expectation_maximization.hpp"
#include "naive_hidden_markov.hpp"

using namespace latent;

namespace {

using naive::Normal, naive::random_model, naive::Symbols;

/// Of several workers none but the caller has time.
class Alone : public Workers {
  public:
    Index count() const override { return 3; }

  private:
    void call(Function function, const void* argument) override { function(argument, 0); }
};

struct How {
    Index workers = 1;
    Index resident_numbers = Index{1} << 20;
};

/// All numbers of an E-step over the sequences as one block.
template <class M>
std::vector<double> e_step(const M& model, const Sequences<double>& sequences, const How& how = {},
                           Workers* helpers = nullptr) {
    typename M::Posterior q;
    detail::Crew crew(how.workers);
    q.helpers = how.workers > 1 ? &crew : helpers;
    q.inference.set_resident_numbers(how.resident_numbers);
    const double log_p = model.infer({sequences.all(), sequences.ends()}, q);
    auto all = naive::flat(q.statistics);
    all.push_back(log_p);
    return all;
}

}  // namespace

TEST_CASE("a long sequence has the same bits by one worker and by several", "[threads]") {
    for (const Index K : {2, 3, 4, 6, 20, 40}) {
        CAPTURE(K);
        Random random(5);
        const auto model = random_model<Symbols>(naive::random_chain(K, random), random);
        const Eigen::MatrixXd x = model.sample(K < 5 ? 150'000 : 256 * 21 + 17, random).x;
        const auto alone = e_step(model, x);
        for (const Index workers : {2, 3}) CHECK(e_step(model, x, {.workers = workers}) == alone);
        Alone busy;
        CHECK(e_step(model, x, {}, &busy) == alone);
    }
}

TEST_CASE("fits to one long sequence have the same bits on any number of threads", "[threads]") {
    for (const Index K : {3, 6}) {
        CAPTURE(K);
        Random random(6);
        const auto model = random_model<Normal>(naive::random_chain(K, random), random);
        const Eigen::MatrixXd x = model.sample(30'000, random).x;
        const auto fit_by = [&](const auto& execution) {
            using X = std::remove_cvref_t<decltype(execution)>;
            const ExpectationMaximization<Batch<>, MaximumLikelihood<>, X> em{.execution = execution,
                                                                              .limits = {.iterations = 4}};
            return em.fit(model, x);
        };
        const auto alone = fit_by(Sequential{});
        for (const Index workers : {1, 2, 3}) {
            const auto together = fit_by(Threads{workers});
            CHECK(together.trace == alone.trace);
            CHECK(together.model.to_vector() == alone.model.to_vector());
        }
    }
}

// What is kept between the sweeps changes the memory and the time, and no bit.
TEST_CASE("checkpoints give the bits of everything kept", "[threads]") {
    for (const Index K : {6, 20})
        for (const Index workers : {1, 2}) {
            CAPTURE(K, workers);
            Random random(7);
            const auto model = random_model<Normal>(naive::random_chain(K, random), random);
            const std::vector<Index> lengths{256 * 12 + 5, 1, 700};
            const Eigen::MatrixXd x = naive::draw(model, lengths, random);
            const Sequences<double> sequences(x, lengths);
            CHECK(e_step(model, sequences, {.workers = workers, .resident_numbers = 0}) ==
                  e_step(model, sequences));

            HiddenMarkovModel<Normal>::Posterior kept, made_anew;
            made_anew.inference.set_resident_numbers(0);
            const SequenceBlock<double> block(sequences.all(), sequences.ends());
            Random one(8), other(8);
            CHECK(model.sample(block, one, kept) == model.sample(block, other, made_anew));
            CHECK(kept.path == made_anew.path);
        }
}

// So many steps that the pass for few states keeps no densities, against the pass for any number of states, which
// is the one that knows weights.
TEST_CASE("few states and very many steps") {
    Random random(9);
    const auto model = random_model<Symbols>(naive::random_chain(4, random), random);
    const Eigen::MatrixXd x = model.sample(300'000, random).x;
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(x.cols());
    const auto few = e_step(model, x), any = e_step(model, weighted(x, ones));
    REQUIRE(few.size() == any.size());
    CHECK(e_step(model, x, {.workers = 2}) == few);
    for (std::size_t i = 0; i < few.size(); ++i) CHECK_THAT(few[i], WithinRel(any[i], 1e-11));
}
